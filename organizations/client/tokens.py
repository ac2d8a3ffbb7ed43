"""Access tokens by client credentials: Entra ID and embedded authorities alike, by the same library."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import msal
from msal.exceptions import MsalServiceError

from organizations.client.exchange import Exchange
from organizations.errors import OrganizationProblem, OrganizationRefused, OrganizationUnavailable

ENTRA_HOSTS = frozenset({"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"})
# Errors of RFC 6749 that somebody must put right.
PERMANENT = frozenset({"invalid_client", "unauthorized_client", "invalid_grant", "invalid_scope", "invalid_request"})


@dataclass(frozen=True)
class Credentials:
    """Who we are at an authority, and for which organization the token shall be."""

    authority: str
    client_id: str
    client_secret: str
    resource: str  # the organization's base URL
    certificate: str = ""  # instead of the secret: PEM with private key and certificate

    def __repr__(self) -> str:
        return f"Credentials({self.authority}, {self.client_id})"

    @property
    def key(self) -> tuple[str, str, str]:
        secret = f"{self.client_secret}\0{self.certificate}"
        return self.authority, self.client_id, hashlib.sha256(secret.encode()).hexdigest()

    @property
    def for_msal(self) -> str | dict[str, str]:
        """The secret, or what msal signs an assertion with; it names the certificate by its SHA-256 thumbprint."""
        if not self.certificate:
            return self.client_secret
        return {"private_key": self.certificate, "public_certificate": self.certificate}


# One msal application (it holds the tokens) for each of our identities; msal renews a token before it ends.
_applications: dict[tuple[str, str, str], msal.ConfidentialClientApplication] = {}
_lock = threading.Lock()


def token_get(credentials: Credentials) -> str:
    """A valid access token.

    Raises:
        OrganizationRefused: the authority does not know the client or its secret.
        OrganizationUnavailable: the authority does not answer now.
    """
    try:
        answer = _application(credentials).acquire_token_for_client([f"{credentials.resource}/.default"])
    except OrganizationProblem:
        token_forget(credentials)
        raise
    except (MsalServiceError, ValueError, KeyError, RuntimeError) as wrong:
        token_forget(credentials)
        raise _authority_unavailable() from wrong
    if "access_token" in answer:
        return str(answer["access_token"])
    token_forget(credentials)
    raise _refusal(answer)


def token_forget(credentials: Credentials) -> None:
    """Ask for a new token next time: the organization has refused this one."""
    with _lock:
        _applications.pop(credentials.key, None)


def tokens_forget() -> None:
    """Forget all tokens."""
    with _lock:
        _applications.clear()


def _application(credentials: Credentials) -> msal.ConfidentialClientApplication:
    with _lock:
        found = _applications.get(credentials.key)
    if found is not None:
        return found
    is_entra = urlsplit(credentials.authority).hostname in ENTRA_HOSTS
    made = msal.ConfidentialClientApplication(
        credentials.client_id,
        client_credential=credentials.for_msal,
        http_client=_AuthorityHttp(),
        **{"authority" if is_entra else "oidc_authority": credentials.authority},
    )
    with _lock:
        return _applications.setdefault(credentials.key, made)


def _refusal(answer: dict[str, Any]) -> OrganizationProblem:
    error, text = str(answer.get("error", "")), str(answer.get("error_description", ""))
    if error in PERMANENT:
        return OrganizationRefused(
            "The authority does not accept the application's client id or secret.",
            code="organizations:credentials-refused",
            service_code=error,
            service_text=text.splitlines()[0][:300] if text else "",
            status=401,
        )
    return _authority_unavailable()


def _authority_unavailable() -> OrganizationUnavailable:
    return OrganizationUnavailable(
        "The authority that gives access tokens does not answer as it should.",
        code="organizations:authority-unavailable",
    )


@dataclass(frozen=True)
class _MsalAnswer:
    """An answer in the shape that msal wants."""

    status_code: int
    text: str
    headers: dict[str, str]

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise MsalServiceError(f"HTTP {self.status_code}", error=None, error_description=None)


class _AuthorityHttp:
    """msal's HTTP client: the same guarded exchange, so that an authority can be no private address either."""

    def get(self, url: str, params: dict[str, str] | None = None, **options: Any) -> _MsalAnswer:
        return self._send("GET", f"{url}?{urlencode(params)}" if params else url, options.get("headers"), None)

    def post(self, url: str, data: dict[str, str] | None = None, **options: Any) -> _MsalAnswer:
        headers = {**(options.get("headers") or {}), "Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", url, headers, urlencode(data or {}).encode())

    def close(self) -> None:
        """Nothing is kept open between two requests."""

    def _send(self, method: str, url: str, headers: dict[str, str] | None, content: bytes | None) -> _MsalAnswer:
        exchange = Exchange()
        try:
            answer = exchange.fetch(method, url, headers=headers, content=content)
        finally:
            exchange.close()
        return _MsalAnswer(answer.status, answer.body.decode("utf-8", "replace"), dict(answer.headers))
