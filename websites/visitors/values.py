"""A signed-in visitor as pages see one."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Visitor:
    """A contact of the organization, signed in at this portal.

    Args:
        account_id: the contact's parent account, "" without one.
        role_ids: web roles given to the contact itself; those of everybody signed in are added by
            :class:`websites.access.Access`.
        issuer, subject: which provider's account the session began with, and the provider's key of it.
    """

    session_id: UUID
    contact_id: str
    name: str
    email: str
    account_id: str = ""
    role_ids: frozenset[str] = field(default_factory=frozenset)
    issuer: str = ""
    subject: str = ""
