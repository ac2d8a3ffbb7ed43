"""Rows of events, the newest first, in pages. The key of the last row is the mark at which the next page begins."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from analytics.hub.models import Interaction
from analytics.hub.queries.marks import Mark

PAGE = 30  # of the original
COLUMNS = ("id", "ts", "type_id", "contact", "portal", "ref", "results", "session", "lang", "txt", "more", "received")

Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """Which events. None leaves a condition out; ``portals`` may hold None for events that name no portal.

    Args:
        since: at this moment or later. It keeps old partitions out of the question.
        before: earlier than this moment.
        after: older than the event with this mark; ``ahead_of``: newer than it.
    """

    hub_id: int
    contact: str | uuid.UUID | None = None
    since: datetime | None = None
    before: datetime | None = None
    types: Collection[int] | None = None
    portals: Collection[uuid.UUID | None] | None = None
    after: Mark | None = None
    ahead_of: Mark | None = None


@dataclass(frozen=True)
class Page:
    """Some rows, the newest first, and the mark from which the way goes on, where it does."""

    rows: list[Row]
    next: Mark | None


def rows_page(asked: Asked, *, limit: int = PAGE) -> Page:
    """The newest ``limit`` events; with ``ahead_of``, those just ahead of it."""
    found: list[Row] = list(_rows(asked).values(*COLUMNS)[: limit + 1])
    rows = found[:limit]
    mark = (rows[-1]["ts"], rows[-1]["id"]) if len(found) > limit else None
    return Page(rows if asked.ahead_of is None else rows[::-1], mark)


def _rows(asked: Asked) -> QuerySet[Interaction]:
    order = ("-ts", "-id") if asked.ahead_of is None else ("ts", "id")
    rows = Interaction.objects.filter(hub_id=asked.hub_id).order_by(*order)
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
    if asked.ahead_of is not None:
        ts, id = asked.ahead_of
        rows = rows.filter(ts__gte=ts).exclude(ts=ts, id__lte=id)
    return rows


def portals_condition(portals: Collection[uuid.UUID | None]) -> Q:
    """Events of these portals; None among them stands for events that name no portal."""
    named = Q(portal__in=[portal for portal in portals if portal is not None])
    return named | Q(portal=None) if None in portals else named
