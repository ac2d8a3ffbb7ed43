"""One contact in a hub: who it is, everything it did as a file, and forgetting it."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Min
from django.utils import timezone

from analytics.hub.cached import hub_cached
from analytics.hub.events import stamp_told
from analytics.hub.keys import key_of
from analytics.hub.model.automatic import PROFILE
from analytics.hub.models import NO_PORTAL, ErasedContact, Hub, Interaction, Profile, RefusedEvent
from analytics.hub.queries.rows import Asked, portals_condition, rows_page
from analytics.hub.rules import Count as Counted
from analytics.hub.rules import TypeRules
from analytics.hub.services.access import Scope, scope_of
from analytics.hub.services.events import HubEvent, events_told
from analytics.kinds import NOBODY, TEST_SESSION
from core.errors import InvalidValue
from core.models import User
from organizations.policy import Action, require

MOST_EXPORTED = 200_000
FORMATS = ("json", "csv")
_CSV = ("Time", "Interaction", "Portal", "Item", "Text", "Results", "Session", "Language", "Id")


@dataclass(frozen=True)
class ContactProfile:
    """A contact as the hub knows it, and how many of its events of each type one may see."""

    key: uuid.UUID
    properties: dict[str, Any]
    counts: dict[str, int]
    first_at: datetime | None
    last_at: datetime | None
    erased_at: datetime | None


@dataclass(frozen=True)
class Erased:
    """What is gone."""

    events: int
    refused: int
    profile: bool


def contact_profile(*, actor: User, hub: Hub, contact: str) -> ContactProfile:
    """
    Raises:
        NotAllowed
    """
    scope, key = scope_of(actor, hub), uuid.UUID(key_of(contact))
    rows = _rows(scope, key)
    names = {rules.id: rules.name for rules in hub_cached(hub.name).rules.values()}
    counts = rows.values_list("type_id").annotate(total=Count("id")).order_by("type_id")
    span = rows.aggregate(first=Min("ts"), last=Max("ts"))
    profile = Profile.objects.filter(hub=hub, type__name=PROFILE, key=key).first()
    erased = ErasedContact.objects.filter(hub=hub, contact=key).first()
    return ContactProfile(
        key=key,
        properties=dict(profile.properties) if profile else {},
        counts={names[type_id]: n for type_id, n in counts},
        first_at=span["first"],
        last_at=span["last"],
        erased_at=erased.erased_at if erased else None,
    )


def contact_export(*, actor: User, hub: Hub, contact: str, format: str = "json") -> str:
    """Everything that the hub holds about a contact, as far as ``actor`` may see it: the oldest event first.

    Raises:
        NotAllowed
        InvalidValue: ``hub:format-unknown``.
    """
    if format not in FORMATS:
        raise InvalidValue("The format is json or csv.", field="format", code="hub:format-unknown")
    scope, cached = scope_of(actor, hub, Action.HUB_MANAGE), hub_cached(hub.name)
    asked = Asked(hub_id=hub.pk, contact=key_of(contact), portals=scope.portals)
    events = events_told(cached, rows_page(asked, limit=MOST_EXPORTED).rows)[::-1]
    if format == "csv":
        return _csv_written(events)
    profile = contact_profile(actor=actor, hub=hub, contact=contact)
    told = {"hub": hub.name, "contact": contact, "profile": profile.properties}
    return json.dumps({**told, "interactions": [event.properties for event in events]}, ensure_ascii=False, indent=2)


@transaction.atomic
def contact_erase(*, actor: User, hub: Hub, contact: str) -> Erased:
    """Forget a contact: its events of all portals, its share of every count (its search texts among them), its profile,
    and what was refused of it. Its events from before this moment that arrive later are refused.

    Raises:
        NotAllowed
    """
    require(actor, Action.HUB_MANAGE, hub.organization_id)
    key = key_of(contact)
    ErasedContact.objects.update_or_create(
        hub=hub, contact=key, defaults={"erased_at": timezone.now()}, create_defaults={"erased_at": timezone.now()}
    )
    with connection.cursor() as cursor:
        cursor.execute(_DELETE, [hub.pk, key, NOBODY, TEST_SESSION])
        gone = cursor.fetchall()
    _uncount(hub, [row for *row, is_test in gone if not is_test])
    refused, _ = RefusedEvent.objects.filter(hub=hub, contact=key).delete()
    profiles, _ = Profile.objects.filter(hub=hub, key=key).delete()
    return Erased(events=len(gone), refused=refused, profile=bool(profiles))


_DELETE = """
DELETE FROM hub_interaction WHERE hub_id = %s AND contact = %s
RETURNING (ts AT TIME ZONE 'UTC')::date, portal, type_id, ref, left(lower(btrim(txt)), 200), results,
    coalesce(contact = %s AND session = %s, false)
"""
# Rows are locked in the order in which writers lock them.
_UNCOUNT = """
UPDATE {table} AS c SET {change} FROM (
    SELECT c.ctid AS place, u.* FROM {table} AS c JOIN unnest({arrays}) AS u ({names})
    ON c.hub_id = %s AND {keys} ORDER BY {order} FOR UPDATE OF c
) AS g WHERE c.ctid = g.place
"""
_FORGET = "DELETE FROM {table} WHERE hub_id = %s AND n <= 0"
_Key = tuple[Any, ...]


def _uncount(hub: Hub, gone: list[list[Any]]) -> None:
    rules = hub_cached(hub.name).rules
    daily: Counter[_Key] = Counter()
    searches: Counter[_Key] = Counter()
    missed: Counter[_Key] = Counter()
    items: Counter[_Key] = Counter()
    for day, portal, type_id, ref, text, results in gone:
        where, kind = (day, portal or NO_PORTAL), _count_of(rules, type_id)
        daily[*where, type_id] += 1
        if kind is Counted.SEARCHES and text is not None:
            searches[*where, text] += 1
            missed[*where, text] += results == 0
        if kind is Counted.ITEMS and ref is not None:
            items[*where, type_id, ref] += 1
    one, types = "n = greatest(c.n - g.less, 0)", {"day": "date", "portal": "uuid"}
    _take_off(hub, "hub_dailycount", one, {**types, "type_id": "integer"}, [(*key, n) for key, n in daily.items()])
    both = f"{one}, without_result = greatest(c.without_result - g.missed, 0)"
    found = [(*key, n, missed[key]) for key, n in searches.items()]
    _take_off(hub, "hub_searchcount", both, {**types, "text": "text"}, found, "missed")
    keys = {**types, "type_id": "integer", "ref": "uuid"}
    _take_off(hub, "hub_itemcount", one, keys, [(*key, n) for key, n in items.items()])


def _take_off(hub: Hub, table: str, change: str, keys: dict[str, str], rows: list[_Key], *more: str) -> None:
    """Lower the counts of these keys, and forget those that nobody has any part in."""
    if not rows:
        return
    columns = {**keys, "less": "bigint", **dict.fromkeys(more, "bigint")}
    statement = _UNCOUNT.format(
        table=table,
        change=change,
        arrays=", ".join(f"%s::{type_}[]" for type_ in columns.values()),
        names=", ".join(columns),
        keys=" AND ".join(f"c.{name} = u.{name}" for name in keys),
        order=", ".join(f"c.{name}" for name in ("hub_id", *keys)),
    )
    with connection.cursor() as cursor:
        values = [
            [str(one) if isinstance(one, uuid.UUID) else one for one in column] for column in zip(*rows, strict=True)
        ]
        cursor.execute(statement, [*values, hub.pk])
        cursor.execute(_FORGET.format(table=table), [hub.pk])


def _count_of(rules: Any, type_id: int) -> Counted:
    found: TypeRules | None = rules.get(type_id)
    return found.count if found else Counted.NONE


def _rows(scope: Scope, key: uuid.UUID) -> Any:
    rows = Interaction.objects.filter(hub_id=scope.hub.pk, contact=key)
    return rows if scope.portals is None else rows.filter(portals_condition(scope.portals))


def _csv_written(events: list[HubEvent]) -> str:
    """With a byte order mark, so that spreadsheets read it as UTF-8; texts that look like formulas are quoted."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(_CSV)
    for event in events:
        told = event.properties
        extras = (told.get("portal_sessionid"), told.get("portal_language"))
        cells = (
            stamp_told(event.at),
            event.type,
            event.portal,
            event.item,
            event.text,
            event.results,
            *extras,
            event.id,
        )
        writer.writerow([_cell(cell) for cell in cells])
    return "\ufeff" + file.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
