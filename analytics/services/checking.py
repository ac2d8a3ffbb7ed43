"""What an administrator types in, checked as far as it can be without asking the hub."""

from __future__ import annotations

import re

import httpx

from analytics import messages
from analytics.client import hub_uri_clean
from analytics.errors import HubRefused
from core.errors import InvalidValue, InvalidValues
from organizations.client.addresses import target_for
from organizations.errors import OrganizationProblem, OrganizationRefused

POLICY = re.compile(r"[A-Za-z0-9]|[A-Za-z0-9][\w.-]{0,48}[A-Za-z0-9]", re.ASCII)
KEY_LONGEST = 512


def triple_require(*, hub_uri: str, policy_name: str, shared_key: str, accept_terms: bool) -> tuple[str, str, str]:
    """Address, policy and key, without blanks around them.

    Raises:
        InvalidValues: with everything that is wrong.
    """
    errors: list[InvalidValue] = []
    uri, policy, key = hub_uri, policy_name.strip(), ""
    try:
        uri = uri_require(hub_uri)
    except InvalidValue as wrong:
        errors.append(wrong)
    if not policy or not POLICY.fullmatch(policy):
        sentence = messages.POLICY_SHAPE if policy else messages.ENTER_POLICY
        errors.append(InvalidValue(sentence, field="policy_name", code="analytics:policy-invalid"))
    try:
        key = key_require(shared_key)
    except InvalidValue as wrong:
        errors.append(wrong)
    if not accept_terms:
        errors.append(InvalidValue(messages.ACCEPT_TERMS, field="accept_terms", code="analytics:terms"))
    if errors:
        raise InvalidValues(errors)
    return uri, policy, key


def uri_require(text: str) -> str:
    """An address that may be a hub's. A name that does not resolve now is left to the run.

    Raises:
        InvalidValue: ``analytics:uri-invalid``, ``analytics:address-refused``.
    """
    try:
        uri = hub_uri_clean(text)
    except HubRefused as wrong:
        raise InvalidValue(wrong.message, field="hub_uri", code=wrong.code) from wrong
    try:
        target_for(httpx.URL(uri))
    except OrganizationRefused as wrong:
        raise InvalidValue(messages.PRIVATE_ADDRESS, field="hub_uri", code="analytics:address-refused") from wrong
    except (httpx.InvalidURL, UnicodeError) as wrong:
        raise InvalidValue(messages.ENTER_HTTPS, field="hub_uri", code="analytics:uri-invalid") from wrong
    except OrganizationProblem:
        return uri
    return uri


def key_require(text: str) -> str:
    """A key that can be sealed and signed with.

    Raises:
        InvalidValue: ``analytics:key-invalid``.
    """
    key = text.strip()
    if key and len(key) <= KEY_LONGEST and key.isprintable():
        return key
    sentence = messages.KEY_SHAPE if key else messages.ENTER_KEY
    raise InvalidValue(sentence, field="shared_key", code="analytics:key-invalid")
