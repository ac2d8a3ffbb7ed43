"""Visitors who are signed in at a portal, without the way through a provider."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from portals.models import Portal
from websites.visitors.cookies import NAME
from websites.visitors.sessions import SignedIn, session_begin

MARIA = uuid.UUID("11111111-1111-4111-8111-111111111111")


def signed_in(
    portal: Portal,
    *,
    contact_id: uuid.UUID = MARIA,
    account_id: uuid.UUID | None = None,
    name: str = "Maria Campbell",
    email: str = "maria@adventureworks.example",
    role_ids: Iterable[str] = (),
) -> str:
    """Begin a session; returns the request's Cookie header."""
    token = session_begin(
        SignedIn(portal.pk, contact_id, account_id, name, email, "directory", "https://id.example", name, role_ids)
    )
    return f"{NAME}={token}"
