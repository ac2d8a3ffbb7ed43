"""*Test connection*: whether an organization can be reached, lets us in and gives us every right that is needed.

Each thing is asked for in turn and told in words: what was found, which right is missing, and who can grant it.
Nothing is changed there or here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
from django.utils import timezone

from core.checking import Check, Report
from organizations.client.addresses import target_for
from organizations.client.connect import credentials_of
from organizations.client.exchange import Exchange
from organizations.client.tokens import token_forget, token_get
from organizations.client.values import SYSTEM_ADMINISTRATOR
from organizations.client.webapi import WebApiClient
from organizations.connection_words import ADMINISTRATOR_THERE, APPLICATION_OWNER, told
from organizations.errors import OrganizationProblem
from organizations.models import Organization

WITHIN = 25.0  # seconds; somebody waits for the answer
SKEW_ALLOWED = 300.0  # seconds; the lifetime of a token is judged with this much tolerance by Entra ID
NEARLY_OVER = timedelta(days=30)

# What is read in the course of the product's work, and what that is for.
READ: dict[str, tuple[str, str]] = {
    "systemusers": ("systemuserid", "read users"),
    "roles": ("roleid", "read security roles"),
    "organizations": ("languagecode", "read the base language"),
    "solutions": ("uniquename", "read solutions"),
    "contacts": ("contactid", "read contacts"),
}


def connection_test(organization: Organization) -> Report:
    """Try an organization's address and credentials; the row need not be saved."""
    return Report(tuple(_checks(organization)))


def _checks(organization: Organization) -> Iterator[Check]:
    yield from _certificate(organization)
    exchange = Exchange(patience=2.0, within=WITHIN)
    credentials = credentials_of(organization)
    with WebApiClient(credentials, exchange=exchange) as client, exchange.hurrying():
        yield (
            address := _tried("address", "The address leads to a server that may be used", lambda: _route(organization))
        )
        if not address.passed:
            return
        token_forget(credentials)  # a token of before would hide that the secret has changed
        yield (token := _tried("credentials", "The authority accepts the application", lambda: token_get(credentials)))
        if not token.passed:
            return
        found: list[uuid.UUID] = []
        yield (
            answer := _tried(
                "answer", "The organization lets the application in", lambda: found.append(client.who_am_i().user_id)
            )
        )
        yield from _clock(exchange.skew)
        if answer.passed:
            yield from _rights(client, found[0])


def _route(organization: Organization) -> None:
    target_for(httpx.URL(organization.url))


def _rights(client: WebApiClient, user_id: uuid.UUID) -> Iterator[Check]:
    yield _tried(
        "administrator", "The application is a System Administrator there", lambda: _is_administrator(client, user_id)
    )
    for entity_set, (column, purpose) in READ.items():
        yield _tried(
            f"read-{entity_set}",
            f"The application can {purpose}",
            lambda table=entity_set, column=column: next(client.rows(table, select=[column], top=1), None),  # type: ignore[misc]
        )


def _is_administrator(client: WebApiClient, user_id: uuid.UUID) -> None:
    expand = "systemuserroles_association($select=name,_roletemplateid_value)"
    user = client.row("systemusers", user_id, select=["fullname"], expand=expand) or {}
    roles = user.get("systemuserroles_association") or []
    if str(SYSTEM_ADMINISTRATOR) in {str(role.get("_roletemplateid_value")).lower() for role in roles}:
        return
    names = ", ".join(sorted(str(role.get("name")) for role in roles)) or "no security role"
    raise _NotAdministrator(
        f"It has {names}. Importing solutions and writing a website's rows need System Administrator."
    )


class _NotAdministrator(Exception):
    """The application user has other roles."""


def _tried(name: str, title: str, act: Callable[[], Any]) -> Check:
    try:
        act()
    except OrganizationProblem as problem:
        words = told(problem)
        return Check(name, title, False, words.detail, words.who, code=problem.code)
    except _NotAdministrator as other:
        code = "organizations:not-administrator"
        return Check(name, title, False, str(other), ADMINISTRATOR_THERE, code=code)
    return Check(name, title, True)


def _clock(skew: float) -> Iterator[Check]:
    if abs(skew) <= SKEW_ALLOWED:
        return
    side = "behind" if skew > 0 else "ahead of"
    minutes = round(abs(skew) / 60)
    text = f"This server's clock is {minutes} minutes {side} the organization's. Tokens are refused for that."
    yield Check(
        "clock", "The clocks agree", False, text, "Whoever runs this server: set its clock by NTP.", is_warning=True,
        code="organizations:clock-skew",
    )  # fmt: skip


def _certificate(organization: Organization) -> Iterator[Check]:
    ends = organization.certificate_expires_at
    if ends is None:
        return
    left = ends - timezone.now()
    title = "The application's certificate is valid"
    if left <= timedelta(0):
        text = f"It expired on {ends:%d %B %Y}."
        yield Check("certificate", title, False, text, APPLICATION_OWNER, code="organizations:certificate-expired")
    elif left <= NEARLY_OVER:
        text = f"It expires on {ends:%d %B %Y}, in {left.days} days."
        yield Check("certificate", title, False, text, APPLICATION_OWNER, is_warning=True)
