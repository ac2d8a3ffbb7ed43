"""The embedded authority: OpenID discovery, tokens by client credentials, and their check on every call."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
import uuid
from collections.abc import Mapping

import jwt
from django.conf import settings

from core.sealed import secret_open
from organizations.embedded.errors import DataverseError
from organizations.embedded.models import EmbeddedOrganization

LIFETIME = 3600
ALGORITHM = "HS256"  # the tokens are read by this server only, so no public key is needed


class TokenRefused(Exception):
    """An OAuth error (RFC 6749, 5.2): ``error`` and a description."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


def discovery(base_url: str) -> dict[str, object]:
    """The OpenID configuration of an organization's authority."""
    return {
        "issuer": base_url,
        "authorization_endpoint": f"{base_url}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base_url}/oauth2/v2.0/token",
        "jwks_uri": f"{base_url}/discovery/v2.0/keys",
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": ["token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "scopes_supported": [f"{base_url}/.default"],
    }


def token_issue(
    tenant: EmbeddedOrganization, base_url: str, form: Mapping[str, str], authorization: str
) -> dict[str, object]:
    """The token endpoint's answer.

    Raises:
        TokenRefused: wrong grant, client, secret or scope.
    """
    if form.get("grant_type") != "client_credentials":
        raise TokenRefused("unsupported_grant_type", "Only client_credentials is supported.")
    client_id, secret = _credentials(form, authorization)
    if not _is_client(tenant, client_id, secret):
        raise TokenRefused("invalid_client", "The client id or the client secret is wrong.", status=401)
    if not _is_scope_of(form.get("scope", ""), base_url):
        raise TokenRefused("invalid_scope", f"The scope must be {base_url}/.default.")
    now = int(time.time())
    claims = {
        "iss": base_url,
        "aud": base_url,
        "appid": str(tenant.client_id),
        "oid": str(tenant.application_user_id),
        "org": str(tenant.pk),
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
        "jti": str(uuid.uuid4()),
    }
    return {
        "token_type": "Bearer",
        "expires_in": LIFETIME,
        "access_token": jwt.encode(claims, _key(), algorithm=ALGORITHM),
    }


def token_check(tenant: EmbeddedOrganization, authorization: str, base_url: str) -> None:
    """Let a request in that carries a valid token of this organization.

    Raises:
        DataverseError: 401 without a valid token, 403 with another organization's.
    """
    kind, _, token = authorization.partition(" ")
    try:
        claims = jwt.decode(
            token if kind.lower() == "bearer" else "",
            _key(),
            algorithms=[ALGORITHM],
            options={"verify_aud": False, "require": ["exp", "org", "appid"]},
        )
    except jwt.InvalidTokenError as wrong:
        raise _unauthorized(base_url) from wrong
    if claims["org"] != str(tenant.pk):
        raise DataverseError(403, "0x80072560", "The user is not a member of the organization.")
    if claims["appid"] != str(tenant.client_id):
        raise _unauthorized(base_url)


def _unauthorized(base_url: str) -> DataverseError:
    challenge = f"Bearer authorization_uri={base_url}/oauth2/v2.0/authorize, resource_id={base_url}/"
    return DataverseError(
        401, "0x80040204", "The access token is missing or not valid.", headers={"WWW-Authenticate": challenge}
    )


def _key() -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), b"embedded organization tokens", hashlib.sha256).digest()


def _credentials(form: Mapping[str, str], authorization: str) -> tuple[str, str]:
    kind, _, encoded = authorization.partition(" ")
    if kind.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client_id, secret


def _is_client(tenant: EmbeddedOrganization, client_id: str, secret: str) -> bool:
    expected = secret_open(tenant.client_secret, row=tenant.seal_row)
    is_secret = hmac.compare_digest(expected.encode(), secret.encode())
    return is_secret and hmac.compare_digest(str(tenant.client_id), client_id.lower())


def _is_scope_of(scope: str, base_url: str) -> bool:
    """msal adds the usual OpenID scopes for a foreign authority; only ours decides."""
    return any(part.rstrip("/") in (f"{base_url}/.default", f"{base_url}//.default") for part in scope.split())
