"""Rows of events, the newest first, in pages. The key of the last row is the mark at which the next page begins."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from analytics.hub.models import Interaction

PAGE = 30  # of the original
COLUMNS = ("id", "ts", "type_id", "contact", "portal", "ref", "results", "session", "lang", "txt", "more", "received")

Row = dict[str, Any]
Mark = tuple[datetime, uuid.UUID]


@dataclass(frozen=True)
class Asked:
    """Which events. None leaves a condition out; ``portals`` may hold None for events that name no portal.

    Args:
        since: at this moment or later. It keeps old partitions out of the question.
        before: earlier than this moment.
    """

    hub_id: int
    contact: str | uuid.UUID | None = None
    since: datetime | None = None
    before: datetime | None = None
    types: Collection[int] | None = None
    portals: Collection[uuid.UUID | None] | None = None
    after: Mark | None = None


@dataclass(frozen=True)
class Page:
    """Some rows, and the mark of the last one where there are more."""

    rows: list[Row]
    next: Mark | None


def rows_page(asked: Asked, *, limit: int = PAGE) -> Page:
    """The newest ``limit`` events."""
    found: list[Row] = list(_rows(asked).values(*COLUMNS)[: limit + 1])
    rows = found[:limit]
    return Page(rows, (rows[-1]["ts"], rows[-1]["id"]) if len(found) > limit else None)


def _rows(asked: Asked) -> QuerySet[Interaction]:
    rows = Interaction.objects.filter(hub_id=asked.hub_id).order_by("-ts", "-id")
    if asked.contact is not None:
        rows = rows.filter(contact=asked.contact)
    if asked.since is not None:
        rows = rows.filter(ts__gte=asked.since)
    if asked.before is not None:
        rows = rows.filter(ts__lt=asked.before)
    if asked.types is not None:
        rows = rows.filter(type_id__in=asked.types)
    if asked.portals is not None:
        rows = rows.filter(portals_condition(asked.portals))
    if asked.after is not None:
        ts, id = asked.after
        rows = rows.filter(ts__lte=ts).exclude(ts=ts, id__gte=id)
    return rows


def portals_condition(portals: Collection[uuid.UUID | None]) -> Q:
    """Events of these portals; None among them stands for events that name no portal."""
    named = Q(portal__in=[portal for portal in portals if portal is not None])
    return named | Q(portal=None) if None in portals else named
