"""An OpenID provider in this process that says whatever a test wants: also what it never should."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from core.directory import CLIENT_ID, directory_client_secret, directory_issuer
from organizations.client import transport
from websites.visitors import oidc
from websites.visitors.providers import ProviderFacts


class FakeProvider(httpx.BaseTransport):
    """Discovery, keys and token endpoint. ``changes`` go over the ID token's claims; ``is_away`` answers nothing;
    ``has_sign_out`` says whether it announces a page that ends its own session."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.kid = "one"
        self.signs_with: rsa.RSAPrivateKey | None = None
        self.claims: dict[str, Any] = {
            "sub": "maria-1",
            "name": "Maria Campbell",
            "email": "maria@adventureworks.example",
            "email_verified": True,
        }
        self.changes: dict[str, Any] = {}
        self.is_away = False
        self.has_sign_out = True
        self.nonce = ""
        self.asked: list[dict[str, str]] = []

    def follow(self, url: str) -> str:
        """What the browser does at the provider: signs in, and comes back with this query."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.nonce, self.asked = query["nonce"], [*self.asked, query]
        return f"code=good&state={query['state']}"

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_away:
            raise httpx.ConnectError("away")
        match request.url.path:
            case "/.well-known/openid-configuration":
                return self._json(self._description())
            case "/keys":
                return self._json({"keys": [{**self._public(), "kid": self.kid, "alg": "RS256", "use": "sig"}]})
            case "/token":
                return self._token(request)
        return httpx.Response(404)

    def _description(self) -> dict[str, str]:
        issuer = directory_issuer()
        end = {"end_session_endpoint": f"{issuer}/logout"} if self.has_sign_out else {}
        return {
            **end,
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
        }

    def _public(self) -> dict[str, Any]:
        return dict(json.loads(RSAAlgorithm.to_jwk(self.key.public_key())))

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.read().decode()).items()}
        if form.get("code") != "good" or "code_verifier" not in form:
            return self._json({"error": "invalid_grant"}, 400)
        if httpx.BasicAuth(CLIENT_ID, directory_client_secret())._auth_header != request.headers.get("authorization"):
            return self._json({"error": "invalid_client"}, 401)
        now = int(time.time())
        standard = {"iss": directory_issuer(), "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": self.nonce}
        claims = {name: value for name, value in (standard | self.claims | self.changes).items() if value is not None}
        token = jwt.encode(claims, self.signs_with or self.key, algorithm="RS256", headers={"kid": self.kid})
        return self._json({"access_token": "a", "token_type": "Bearer", "id_token": token})

    def _json(self, found: dict[str, Any], status: int = 200) -> httpx.Response:
        return httpx.Response(status, json=found)


@contextmanager
def provider_in_place() -> Iterator[FakeProvider]:
    """While it lasts, this process reaches the provider and nobody else."""
    provider, before, facts = FakeProvider(), transport.transport_make, oidc.facts
    transport.transport_make, oidc.facts = (lambda: provider), ProviderFacts()
    try:
        yield provider
    finally:
        transport.transport_make, oidc.facts = before, facts
