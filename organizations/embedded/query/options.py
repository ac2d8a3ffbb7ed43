"""$select, $filter, $orderby, $expand, $top, $count and $skiptoken, each checked against the registry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from organizations.embedded.errors import bad_request, not_served, property_missing
from organizations.embedded.path import split_outside
from organizations.embedded.registry import Column, Table, Type

KNOWN = frozenset({"$select", "$filter", "$orderby", "$expand", "$top", "$count", "$skiptoken", "$format"})
REFUSED = frozenset({"fetchxml", "sql", "$apply", "$search", "$compute", "$levels", "savedquery", "userquery"})
DEEPEST_EXPAND = 4
_ALIAS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|(@\w+)""")
MOST_ROWS = 5000  # of one answer


@dataclass(frozen=True)
class Order:
    """One key of $orderby."""

    column: Column
    descending: bool


@dataclass(frozen=True)
class Expand:
    """One navigation property to expand, with its own options as text."""

    navigation: str
    inner: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Options:
    """The options of one request or of one expand."""

    select: tuple[Column, ...] | None = None
    filter: str | None = None
    order: tuple[Order, ...] = ()
    expand: tuple[Expand, ...] = ()
    top: int | None = None
    count: bool = False
    skiptoken: str = ""


def options_parse(table: Table, query: Iterable[tuple[str, str]]) -> Options:
    """The options of a query on ``table``.

    Raises:
        DataverseError: 400 for anything unknown, 501 for what is known and not served.
    """
    told = _collected(query)
    return Options(
        select=_select(table, told.get("$select")),
        filter=told.get("$filter"),
        order=_orderby(table, told.get("$orderby", "")),
        expand=expand_parse(told.get("$expand", "")),
        top=_top(told.get("$top")),
        count=_flag("$count", told.get("$count")),
        skiptoken=told.get("$skiptoken", ""),
    )


def _collected(query: Iterable[tuple[str, str]]) -> dict[str, str]:
    told: dict[str, str] = {}
    aliases = {name: value for name, value in query if name.startswith("@")}
    for name, value in query:
        key = name.strip()
        if key in aliases:
            continue
        if key.lower() in REFUSED:
            raise not_served(f"The query option '{key}'")
        if key not in KNOWN:
            raise bad_request(f"The query parameter {key} is not supported.")
        if key in told:
            raise bad_request(
                f"Query option '{key}' was specified more than once, but it must be specified at most once."
            )
        if key == "$format" and value.split(";")[0] not in ("json", "application/json"):
            raise not_served(f"The format '{value}'")
        told[key] = _with_aliases(value, aliases) if key in ("$filter", "$orderby") else value
    return told


def _with_aliases(text: str, aliases: Mapping[str, str]) -> str:
    """``@p`` as the value that the query gives it, null where it gives none; text in quotes is left alone."""
    return _ALIAS.sub(lambda found: aliases.get(found[0], "null") if found[1] else found[0], text)


def _select(table: Table, text: str | None) -> tuple[Column, ...] | None:
    if text is None or text.strip() in ("", "*"):
        return None
    names = dict.fromkeys(part.strip() for part in text.split(",") if part.strip())
    return tuple(column_named(table, name) for name in names)


def column_named(table: Table, name: str) -> Column:
    """The readable column with this Web API name.

    Raises:
        DataverseError: 400, there is none.
    """
    column = table.by_property.get(name)
    if column is None:
        raise property_missing(name, table)
    return column


def _orderby(table: Table, text: str) -> tuple[Order, ...]:
    return tuple(_order(table, part) for part in split_outside(text, ",") if part.strip()) if text else ()


def _order(table: Table, text: str) -> Order:
    name, *direction = text.split()
    if direction not in ([], ["asc"], ["desc"]):
        raise bad_request(f"Syntax error in $orderby: '{text.strip()}'.")
    if "/" in name:
        raise not_served("$orderby by a column of another table")
    column = column_named(table, name)
    if column.type is Type.LOOKUP:
        return Order(lookup_name(column), direction == ["desc"])
    if column.type is Type.MEMO and not column.max_length:
        raise not_served(f"$orderby by '{name}'")
    return Order(column, direction == ["desc"])


def lookup_name(lookup: Column) -> Column:
    """The name of the row that a lookup leads to, by which the platform orders lookups; rows are annotated with it."""
    return Column(f"name_of_{lookup.name}", Type.STRING)


def expand_parse(text: str) -> tuple[Expand, ...]:
    """The navigation properties of an $expand, each once.

    Raises:
        DataverseError: 400.
    """
    parts = [part.strip() for part in split_outside(text, ",") if part.strip()] if text else []
    found = tuple(_expand_one(part) for part in parts)
    if len({one.navigation for one in found}) != len(found):
        raise bad_request("$expand names a navigation property twice.")
    return found


def _expand_one(part: str) -> Expand:
    name, paren, rest = part.partition("(")
    if paren and not rest.endswith(")"):
        raise bad_request(f"Syntax error in $expand: '{part[:200]}'.")
    if "/" in name:
        raise not_served(f"$expand of '{name.strip()[:100]}'")
    inner = [piece for piece in split_outside(rest[:-1], ";") if piece.strip()] if paren else []
    pairs = [piece.strip().partition("=") for piece in inner]
    if any(not equals for _, equals, _ in pairs):
        raise bad_request(f"Syntax error in $expand: '{part[:200]}'.")
    return Expand(name.strip(), tuple((key.strip(), value) for key, _, value in pairs))


def _top(text: str | None) -> int | None:
    """More than a page holds would be answered with less than was asked for, so it is refused."""
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > 9 or int(text) > MOST_ROWS:
        raise bad_request(f"Invalid value '{text[:40]}' for $top query option found: it is 0 to {MOST_ROWS}.")
    return int(text)


def _flag(name: str, text: str | None) -> bool:
    if text is None:
        return False
    if text not in ("true", "false"):
        raise bad_request(f"Invalid value '{text[:40]}' for {name} query option found.")
    return text == "true"
