"""Which web roles a contact has now."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from core.errors import Unavailable
from websites.models import VisitorSession
from websites.ports import OrganizationRows
from websites.visitors.sessions import session_roles_keep

logger = logging.getLogger(__name__)
KEPT = timedelta(minutes=1)  # a role that was taken away counts no longer than this …
REMEMBERED = timedelta(hours=4)  # … or this, while the organization is away
ASKED_AGAIN = 20.0  # seconds for which an organization that is away is not asked for roles again
_away_until: dict[UUID, float] = {}  # by portal
ROLES = "adx_webrole_contact($select=adx_webroleid)"


def contact_roles(rows: OrganizationRows, contact_id: UUID) -> list[str] | None:
    """Ids of the contact's own web roles; None where the contact is gone or inactive."""
    contact = rows.row("contacts", contact_id, select=("contactid", "statecode"), expand=ROLES)
    if contact is None or contact.get("statecode"):
        return None
    return [str(role["adx_webroleid"]).lower() for role in contact.get("adx_webrole_contact") or ()]


def session_roles_refresh(session: VisitorSession, rows: OrganizationRows) -> bool:
    """Look at the roles again where they are old. False: the contact is gone, and the session with it.

    While the organization is away the visitor keeps the roles of the last look, for some hours.
    """
    if timezone.now() - session.roles_read_at < KEPT:
        return True
    try:
        found = _roles_now(rows, session)
    except Unavailable as problem:
        logger.warning("A visitor's roles stay as they were: %s", problem, extra={"portal_id": str(session.portal_id)})
        if timezone.now() - session.roles_read_at > REMEMBERED:
            session.role_ids = []  # of this request: they are there again when they were looked at
        return True
    if found is None:
        session.delete()
        return False
    session_roles_keep(session, found)
    return True


def _roles_now(rows: OrganizationRows, session: VisitorSession) -> list[str] | None:
    """As :func:`contact_roles`, without a wait on every page for an organization that does not answer."""
    if _away_until.get(session.portal_id, 0.0) > time.monotonic():
        raise Unavailable("The organization did not answer a moment ago.")
    try:
        found = contact_roles(rows, session.contact_id)
    except Unavailable:
        _away_until[session.portal_id] = time.monotonic() + ASKED_AGAIN
        raise
    _away_until.pop(session.portal_id, None)
    return found
