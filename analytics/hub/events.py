"""From an event as JSON to the row that is stored. Nothing here asks the database."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from analytics.hub.errors import Refused
from analytics.hub.keys import is_guid, key_hashed, key_of
from analytics.hub.rules import PORTAL_ID, Count, Field, TypeRules
from analytics.hub.storable import BROKEN, json_kept
from analytics.kinds import NOBODY, TEST_SESSION

FUTURE_ALLOWED = timedelta(minutes=5)  # clocks differ; what is further ahead is set to the moment it arrived
EARLIEST = datetime(2001, 1, 1, tzinfo=UTC)
MOST_UNKNOWN = 40
LONGEST_VALUE = 8000  # characters of a value that no field declares


# The columns that properties fill, in their order in :class:`Row`.
KEPT = ("contact", "portal", "ref", "results", "session", "lang", "txt")


class Row(NamedTuple):
    """An event ready for storing, in the order of the staging table's columns."""

    hub_id: int
    id: str
    ts: datetime
    type_id: int
    contact: str | None
    portal: str | None
    ref: str | None
    results: int | None
    session: str | None
    lang: str | None
    txt: str | None
    more: str | None
    received: datetime
    counted: int


class Read(NamedTuple):
    """A row, and what the sender should be told although it is stored."""

    row: Row
    warnings: Sequence[str]


def event_read(
    hub_id: int, rules: TypeRules, event: Mapping[str, Any], now: datetime, ahead: timedelta | None = None
) -> Read:
    """Read one event of the type.

    Args:
        ahead: how far the sender's clock is ahead of ours, where it is known to be off.

    Raises:
        Refused: ``MissingProperty``, ``InvalidProperty``, ``InvalidTimestamp``, ``TooManyProperties``.
    """
    values: dict[str, Any] = dict.fromkeys(KEPT)
    more: dict[str, Any] = {}
    warnings: list[str] = []
    for name, value in event.items():
        if name == "InteractionType" or name == rules.timestamp or value is None:
            continue
        field = rules.fields.get(name)
        if field is None:
            if name not in ("InteractionId", "TimeStamp"):  # what we answered to the last POST may come back
                _unknown(name, value, rules, warnings, more)
            continue
        if not (field.is_text and type(value) is str and value.isprintable() and len(value) <= field.longest):
            field_check(field, value)
        if field.column:
            values[field.column] = value
        elif name != PORTAL_ID or not rules.has_own_id:
            more[name] = value
    for name in rules.required:
        if event.get(name) in (None, ""):
            raise Refused("MissingProperty", f"{rules.name} needs the property {name}.")
    ts = _timestamp(rules, event, now, ahead, warnings)
    for column in ("contact", "portal", "ref"):
        text = values[column]
        if not text:
            values[column] = None
        elif is_guid(text):
            values[column] = text.lower()
        else:
            more[rules.columns[column]] = text
            values[column] = key_of(text)
    about, portal, ref, results, session, lang, txt = values.values()
    kept = json.dumps(more, ensure_ascii=False) if more else None
    counted = _count(rules, values)
    own_id = _id(rules, event)
    row = Row(hub_id, own_id, ts, rules.id, about, portal, ref, results, session, lang, txt, kept, now, counted)
    return Read(row, warnings)


def event_write(rules: TypeRules, row: Mapping[str, Any]) -> dict[str, Any]:
    """The event as it is answered, from the columns of its row."""
    told: dict[str, Any] = {"InteractionType": rules.name, "InteractionId": str(row["id"])}
    if rules.has_own_id:
        told[PORTAL_ID] = str(row["id"])
    for column, name in rules.columns.items():
        value = row.get(column)
        if value is not None:
            told[name] = value if isinstance(value, int) else str(value)
    told |= row.get("more") or {}
    at = stamp_told(row["ts"])
    if rules.timestamp:
        told[rules.timestamp] = at
    return {**told, "TimeStamp": at}


def stamp_told(moment: datetime) -> str:
    """A moment as Edm.DateTimeOffset."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment_read(text: object) -> datetime | None:
    """The moment that a text names; one without a zone is UTC's. None where it names none."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is None:
        return found.replace(tzinfo=UTC)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        return None


def moment_moved(moment: datetime, by: timedelta) -> datetime | None:
    """None where no calendar reaches."""
    try:
        return moment + by
    except OverflowError:
        return None


def _count(rules: TypeRules, values: Mapping[str, Any]) -> int:
    if values["contact"] == NOBODY and values["session"] == TEST_SESSION:
        return Count.TEST
    if rules.count is Count.SEARCHES:
        return Count.SEARCHES if values["txt"] else Count.NONE
    if rules.count is Count.ITEMS:
        return Count.ITEMS if values["ref"] else Count.NONE
    return Count.NONE


def _id(rules: TypeRules, event: Mapping[str, Any]) -> str:
    if rules.has_own_id:
        text = event[PORTAL_ID]
        if not is_guid(text):
            raise Refused("InvalidProperty", f"{PORTAL_ID} is not a GUID.")
        return str(text).lower()
    return key_hashed(rules.name, *(str(event[name]) for name in rules.id_properties))


def _timestamp(
    rules: TypeRules, event: Mapping[str, Any], now: datetime, ahead: timedelta | None, warnings: list[str]
) -> datetime:
    """When it happened: never later than it arrived, but for the little that clocks differ."""
    told = event.get(rules.timestamp) if rules.timestamp else None
    if told is None:
        if rules.timestamp and rules.fields[rules.timestamp].is_required:
            raise Refused("MissingProperty", f"{rules.name} needs the property {rules.timestamp}.")
        return now
    found = moment_read(told)
    if ahead is not None and found is not None:
        found = moment_moved(found, -ahead)
    if found is None or found < EARLIEST:
        raise Refused("InvalidTimestamp", f"{rules.timestamp} is not a moment after the year 2000 in ISO 8601.")
    if found > now + FUTURE_ALLOWED:
        warnings.append(f"{rules.timestamp} is in the future; it was set to {stamp_told(now)}. Check your clock.")
        return now
    return found


def _unknown(name: str, value: Any, rules: TypeRules, warnings: list[str], more: dict[str, Any]) -> None:
    """A property that the type does not declare is kept, and the sender is told so."""
    if len(more) >= MOST_UNKNOWN:
        raise Refused("TooManyProperties", f"{rules.name} does not declare most of these properties.")
    shown = name[:80]
    text = json_kept(value)
    if BROKEN.search(name) or text is None or len(text) > LONGEST_VALUE:
        raise Refused("InvalidProperty", "An undeclared property has a name or a value that cannot be stored.")
    warnings.append(f"{rules.name} does not declare the property {shown}; it is kept.")
    more[name] = value


def field_check(field: Field, value: Any) -> None:
    if field.is_array:
        if not isinstance(value, list) or len(value) > 1000:
            raise Refused("InvalidProperty", f"{field.name} is not an array of at most 1,000 values.")
        for one in value:
            _check_one(field, one)
    else:
        _check_one(field, value)


def _check_one(field: Field, value: Any) -> None:
    kind = field.kind
    if kind == "Edm.String":
        if type(value) is not str:
            raise Refused("InvalidProperty", f"{field.name} is not a string.")
        if len(value) > field.longest:
            raise Refused("InvalidProperty", f"{field.name} is longer than {field.longest} characters.")
        if not value.isprintable() and BROKEN.search(value):
            raise Refused("InvalidProperty", f"{field.name} holds a character that cannot be stored.")
    elif not _fits(kind, value):
        raise Refused("InvalidProperty", f"{field.name} is not of the type {kind}.")


def _fits(kind: str, value: Any) -> bool:
    if kind in _INTEGERS:
        return type(value) is int and abs(value) < _INTEGERS[kind]
    if kind in ("Edm.Double", "Edm.Single", "Edm.Decimal"):
        return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    if kind == "Edm.Boolean":
        return isinstance(value, bool)
    if kind == "Edm.Guid":
        return isinstance(value, str) and is_guid(value)
    return moment_read(value) is not None  # Edm.DateTimeOffset and Edm.DateTime


_INTEGERS = {"Edm.Byte": 2**8, "Edm.Int16": 2**15, "Edm.Int32": 2**31, "Edm.Int64": 2**63}
FIELD_TYPES = frozenset(
    {*_INTEGERS, "Edm.String", "Edm.Double", "Edm.Single", "Edm.Decimal", "Edm.Boolean", "Edm.Guid"}
    | {"Edm.DateTimeOffset", "Edm.DateTime"}
)
