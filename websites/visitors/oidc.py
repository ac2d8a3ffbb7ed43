"""The authorization code flow (OpenID Connect Core 1.0, section 3.1) with PKCE (RFC 7636), state and nonce."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from core.directory import CALLBACK
from core.errors import PortalAdminError, Unavailable
from websites.visitors.identity import Identity, identity_of
from websites.visitors.providers import LARGEST, Provider, ProviderFacts, provider_http

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]  # never "none", never a shared secret
LEEWAY = 60  # seconds that clocks may differ

facts = ProviderFacts()


class SignInFailed(PortalAdminError):
    """The provider's answer cannot be believed, or the visitor said no there."""

    http_status = 400
    default_code = "websites:sign-in-failed"


@dataclass(frozen=True)
class Attempt:
    """A sign-in that was begun in this browser; kept in a signed cookie until the visitor comes back."""

    provider: str
    state: str
    nonce: str
    verifier: str
    path: str  # where to go afterwards


def attempt_begin(provider: Provider, path: str) -> Attempt:
    """Fresh secrets for one sign-in."""
    state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    return Attempt(provider.slug, state, nonce, secrets.token_urlsafe(48), path)


def authorization_url(provider: Provider, attempt: Attempt, *, origin: str) -> str:
    """Where the browser is sent, to come back to ``origin``. Raises :class:`core.errors.Unavailable`.

    Who came over plain HTTP stays there: cookies of the two schemes have two names, so that a sign-in that changed
    over in between would find nothing of what it began with.
    """
    endpoint = endpoint_from(provider, str(facts.metadata(provider)["authorization_endpoint"]), origin=origin)
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": f"{origin}{CALLBACK}",
        "scope": " ".join(provider.scopes),
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": create_s256_code_challenge(attempt.verifier),
        "code_challenge_method": "S256",
    }
    return str(add_params_to_uri(endpoint, list(asked.items())))


def endpoint_from(provider: Provider, endpoint: str, *, origin: str) -> str:
    """The provider's page ``endpoint`` for a browser that is at ``origin``: over plain HTTP where the origin is."""
    if provider.plain_origin and origin.startswith("http:") and endpoint.startswith(f"{provider.issuer}/"):
        return f"{provider.plain_origin}{endpoint.removeprefix(provider.issuer)}"
    return endpoint


def identity_fetch(provider: Provider, attempt: Attempt, *, origin: str, code: str) -> Identity:
    """Change the code for tokens, check the ID token and say who it is.

    Raises:
        SignInFailed: the code or the token is worth nothing.
        core.errors.Unavailable: the provider does not answer.
    """
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": f"{origin}{CALLBACK}",
        "code_verifier": attempt.verifier,
    }
    tokens = _tokens(provider, sent)
    token = str(tokens.get("id_token") or "")
    return identity_of(_claims(provider, attempt, token), token)


def _tokens(provider: Provider, sent: dict[str, str]) -> dict[str, Any]:
    """The token endpoint's answer (RFC 6749, section 4.1.3); the client shows its secret as HTTP Basic."""
    endpoint = str(facts.metadata(provider)["token_endpoint"])
    try:
        with provider_http() as http:
            answer = http.post(endpoint, data=sent, auth=(provider.client_id, provider.client_secret))
        found = answer.json() if len(answer.content) <= LARGEST else {}
    except (httpx.HTTPError, ValueError) as wrong:
        raise Unavailable("The identity provider does not answer.") from wrong
    if answer.status_code >= 500:
        raise Unavailable("The identity provider does not answer as it should.")
    if answer.status_code != 200 or not isinstance(found, dict):
        raise SignInFailed("The identity provider did not accept the sign-in.")
    return found


def _claims(provider: Provider, attempt: Attempt, token: str) -> dict[str, Any]:
    """The ID token's claims, after its signature, issuer, audience, times and nonce were checked."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(provider, token),
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
    except jwt.PyJWTError as wrong:
        raise SignInFailed("The identity provider's token cannot be believed.") from wrong
    if not secrets.compare_digest(str(claims.get("nonce") or ""), attempt.nonce):
        raise SignInFailed("The identity provider's token belongs to another sign-in.")
    return claims


def _key(provider: Provider, token: str) -> jwt.PyJWK:
    """The key that the token names, from a fresh key set where the kept one lacks it."""
    named = str(jwt.get_unverified_header(token).get("kid") or "")
    for is_fresh in (False, True):
        keys = jwt.PyJWKSet.from_dict(facts.keys(provider, is_fresh=is_fresh)).keys
        found = [key for key in keys if not named or key.key_id == named]
        if found:
            return found[0]
    raise jwt.InvalidKeyError("no such key")
