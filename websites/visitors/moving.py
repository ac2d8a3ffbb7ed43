"""Somebody who has signed in for the first time turns out to be a contact that was there already."""

from __future__ import annotations

import uuid

from django.utils import timezone

from websites.models import VisitorSession
from websites.ports import OrganizationRows
from websites.visitors.contacts import contact_id_of, contact_read, identity_link
from websites.visitors.roles import contact_roles


def is_newcomer(session_id: uuid.UUID) -> bool:
    """Whether the visitor's contact was made at the first sign-in and belongs to no company: nothing is lost."""
    session = VisitorSession.objects.filter(pk=session_id).first()
    return (
        session is not None
        and session.account_id is None
        and session.contact_id == contact_id_of(session.issuer, session.subject)
    )


def identity_move(rows: OrganizationRows, session_id: uuid.UUID, contact_id: uuid.UUID) -> None:
    """From now on, who is signed in by this session is ``contact_id``; the newcomer's own contact becomes inactive."""
    session = VisitorSession.objects.get(pk=session_id)
    identity_link(rows, session.issuer, session.subject, contact_id)
    session_contact_change(rows, session_id, contact_id)
    if session.contact_id == contact_id_of(session.issuer, session.subject):
        rows.update("contacts", session.contact_id, {"statecode": 1, "statuscode": 2})


def session_contact_change(rows: OrganizationRows, session_id: uuid.UUID, contact_id: uuid.UUID) -> None:
    """The session is the contact's, with the company and web roles that it has now."""
    contact, roles = contact_read(rows, contact_id), contact_roles(rows, contact_id)
    if contact is None or roles is None:
        return
    VisitorSession.objects.filter(pk=session_id).update(
        contact_id=contact.id,
        account_id=contact.account_id,
        name=contact.name[:300],
        email=contact.email,
        role_ids=sorted(roles),
        roles_read_at=timezone.now(),
    )
