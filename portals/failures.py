"""Failures of visitors' pages: written by the portal runtime, looked up by those who manage the portal."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from core.models import User
from organizations.policy import Action
from portals.models import PageFailure, Portal
from portals.services import portal_for

KEPT = 200  # of one portal
PRUNED_AT = 20  # more than that many too many, so that not every failure deletes


def failure_record(
    *,
    portal_id: uuid.UUID,
    error_id: str,
    host: str,
    path: str,
    reason: str,
    template: str = "",
    line: int | None = None,
) -> None:
    """Keep a failure under its id; the oldest of the portal go."""
    if not Portal.objects.filter(pk=portal_id).exists():
        return  # a site that an import tries out: its failures are told to whoever imports
    made = PageFailure.objects.create(
        portal_id=portal_id,
        error_id=error_id[:40],
        host=host[:253],
        path=path[:500].replace("\x00", ""),
        template=template[:200],
        line=line,
        reason=reason[:500].replace("\x00", ""),
    )
    of_portal = PageFailure.objects.filter(portal_id=portal_id)
    if of_portal.count() > KEPT + PRUNED_AT:
        oldest = of_portal.values_list("id", flat=True)[KEPT - 1]
        of_portal.filter(id__lt=min(oldest, made.pk)).delete()


def failures_for(*, actor: User, portal_id: uuid.UUID, error_id: str = "") -> QuerySet[PageFailure]:
    """The portal's failures, newest first; those of an id, however much of it was typed.

    Raises:
        NotFound, NotAllowed: no such portal, or not for this person to manage.
    """
    portal = portal_for(actor=actor, portal_id=portal_id, action=Action.PORTAL_MANAGE)
    found, wanted = PageFailure.objects.filter(portal=portal), error_id.strip("[]# \t\r\n").lower()[:40]
    return found.filter(error_id__startswith=wanted) if wanted else found
