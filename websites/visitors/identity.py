"""Who an identity provider says somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LONGEST = 300  # characters of a claim that is kept
LONGEST_TOKEN = 1_800  # and of a token: on its way to the session it has to fit into a cookie, sealed


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is.

    Args:
        id_token: what it said so with, for its sign-out; "" where that was too long to keep.
        is_guest: it is somebody else's account, let in to the directory as a guest.
    """

    issuer: str
    subject: str
    name: str
    email: str
    is_email_verified: bool
    id_token: str = field(default="", repr=False)
    is_guest: bool = False


def identity_of(claims: Mapping[str, Any], token: str) -> Identity:
    """What the checked claims of ``token`` say."""
    email = str(claims.get("email") or "")[:LONGEST]
    return Identity(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"])[:LONGEST],
        name=str(claims.get("name") or email or claims.get("preferred_username") or "")[:LONGEST].strip(),
        email=email,
        is_email_verified=claims.get("email_verified") is True,
        id_token=token if len(token) <= LONGEST_TOKEN else "",
        is_guest=_is_guest(claims),
    )


def _is_guest(claims: Mapping[str, Any]) -> bool:
    """As Entra ID says it: by the optional claim ``acct`` (0 member, 1 guest), else by a home that is not the issuer.

    Source: Microsoft identity platform, optional claims reference, and ID token claims reference (``idp``).
    """
    account, home = claims.get("acct"), claims.get("idp")
    if account is not None:
        return str(account) != "0"
    return home is not None and home != claims["iss"]
