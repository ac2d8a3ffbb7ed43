"""Capturing: which interactions are wanted where, the line in the spool, and the rows made of lines."""

from __future__ import annotations

import json
import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import islice

from django.conf import settings
from django.db import transaction

from analytics.buffer.captured import Captured, captured_line
from analytics.buffer.spool import Spool
from analytics.kinds import KINDS
from analytics.models import InsightsConnection, Interaction, InteractionType, TrackingOptOut

logger = logging.getLogger(__name__)
ROWS_AT_ONCE = 1000


def interaction_record(captured: Captured) -> None:
    """Keep what a visitor did. Some microseconds; no database, no network. Ask :func:`captured_types` before."""
    spool().append(captured_line(captured))


def captured_types() -> Mapping[uuid.UUID, frozenset[str]]:
    """Which types are captured at which portal, in one query; portals that capture nothing are not in it."""
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    types = InteractionType.objects.filter(
        is_on=True, missing_since=None, connection__state=InsightsConnection.State.CONNECTED
    )
    for portal_id, name in types.values_list("connection__portal_id", "name"):
        found[portal_id].add(name)
    return {portal_id: frozenset(names) for portal_id, names in found.items()}


def interactions_store() -> int:
    """Make rows of the spool's lines; how many files were read. It may be repeated: a row has its line's id."""
    return spool().drain(_keep)


@cache
def spool() -> Spool:
    """This installation's spool."""
    return Spool(settings.PORTAL_HOME / "analytics" / "spool")


def tracking_opt_out(*, portal_id: uuid.UUID, contact_id: uuid.UUID, is_out: bool) -> None:
    """Remember whether a contact wants not to be tracked at a portal. What waits to be sent of theirs is dropped.

    It is the contact's own choice, made signed in as that contact; nobody else makes it.
    """
    if not is_out:
        TrackingOptOut.objects.filter(portal_id=portal_id, contact_id=contact_id).delete()
        return
    with transaction.atomic():
        TrackingOptOut.objects.get_or_create(portal_id=portal_id, contact_id=contact_id)
        Interaction.objects.filter(portal_id=portal_id, contact_id=contact_id).delete()


def is_opted_out(*, portal_id: uuid.UUID, contact_id: uuid.UUID) -> bool:
    """Whether the contact has chosen not to be tracked at the portal."""
    return TrackingOptOut.objects.filter(portal_id=portal_id, contact_id=contact_id).exists()


def _keep(lines: Iterable[bytes]) -> None:
    found = iter(lines)
    while chunk := list(islice(found, ROWS_AT_ONCE)):
        rows = [row for row in map(_row, chunk) if row is not None]
        with transaction.atomic():
            out = _opted_out(rows)
            wanted = [row for row in rows if (row.portal_id, row.contact_id) not in out]
            Interaction.objects.bulk_create(wanted, ignore_conflicts=True)


def _opted_out(rows: list[Interaction]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    contacts = {row.contact_id for row in rows}
    return set(TrackingOptOut.objects.filter(contact_id__in=contacts).values_list("portal_id", "contact_id"))


def _row(line: bytes) -> Interaction | None:
    """None for half a line: the machine lost its power in the middle of it."""
    try:
        payload = json.loads(line)
        kind = KINDS[payload["InteractionType"]]
        return Interaction(
            id=uuid.UUID(payload["portal_interactionid"]),
            portal_id=uuid.UUID(payload["portal_portalid"]),
            contact_id=uuid.UUID(payload["portal_contactid"]),
            type=kind.name,
            payload=line.decode("ascii").strip(),
        )
    except (ValueError, KeyError, TypeError):
        logger.warning("A line of the interactions' spool cannot be read; it is left out")
        return None
