"""The provider's answers that are this installation's own: who issues, and what it says of an account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey

from adminsite.directory.keys import signing_key
from core.directory import GUESTS, directory_issuer
from core.models import User


class DirectoryAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """Accounts are made by administrators, so their e-mail addresses count as verified."""

    def list_private_keys(self, **which: Any) -> list[PrivateKey]:
        return [PrivateKey(pem=signing_key())]

    def get_issuer(self) -> str:
        return directory_issuer()

    def get_claims(
        self, purpose: str, user: User, client: Client, scopes: Iterable[str], email: str | None = None, **more: Any
    ) -> dict[str, Any]:
        is_guest = user.groups.filter(name=GUESTS).exists()
        claims: dict[str, Any] = {"sub": self.get_user_sub(client, user), "acct": int(is_guest)}
        if "profile" in scopes:
            claims |= {"name": user.name, "preferred_username": user.email}
        if "email" in scopes:
            claims |= {"email": user.email, "email_verified": True}
        return claims
