"""Numbers for charts, all from what is counted when events are stored: milliseconds, however many events there are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Max, QuerySet, Sum
from django.utils import timezone

from analytics.hub.models import DailyCount, Hub, InteractionType, ItemCount, SearchCount
from analytics.hub.services.access import Scope, scope_of
from core.models import User


@dataclass(frozen=True)
class TypeCount:
    """An interaction type, and how many of its events ``actor`` may see."""

    name: str
    n: int
    last_day: date | None
    is_deleted: bool


@dataclass(frozen=True)
class DayCount:
    """Events of a type on a day (UTC)."""

    day: date
    type: str
    n: int


@dataclass(frozen=True)
class SearchTotal:
    """A text that was searched for."""

    text: str
    n: int
    without_result: int


@dataclass(frozen=True)
class ItemTotal:
    """An article, blog post or forum thread."""

    type: str
    id: uuid.UUID
    title: str
    n: int


def types_counted(*, actor: User, hub: Hub, days: int | None = None) -> list[TypeCount]:
    """All types of the hub with their counts; ``days`` back from today, or of all time.

    Raises:
        NotAllowed
    """
    rows = _of(DailyCount.objects.all(), scope_of(actor, hub), days)
    found = {id: (n, last) for id, n, last in rows.values_list("type_id").annotate(total=Sum("n"), last=Max("day"))}
    return [
        TypeCount(type_.name, *found.get(type_.pk, (0, None)), is_deleted=type_.deleted_at is not None)
        for type_ in InteractionType.objects.filter(hub=hub)
    ]


def events_by_day(*, actor: User, hub: Hub, days: int = 30) -> list[DayCount]:
    """Events by day and type, the oldest day first; days without events are left out.

    Raises:
        NotAllowed
    """
    rows = _of(DailyCount.objects.all(), scope_of(actor, hub), days)
    names = dict(InteractionType.objects.filter(hub=hub).values_list("pk", "name"))
    found = rows.values_list("day", "type_id").annotate(total=Sum("n")).order_by("day", "type_id")
    return [DayCount(day, names[type_id], n) for day, type_id, n in found]


def searches_top(*, actor: User, hub: Hub, days: int = 30, limit: int = 20) -> list[SearchTotal]:
    """What was searched for most.

    Raises:
        NotAllowed
    """
    return _searches(scope_of(actor, hub), days, limit, "total")


def searches_without_result(*, actor: User, hub: Hub, days: int = 30, limit: int = 20) -> list[SearchTotal]:
    """What was searched for and not found most.

    Raises:
        NotAllowed
    """
    return _searches(scope_of(actor, hub), days, limit, "missed")


def items_top(*, actor: User, hub: Hub, type: str, days: int = 30, limit: int = 20) -> list[ItemTotal]:
    """What was looked at most, of the type of interaction: articles, blog posts or forum threads.

    Raises:
        NotAllowed
    """
    rows = _of(ItemCount.objects.filter(type_id__in=_type_ids(hub, type)), scope_of(actor, hub), days)
    found = rows.values_list("ref").annotate(total=Sum("n"), named=Max("title")).order_by("-total", "ref")
    return [ItemTotal(type, ref, title, n) for ref, n, title in found[:limit]]


def _searches(scope: Scope, days: int, limit: int, by: str) -> list[SearchTotal]:
    rows = _of(SearchCount.objects.all(), scope, days)
    totals = rows.values_list("text").annotate(total=Sum("n"), missed=Sum("without_result"))
    found = totals.filter(**{f"{by}__gt": 0}).order_by(F(by).desc(), "text")
    return [SearchTotal(text, n, missed) for text, n, missed in found[:limit]]


def _of(rows: QuerySet[Any], scope: Scope, days: int | None) -> QuerySet[Any]:
    """The counts of the hub, its seen portals and the last days."""
    rows = rows.filter(hub=scope.hub)
    if scope.counted is not None:
        rows = rows.filter(portal__in=scope.counted)
    if days is not None:
        rows = rows.filter(day__gt=timezone.now().date() - timedelta(days=days))
    return rows


def _type_ids(hub: Hub, name: str) -> list[int]:
    return list(InteractionType.objects.filter(hub=hub, name=name).values_list("pk", flat=True))
