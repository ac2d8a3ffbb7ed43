"""The one statement behind a page: two tables as one list, cut by keyset, and how many rows there are.

Written as SQL because composing it anew for each page took Django longer than PostgreSQL took to answer it. Only
constants of this package become text; whatever somebody asks for is a parameter.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.db import connection

from portals.applications.columns import COLUMNS, TABLES
from portals.applications.cursors import Cursor

Parameters = tuple[object, ...]


class Row(NamedTuple):
    """A row of the list as it comes from the database; JSON columns are text."""

    key: str | datetime
    id: uuid.UUID
    is_portal: bool
    name: str
    subdomain: str
    state: str
    portal_type: str
    organization: str
    license_id: uuid.UUID
    type: str
    expires_at: datetime | None
    created_at: datetime
    step: int | None
    plan: str | None
    waiting_for: str | None
    error: str | None


@dataclass(frozen=True)
class Text:
    """A piece of SQL with its parameters."""

    sql: str
    parameters: Parameters = ()


@dataclass(frozen=True)
class Branch:
    """One of the two tables: which of its rows are asked for, and what they are ordered by.

    Args:
        piece: look only through this many rows of the table in the list's order, from the cursor on; None: all.
    """

    is_portal: bool
    key: Text
    conditions: tuple[Text, ...] = ()
    piece: int | None = None

    @property
    def table(self) -> str:
        return "portals_portal" if self.is_portal else "portals_portallicense"

    def counted(self, limit: int) -> Text:
        """One row for each that matches, up to ``limit``."""
        where = _all_of(self.conditions)
        return Text(f"SELECT 1 FROM {self.table}{where.sql} LIMIT {limit:d}", where.parameters)  # noqa: S608

    def cut(self, cursor: Cursor, size: int, *, is_down: bool) -> Text:
        """The keys and ids of ``size`` rows from the cursor on. Columns are fetched for the page's rows only."""
        order, beyond = _order(is_down), self._beyond(cursor, is_down=is_down)
        keys = f"{self.key.sql} AS key, id, {self.is_portal} AS is_portal"
        if self.piece is None:
            where = _all_of((*self.conditions, *beyond))
            sql = f"SELECT {keys} FROM {self.table}{where.sql} {order} LIMIT {size:d}"  # noqa: S608
            return Text(sql, self.key.parameters + where.parameters)
        near, where = _all_of(beyond), _all_of(self.conditions)
        piece = f"SELECT * FROM {self.table}{near.sql} {_order(is_down, self.key.sql)} LIMIT {self.piece:d}"  # noqa: S608
        sql = f"SELECT {keys} FROM ({piece}) AS piece{where.sql} {order} LIMIT {size:d}"  # noqa: S608
        return Text(sql, self.key.parameters + near.parameters + self.key.parameters + where.parameters)

    def _beyond(self, cursor: Cursor, *, is_down: bool) -> tuple[Text, ...]:
        if not cursor.is_inside:
            return ()
        compare = "<" if is_down else ">"
        parameters = (*self.key.parameters, cursor.key, cursor.id)
        return (Text(f"({self.key.sql}, id) {compare} (%s, %s)", parameters),)


def rows_read(branches: Sequence[Branch], cursor: Cursor, size: int, *, is_down: bool) -> list[Row]:
    """``size`` rows from the cursor on, in its direction."""
    found = _cut(branches, cursor, size, is_down=is_down)
    sql = f"WITH cut AS ({found.sql}) SELECT {COLUMNS} FROM cut {TABLES} {_order(is_down, 'cut.key', 'cut.id')}"  # noqa: S608
    return [Row._make(row) for row in _fetched(Text(sql, found.parameters))]


def rows_read_and_counted(
    branches: Sequence[Branch], every: Sequence[Branch], cursor: Cursor, size: int, *, is_down: bool, limit: int
) -> tuple[list[Row], int]:
    """As :func:`rows_read`, and how many rows ``every`` branch has together, each counted up to ``limit``."""
    found, counted = _cut(branches, cursor, size, is_down=is_down), _joined(branch.counted(limit) for branch in every)
    sql = (
        f"WITH cut AS ({found.sql}), counted AS (SELECT count(*) FROM ({counted.sql}) AS matching) "  # noqa: S608
        f"SELECT counted.count, {COLUMNS} FROM counted LEFT JOIN cut ON true {TABLES} "
        f"{_order(is_down, 'cut.key', 'cut.id')}"
    )
    answers = _fetched(Text(sql, found.parameters + counted.parameters))
    return [Row._make(row[1:]) for row in answers if row[2] is not None], int(answers[0][0])


def _cut(branches: Sequence[Branch], cursor: Cursor, size: int, *, is_down: bool) -> Text:
    united = _joined(branch.cut(cursor, size, is_down=is_down) for branch in branches)
    return Text(f"{united.sql} {_order(is_down)} LIMIT {size:d}", united.parameters) if len(branches) > 1 else united


def _joined(texts: Any) -> Text:
    pieces = list(texts)
    if len(pieces) == 1:
        return Text(pieces[0].sql, pieces[0].parameters)
    return Text(" UNION ALL ".join(f"({piece.sql})" for piece in pieces), _parameters(pieces))


def _all_of(conditions: Sequence[Text]) -> Text:
    if not conditions:
        return Text("")
    return Text(f" WHERE {' AND '.join(condition.sql for condition in conditions)}", _parameters(conditions))


def _parameters(texts: Sequence[Text]) -> Parameters:
    return tuple(parameter for text in texts for parameter in text.parameters)


def _order(is_down: bool, key: str = "key", id: str = "id") -> str:
    return f"ORDER BY {key} DESC, {id} DESC" if is_down else f"ORDER BY {key}, {id}"


def _fetched(statement: Text) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, cast(Any, statement.parameters))
        return list(cursor.fetchall())
