"""``$filter``, ``$top`` and ``$skiptoken`` of a profile's interactions. What is not served is refused in words."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from analytics.hub.cached import CachedHub
from analytics.hub.errors import HubError, bad_request, not_served
from analytics.hub.events import moment_read
from analytics.hub.keys import key_of
from analytics.hub.queries.marks import Mark, mark_read, mark_told
from analytics.hub.queries.rows import PAGE

MOST = 1000  # events in one answer
_SERVED = frozenset({"$filter", "$top", "$skiptoken", "$orderby", "$format", "api-version"})
_CONDITION = re.compile(
    r"(?P<name>\w+)\s+(?P<operator>eq|ne|gt|ge|lt|le)\s+"
    r"(?:cast\(\s*'(?P<cast>[^']*)'\s*,\s*'?Edm\.DateTimeOffset'?\s*\)|datetimeoffset'(?P<old>[^']*)'"
    r"|'(?P<text>(?:[^']|'')*)'|(?P<bare>[0-9A-Za-z:.+-]+))",
    re.IGNORECASE,
)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Options:
    """The options of a request. ``conditions`` are arguments of :class:`analytics.hub.queries.rows.Asked`."""

    conditions: Mapping[str, Any]
    top: int | None
    kept: Mapping[str, str] = field(default_factory=dict)  # options that the next page's address repeats

    @property
    def page(self) -> int:
        """How many events this answer holds at most."""
        return min(self.top or PAGE, MOST)

    def next_link(self, address: str, mark: Mark, left: int | None) -> str:
        """The address of the next page."""
        query = {**self.kept, "$skiptoken": mark_told(mark)}
        if left is not None:
            query["$top"] = str(left)
        return f"{quote(address, safe=':/')}?{urlencode(query, safe='$')}"


def asked_parse(hub: CachedHub, query: Mapping[str, str]) -> Options:
    """
    Raises:
        HubError: 400, wrong; 501, right and not served.
    """
    for name in query:
        if name not in _SERVED:
            raise not_served(f"The option {name[:40]}") if name.startswith("$") else _wrong(f"{name[:40]} is unknown")
    if query.get("$orderby", "Timestamp desc").lower() not in ("timestamp desc", "portal_timestamp desc"):
        raise not_served("Any order but the newest first")
    conditions = _conditions(hub, query.get("$filter", ""))
    if "$skiptoken" in query:
        conditions["after"] = _mark(query["$skiptoken"])
    kept = {name: query[name] for name in ("api-version", "$filter") if name in query}
    return Options(conditions, _top(query.get("$top")), kept)


def _conditions(hub: CachedHub, text: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    rest = text.strip()
    while rest:
        found = _CONDITION.match(rest)
        if found is None:
            raise _wrong(f"The filter is not understood at '{rest[:60]}'")
        _take(hub, made, found)
        rest = rest[found.end() :].lstrip()
        if not rest:
            break
        word, _, rest = rest.partition(" ")
        if word.lower() != "and" or not rest.strip():
            raise not_served(f"'{word[:20]}' in a filter; conditions are joined by 'and'")
        rest = rest.lstrip()
    return made


def _take(hub: CachedHub, made: dict[str, Any], found: re.Match[str]) -> None:
    name, operator = found["name"].lower(), found["operator"].lower()
    value = next(found[group] for group in ("cast", "old", "text", "bare") if found[group] is not None)
    if name in ("timestamp", "portal_timestamp"):
        _take_moment(made, operator, value)
    elif name == "interactiontype" and operator == "eq":
        _take_types(hub, made, value)
    elif name == "portal_portalid" and operator == "eq":
        _once(made, "portals", {uuid.UUID(key_of(value))})
    else:
        raise not_served(f"A filter by {found['name'][:40]} {operator}")


def _take_types(hub: CachedHub, made: dict[str, Any], value: str) -> None:
    _once(made, "types", {rules.id for rules in hub.rules.values() if rules.name == value})


def _take_moment(made: dict[str, Any], operator: str, value: str) -> None:
    moment = moment_read(value.replace(" ", "+") if "T" in value else value)
    if moment is None:
        raise _wrong(f"'{value[:40]}' is not a moment in ISO 8601")
    try:
        after = moment + _TICK  # ts is kept to the microsecond
    except OverflowError as wrong:
        raise _wrong(f"'{value[:40]}' is too far away") from wrong
    if operator in ("ge", "gt", "eq"):
        _later(made, after if operator == "gt" else moment)
    if operator in ("le", "lt", "eq"):
        _earlier(made, moment if operator == "lt" else after)
    if operator == "ne":
        raise not_served("'ne' with a moment")


def _later(made: dict[str, Any], moment: datetime) -> None:
    made["since"] = max(made.get("since", moment), moment)


def _earlier(made: dict[str, Any], moment: datetime) -> None:
    made["before"] = min(made.get("before", moment), moment)


def _once(made: dict[str, Any], name: str, value: object) -> None:
    if made.setdefault(name, value) != value:
        raise _wrong("The filter asks for two different values of one property")


def _top(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 9 or not int(text):
        raise _wrong("$top is a number from 1")
    return int(text)


def _mark(text: str) -> Mark:
    found = mark_read(text)
    if found is None:
        raise _wrong("$skiptoken is not one that this hub gave")
    return found


def _wrong(text: str) -> HubError:
    return bad_request("InvalidQuery", f"{text}.")
