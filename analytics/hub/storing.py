"""Writing events: one statement stores them, remembers their ids and counts them, so all of it happens or nothing.

A 202 means "committed", so the rows go straight into the database (docs/explanation/hub.md weighs the alternatives).
Requests of one process share transactions: while one is being written, those that come meanwhile wait and are then
written together. That is what carries thousands of single events a second, each with its answer after the commit.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import DataError, connection, transaction
from django.db.backends.utils import CursorWrapper

from analytics.hub.events import Row

BULK = 25  # rows from which COPY into a temporary table beats an array of each column
MOST_TOGETHER = 5000

_TYPES = {
    "hub_id": "integer",
    "id": "uuid",
    "ts": "timestamptz",
    "type_id": "integer",
    "contact": "uuid",
    "portal": "uuid",
    "ref": "uuid",
    "results": "integer",
    "session": "text",
    "lang": "text",
    "txt": "text",
    "more": "jsonb",
    "received": "timestamptz",
    "counted": "smallint",
}
_NAMES = ", ".join(_TYPES)
_STORED = ", ".join(name for name in _TYPES if name != "counted")
_STAGING = "CREATE TEMPORARY TABLE hub_staging ({}) ON COMMIT DELETE ROWS".format(
    ", ".join(f"{name} {type_}" for name, type_ in _TYPES.items())
)
_ARRAYS = "unnest({})".format(", ".join(f"%s::{type_}[]" for type_ in _TYPES.values()))
_PORTAL = "coalesce(portal, '00000000-0000-0000-0000-000000000000')"
_DAY = "(ts AT TIME ZONE 'UTC')::date"

# Keys are taken in order, here and by every other writer, so that two writers wait for each other and never deadlock.
_STORE = """
WITH staged AS MATERIALIZED (SELECT * FROM {source} AS s ({names})),
fresh AS (
    INSERT INTO hub_seen (hub_id, id, ts)
    SELECT hub_id, id, ts FROM staged
    WHERE NOT EXISTS (
        SELECT FROM hub_erasedcontact AS e
        WHERE e.hub_id = staged.hub_id AND e.contact = staged.contact AND staged.ts <= e.erased_at
    )
    ORDER BY hub_id, id
    ON CONFLICT DO NOTHING
    RETURNING hub_id, id
),
new AS MATERIALIZED (SELECT staged.* FROM staged JOIN fresh USING (hub_id, id)),
stored AS (INSERT INTO hub_interaction ({stored}) SELECT {stored} FROM new ON CONFLICT DO NOTHING),
daily AS (
    INSERT INTO hub_dailycount AS c (hub_id, day, portal, type_id, n)
    SELECT hub_id, {day}, {portal}, type_id, count(*) FROM new GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (hub_id, day, portal, type_id) DO UPDATE SET n = c.n + excluded.n
),
searches AS (
    INSERT INTO hub_searchcount AS c (hub_id, day, portal, text, n, without_result)
    SELECT hub_id, {day}, {portal}, left(lower(btrim(txt)), 200), count(*), count(*) FILTER (WHERE results = 0)
    FROM new WHERE counted = 1 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (hub_id, day, portal, text)
    DO UPDATE SET n = c.n + excluded.n, without_result = c.without_result + excluded.without_result
),
items AS (
    INSERT INTO hub_itemcount AS c (hub_id, day, portal, type_id, ref, title, n)
    SELECT hub_id, {day}, {portal}, type_id, ref, coalesce((array_agg(txt ORDER BY ts DESC))[1], ''), count(*)
    FROM new WHERE counted = 2 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (hub_id, day, portal, type_id, ref) DO UPDATE SET n = c.n + excluded.n, title = excluded.title
)
SELECT hub_id, id::text FROM staged WHERE NOT EXISTS (
    SELECT FROM fresh WHERE fresh.hub_id = staged.hub_id AND fresh.id = staged.id
)
"""
_WORDS = {"names": _NAMES, "stored": _STORED, "day": _DAY, "portal": _PORTAL}
_STORE_FEW = _STORE.format(source=_ARRAYS, **_WORDS)
_STORE_MANY = _STORE.format(source="hub_staging", **_WORDS)

Key = tuple[int, str]  # hub, id


@dataclass(eq=False)
class _Waiting:
    """The rows of one request, and what became of them."""

    rows: Sequence[Row]
    not_new: set[int] = field(default_factory=set)
    error: BaseException | None = None
    is_done: bool = False


class Gate:
    """One writer at a time in this process; whoever waits may find its rows written by the one before."""

    def __init__(self) -> None:
        self._queue: list[_Waiting] = []
        self._queue_lock = threading.Lock()
        self._writer_lock = threading.Lock()

    def store(self, rows: Sequence[Row]) -> set[int]:
        """Store the rows; the positions of those that were not new: known already, or of an erased contact."""
        waiting = _Waiting(rows)
        with self._queue_lock:
            self._queue.append(waiting)
        with self._writer_lock:
            if not waiting.is_done:
                self._write(self._take(waiting))
        if waiting.error is not None:
            raise waiting.error
        return waiting.not_new

    def _take(self, own: _Waiting) -> list[_Waiting]:
        """All that wait, up to a limit; the writer's own rows first, so that nobody waits for ever."""
        with self._queue_lock:
            self._queue.remove(own)
            taken, count = [own], len(own.rows)
            while self._queue and count + len(self._queue[0].rows) <= MOST_TOGETHER:
                taken.append(self._queue.pop(0))
                count += len(taken[-1].rows)
        return taken

    def _write(self, taken: list[_Waiting]) -> None:
        try:
            _store_all(taken)
        except DataError as wrong:  # a value that the database takes exception to must not cost the others theirs
            if len(taken) == 1:
                taken[0].error = wrong
            else:
                for waiting in taken:
                    self._write([waiting])
        except Exception as wrong:
            for waiting in taken:
                waiting.error = wrong
        finally:
            for waiting in taken:
                waiting.is_done = True


GATE = Gate()


def _store_all(taken: Sequence[_Waiting]) -> None:
    """The first of equal ids is stored; the others count as known."""
    first: dict[Key, Row] = {}
    for waiting in taken:
        for position, row in enumerate(waiting.rows):
            if first.setdefault((row.hub_id, row.id), row) is not row:
                waiting.not_new.add(position)
    known = rows_store([first[key] for key in sorted(first)])
    if not known:
        return
    for waiting in taken:
        for position, row in enumerate(waiting.rows):
            if (row.hub_id, row.id) in known and first[(row.hub_id, row.id)] is row:
                waiting.not_new.add(position)


def rows_store(rows: Sequence[Row]) -> set[Key]:
    """Store rows of different ids, sorted by hub and id; the keys of those that were not new. One transaction."""
    if not rows:
        return set()
    if len(rows) < BULK:
        with connection.cursor() as cursor:
            cursor.execute(_STORE_FEW, [list(column) for column in zip(*rows, strict=True)])
            return set(cursor.fetchall())
    with transaction.atomic(), connection.cursor() as cursor:
        _staging_ensure(cursor)
        cursor.copy_expert("COPY hub_staging FROM STDIN", io.StringIO(_copied(rows)))
        cursor.execute(_STORE_MANY)
        return set(cursor.fetchall())


def _staging_ensure(cursor: CursorWrapper) -> None:
    """The connection's own staging table, empty. It is looked for, not remembered: a rollback may have taken it."""
    cursor.execute("SELECT to_regclass('pg_temp.hub_staging')")
    if cursor.fetchone() == (None,):
        cursor.execute(_STAGING)
    else:
        cursor.execute("DELETE FROM hub_staging")  # empty already, unless this transaction stores twice


def _copied(rows: Sequence[Row]) -> str:
    return "".join(["\t".join([_cell(value) for value in row]) + "\n" for row in rows])


def _cell(value: object) -> str:
    if value is None:
        return "\\N"
    if type(value) is str:
        if "\\" in value or not value.isprintable():
            return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
        return value
    return str(value)
