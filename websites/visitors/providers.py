"""Identity providers of a portal: what the runtime needs to send somebody there and to believe what comes back.

Every portal has the directory. In the embedded shape that is the installation's own (:mod:`core.directory`).
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from core.directory import CLIENT_ID, SCOPES, directory_client_secret, directory_issuer, directory_plain_origin
from core.errors import Unavailable
from organizations.client import transport

SECONDS = 10.0  # for each answer of a provider
KEPT = 600.0  # seconds a provider's description and keys are good
LARGEST = 256 * 1024  # bytes of either


@dataclass(frozen=True)
class Provider:
    """An OpenID provider, as a portal is registered with it.

    Args:
        slug: its name in addresses of the portal.
        issuer: exactly as its tokens say.
        trusts_email: whether an e-mail address it calls verified may lead to a contact that is there already. Only for
            a directory whose accounts administrators make; a tenant's ``email`` claim proves nothing.
        plain_origin: where people find its pages who came to the portal over plain HTTP; "" for a provider elsewhere.
    """

    slug: str
    title: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...] = SCOPES
    trusts_email: bool = False
    plain_origin: str = ""


def directory_provider() -> Provider:
    """The installation's own directory."""
    return Provider(
        "directory",
        "Company account",
        directory_issuer(),
        CLIENT_ID,
        directory_client_secret(),
        trusts_email=True,
        plain_origin=directory_plain_origin(),
    )


class ProviderFacts:
    """Descriptions (OpenID Connect Discovery 1.0) and key sets of providers, asked for every ten minutes at most."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def metadata(self, provider: Provider, *, is_fresh: bool = False) -> dict[str, Any]:
        """The provider's description; ``is_fresh`` asks now. Raises :class:`core.errors.Unavailable`."""
        found = self._read(f"{provider.issuer}/.well-known/openid-configuration", is_fresh=is_fresh)
        if found.get("issuer") != provider.issuer:
            raise Unavailable("The identity provider calls itself by another name.", permanent=True)
        return found

    def keys(self, provider: Provider, *, is_fresh: bool = False) -> dict[str, Any]:
        """The provider's key set; ``is_fresh`` asks again, for a token signed with a key that is new."""
        return self._read(str(self.metadata(provider)["jwks_uri"]), is_fresh=is_fresh)

    def _read(self, url: str, *, is_fresh: bool = False) -> dict[str, Any]:
        with self._lock:
            until, found = self._found.get(url, (0.0, {}))
        if until > time.monotonic() and not is_fresh:
            return found
        found = _fetched(url)
        with self._lock:
            self._found[url] = (time.monotonic() + KEPT, found)
        return found


def provider_http() -> httpx.Client:
    """A client that connects to the edge for our own names and to public addresses for all others."""
    return httpx.Client(transport=transport.transport_make(), timeout=SECONDS, follow_redirects=False, trust_env=False)


def _fetched(url: str) -> dict[str, Any]:
    try:
        with provider_http() as http:
            answer = http.get(url, headers={"Accept": "application/json"})
        if answer.status_code != 200 or len(answer.content) > LARGEST:
            raise Unavailable("The identity provider does not answer as it should.")
        found = answer.json()
    except (httpx.HTTPError, ValueError) as wrong:
        raise Unavailable("The identity provider does not answer.") from wrong
    if not isinstance(found, dict):
        raise Unavailable("The identity provider does not answer as it should.")
    return found
