"""Events as pages show them: lists, journeys, and what was refused."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone

from analytics.hub.cached import CachedHub, hub_cached
from analytics.hub.events import event_write
from analytics.hub.keys import key_of
from analytics.hub.models import Hub, RefusalCount, RefusedEvent
from analytics.hub.queries.marks import mark_read, mark_told
from analytics.hub.queries.rows import Asked, Row, rows_page
from analytics.hub.services.access import Scope, scope_of
from analytics.kinds import NOBODY, TEST_SESSION
from core.models import User

PAGE = 50


@dataclass(frozen=True)
class HubEvent:
    """An event as a page shows it.

    Args:
        item: the id of what was looked at; None for a search.
        text: its title, or what was searched for.
        properties: the whole event, as the hub answers it.
    """

    id: uuid.UUID
    at: datetime
    type: str
    portal: uuid.UUID | None
    contact: uuid.UUID | None
    item: uuid.UUID | None
    text: str
    results: int | None
    properties: Mapping[str, Any]

    @property
    def is_test(self) -> bool:
        """Whether a sender only tried its connection: no chart counts it."""
        return str(self.contact) == NOBODY and self.properties.get("portal_sessionid") == TEST_SESSION


@dataclass(frozen=True)
class EventFilter:
    """Which events; what is left empty is no condition. ``since`` is included, ``before`` is not."""

    type: str = ""
    portal: uuid.UUID | None = None
    contact: str = ""
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class EventPage:
    """The newest first. ``older`` and ``newer`` are marks for :func:`events_list`; "" where nothing is there."""

    events: tuple[HubEvent, ...]
    older: str
    newer: str


def events_list(
    *,
    actor: User,
    hub: Hub,
    wanted: EventFilter = EventFilter(),
    older_than: str = "",
    newer_than: str = "",
    limit: int = PAGE,
) -> EventPage:
    """A page of the events that ``actor`` may see. A mark that is none of ours leads to the first page.

    Raises:
        NotAllowed
    """
    scope, cached = scope_of(actor, hub), hub_cached(hub.name)
    after, ahead = mark_read(older_than), mark_read(newer_than)
    asked = _asked(scope, cached, wanted, after=after, ahead_of=None if after else ahead)
    page = rows_page(asked, limit=limit)
    events = tuple(_event(cached, row) for row in page.rows)
    if not events:
        return EventPage((), "", "")
    first, last = _mark(page.rows[0]), _mark(page.rows[-1])
    if asked.ahead_of is not None:
        return EventPage(events, older=last, newer=first if page.next else "")
    return EventPage(events, older=last if page.next else "", newer=first if after else "")


def refused_list(
    *,
    actor: User,
    hub: Hub,
    code: str = "",
    before_id: int | None = None,
    after_id: int | None = None,
    limit: int = PAGE,
) -> list[RefusedEvent]:
    """Refused events, the newest first, of portals that ``actor`` may manage and of none.

    Args:
        before_id: those that came before this one; ``after_id``: those that came just after it.

    Raises:
        NotAllowed
    """
    scope = scope_of(actor, hub)
    rows = RefusedEvent.objects.filter(hub=hub).order_by("-id")
    if scope.portals is not None:
        named = [portal for portal in scope.portals if portal is not None]
        rows = rows.filter(Q(portal=None) | Q(portal__in=named))
    if code:
        rows = rows.filter(code=code)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    if after_id is not None:
        return list(rows.filter(pk__gt=after_id).order_by("id")[:limit])[::-1]
    return list(rows[:limit])


def refusals_counted(*, actor: User, hub: Hub, days: int = 30) -> dict[str, int]:
    """How often each reason came in the last days, calls without a valid token among them; the most frequent first.

    Raises:
        NotAllowed
    """
    scope_of(actor, hub)
    since = timezone.now().date() - timedelta(days=days - 1)
    rows = RefusalCount.objects.filter(hub=hub, day__gte=since).values_list("code").annotate(total=Sum("n"))
    return dict(sorted(rows, key=lambda pair: (-pair[1], pair[0])))


def events_told(cached: CachedHub, rows: Iterable[Row]) -> list[HubEvent]:
    """Rows as events."""
    return [_event(cached, row) for row in rows]


def _asked(scope: Scope, cached: CachedHub, wanted: EventFilter, **marks: Any) -> Asked:
    portals: Any = scope.portals
    if wanted.portal is not None:
        portals = {wanted.portal} if portals is None or wanted.portal in portals else set()
    types = None
    if wanted.type:
        types = {rules.id for rules in cached.rules.values() if rules.name == wanted.type}
    return Asked(
        hub_id=scope.hub.pk,
        contact=key_of(wanted.contact) if wanted.contact else None,
        since=wanted.since,
        before=wanted.before,
        types=types,
        portals=portals,
        **marks,
    )


def _event(cached: CachedHub, row: Row) -> HubEvent:
    rules = cached.rules[row["type_id"]]
    return HubEvent(
        id=row["id"],
        at=row["ts"],
        type=rules.name,
        portal=row["portal"],
        contact=row["contact"],
        item=row["ref"],
        text=row["txt"] or "",
        results=row["results"],
        properties=event_write(rules, row),
    )


def _mark(row: Row) -> str:
    return mark_told((row["ts"], row["id"]))
