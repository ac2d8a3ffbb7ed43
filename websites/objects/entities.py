"""``entities`` and the tag ``fetchxml``: rows of the organization as they are now, under the visitor's permissions.

Without an entity permission that grants reading there is nothing, for whatever table; what there is, is narrowed in the
organization's own query. A page that asks for rows is made anew for every visit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from core.errors import Unavailable
from websites.objects.fetchxml import FetchQuery, FetchRefused, query_of
from websites.objects.scene import Scene
from websites.templating.drop import Drop

TABLE = re.compile(r"[a-z][a-z0-9_]{1,99}")
SIGN_IN = "adx_identity_"  # columns of how somebody signs in: nobody's to see
MOST = 20  # single rows of one page


class Entities(Mapping[str, object]):
    """``entities.incident[id]``, ``entities["incident"][id]``"""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._asked: dict[tuple[str, str], Drop | None] = {}

    def __getitem__(self, table: str) -> object:
        name = str(table).lower()
        is_there = TABLE.fullmatch(name) and self._scene.access.filter(name) is not None
        return EntityTable(self, name) if is_there else None

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __str__(self) -> str:
        return ""

    def row(self, table: str, id_: str) -> Drop | None:
        """The row, once a page; nil where it is not there, not the visitor's, or the page has asked too often."""
        key = (table, id_.lower())
        if key not in self._asked:
            self._asked[key] = self._read(table, id_) if len(self._asked) < MOST else None
        return self._asked[key]

    def _read(self, table: str, id_: str) -> Drop | None:
        self._scene.notes.is_live = True
        condition = f"{table}id eq {UUID(id_)}"
        allowed = self._scene.access.filter(table)
        try:
            found = self._scene.rows.rows(
                set_of(table), filter=f"{condition} and {allowed}" if allowed else condition, top=1
            )
            return next((row_drop(row) for row in found), None)
        except Unavailable:
            return None


class EntityTable(Mapping[str, object]):
    """One table's rows by id."""

    def __init__(self, entities: Entities, table: str) -> None:
        self._entities, self._table = entities, table

    def __getitem__(self, id_: str) -> object:
        try:
            UUID(str(id_))
        except ValueError:
            return None
        return self._entities.row(self._table, str(id_))

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __str__(self) -> str:
        return ""


def fetched(scene: Scene, text: str) -> tuple[Drop | None, str]:
    """The answer to a FetchXML query, or None and why there is none."""
    try:
        query = query_of(text)
    except FetchRefused as refused:
        return None, str(refused)
    allowed = scene.access.filter(query.table)
    if allowed is None:
        return _results(query, []), f"no entity permission lets this visitor read {query.table}"
    conditions = " and ".join(part for part in (query.filter, allowed) if part)
    try:
        rows = list(
            scene.rows.rows(set_of(query.table), filter=conditions, orderby=query.orderby, top=query.count),
        )
    except Unavailable as problem:
        return None, f"the organization does not answer it ({problem.code})"
    return _results(query, rows), ""


def _results(query: FetchQuery, rows: list[dict[str, Any]]) -> Drop:
    drops = [row_drop(row) for row in rows]
    results = Drop(
        {
            "entities": lambda: drops,
            "entity_name": lambda: query.table,
            "total_record_count": lambda: len(drops),
            "more_records": lambda: len(drops) == query.count,
        }
    )
    return Drop({"results": lambda: results, "xml": lambda: query.text})


def row_drop(row: Mapping[str, Any]) -> Drop:
    """A row as templates see it: lookups with their id, choices with value and label."""
    fields = {_name(column): _field(row, column) for column in row if "@" not in column and SIGN_IN not in column}
    return Drop(fields)


def _name(column: str) -> str:
    return column[1:-6] if column.startswith("_") and column.endswith("_value") else column


def _field(row: Mapping[str, Any], column: str) -> Any:
    value, label = row[column], row.get(f"{column}@OData.Community.Display.V1.FormattedValue")
    if column.startswith("_") and column.endswith("_value"):
        return lambda: Drop({"id": lambda: value, "name": lambda: label}) if value else None
    if column.endswith("code") and isinstance(value, int):
        return lambda: Drop({"value": lambda: value, "label": lambda: label})
    return lambda: value


def set_of(table: str) -> str:
    """The entity set of a table, as Dataverse forms it."""
    if table.endswith(("s", "x", "ch", "sh", "z")):
        return f"{table}es"
    if table.endswith("y") and table[-2:-1] not in "aeiou":
        return f"{table[:-1]}ies"
    return f"{table}s"
