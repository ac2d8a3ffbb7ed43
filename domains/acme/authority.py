"""The certificate authority: how it is called in CAA records, and whether it may issue for a host."""

from __future__ import annotations

import ssl

import httpx
from django.conf import settings
from django.core.cache import caches

from domains.acme import messages
from domains.acme.errors import AuthorityUnreachable, IssuanceForbidden, IssuanceUnknown
from domains.dns import caa_check

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
REMEMBERED = 3600  # seconds for which the authority's names are kept


def caa_require(host: str) -> None:
    """The domain's CAA records let our authority issue for ``host``. Asked before an order, which would only fail.

    Raises:
        IssuanceForbidden: they do not; the sentence names the record to add.
        IssuanceUnknown: they could not be asked.
        AuthorityUnreachable: the authority could not be asked how it is called.
    """
    names = authority_names()
    note = caa_check(host, issuers=names) if names else None
    if note is None:
        return
    refused = IssuanceForbidden if note.code == IssuanceForbidden.default_code else IssuanceUnknown
    raise refused(note.sentence, context={"host": host})


def authority_names() -> tuple[str, ...]:
    """By which names CAA records call the authority (``caaIdentities``, RFC 8555 7.1.1); () where it looks at none.

    Raises:
        AuthorityUnreachable.
    """
    key = f"acme-names:{settings.PORTAL_ACME_DIRECTORY}"
    found: tuple[str, ...] | None = caches["process"].get(key)
    if found is None:
        found = _names()
        caches["process"].set(key, found, REMEMBERED)
    return found


def _names() -> tuple[str, ...]:
    try:
        with httpx.Client(verify=_context(), timeout=TIMEOUT, trust_env=False) as client:
            answer = client.get(settings.PORTAL_ACME_DIRECTORY)
            answer.raise_for_status()
            meta = answer.json().get("meta", {})
            return tuple(str(name).lower() for name in meta.get("caaIdentities", ()))
    except (httpx.HTTPError, ssl.SSLError, ValueError, AttributeError) as wrong:
        sentence = messages.UNREACHABLE.format(directory=settings.PORTAL_ACME_DIRECTORY)
        raise AuthorityUnreachable(sentence, context={"directory": settings.PORTAL_ACME_DIRECTORY}) from wrong


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings.PORTAL_TRUST_ROOTS:
        context.load_verify_locations(cafile=settings.PORTAL_TRUST_ROOTS)
    return context
