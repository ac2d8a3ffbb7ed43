"""Sessions of visitors: begun at sign-in, found by the cookie's token, ended at sign-out or by time.

A session belongs to one portal: its cookie is host-only, and a token is looked for among the portal's own sessions.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from core.sealed import SealBroken, secret_open, secret_seal
from websites.models import VisitorSession
from websites.visitors.values import Visitor

LONGEST = timedelta(hours=24)
IDLE = timedelta(hours=4)
TOUCHED_EVERY = timedelta(minutes=1)  # a row is not written for every page
TOKEN = 64  # characters at most that are looked at


@dataclass(frozen=True)
class SignedIn:
    """Who has just signed in, as the provider and the organization say."""

    portal_id: UUID
    contact_id: UUID
    account_id: UUID | None
    name: str
    email: str
    provider: str
    issuer: str
    subject: str
    role_ids: Iterable[str]
    id_token: str = field(default="", repr=False)


def session_begin(who: SignedIn) -> str:
    """A new session, whatever there was before (no fixation). Returns the token for the cookie, kept nowhere."""
    token, now = secrets.token_urlsafe(32), timezone.now()
    session = VisitorSession(
        token_hash=_hash(token),
        portal_id=who.portal_id,
        contact_id=who.contact_id,
        account_id=who.account_id,
        name=who.name,
        email=who.email,
        provider=who.provider,
        issuer=who.issuer,
        subject=who.subject,
        role_ids=sorted(who.role_ids),
        roles_read_at=now,
        created_at=now,
        seen_at=now,
        expires_at=now + LONGEST,
    )
    session.id_token = secret_seal(who.id_token, row=session.seal_row) if who.id_token else ""
    session.save(force_insert=True)
    return token


def session_of(portal_id: UUID, token: str) -> VisitorSession | None:
    """The portal's living session with this token; one query, and a write once a minute."""
    if not token or len(token) > TOKEN:
        return None
    now = timezone.now()
    found = VisitorSession.objects.filter(
        token_hash=_hash(token), portal_id=portal_id, expires_at__gt=now, seen_at__gt=now - IDLE
    ).first()
    if found is not None and now - found.seen_at > TOUCHED_EVERY:
        VisitorSession.objects.filter(pk=found.pk).update(seen_at=now)
    return found


def session_roles_keep(session: VisitorSession, role_ids: Iterable[str]) -> None:
    """Remember the web roles that the contact has now."""
    session.role_ids, session.roles_read_at = sorted(role_ids), timezone.now()
    session.save(update_fields=["role_ids", "roles_read_at"])


def session_end(portal_id: UUID, token: str) -> VisitorSession | None:
    """The token is worth nothing from now on. Returns the session that it was of, None for none."""
    ended = VisitorSession.objects.filter(portal_id=portal_id, token_hash=_hash(token)).first()
    if ended is not None:
        VisitorSession.objects.filter(pk=ended.pk).delete()
    return ended


def session_id_token(session: VisitorSession) -> str:
    """The token that the provider gave at the sign-in; "" where there is none, or none that opens any more."""
    try:
        return secret_open(session.id_token, row=session.seal_row) if session.id_token else ""
    except SealBroken:
        return ""


def sessions_purge() -> int:
    """Delete what has ended; how many."""
    now = timezone.now()
    ended, _ = VisitorSession.objects.filter(expires_at__lte=now).delete()
    idle, _ = VisitorSession.objects.filter(seen_at__lte=now - IDLE).delete()
    return ended + idle


def visitor_of(session: VisitorSession) -> Visitor:
    """The session's visitor as pages see one."""
    return Visitor(
        session_id=session.id,
        contact_id=str(session.contact_id),
        name=session.name,
        email=session.email,
        account_id=str(session.account_id or ""),
        role_ids=frozenset(session.role_ids),
        issuer=session.issuer,
        subject=session.subject,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
