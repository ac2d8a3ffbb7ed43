"""Writing events: one statement stores them, remembers their ids and counts them, so all of it happens or nothing.

The statement is a function of the database (migration 0002), which keeps its plan: planning it for each event cost as
much as storing one.

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

COLUMNS = {
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
_STAGING = "CREATE TEMPORARY TABLE hub_staging ({}) ON COMMIT DELETE ROWS".format(
    ", ".join(f"{name} {type_}" for name, type_ in COLUMNS.items())
)
_ARRAYS = ", ".join(f"%s::{type_}[]" for type_ in COLUMNS.values())
_STORE_FEW = f"SELECT * FROM hub_store({_ARRAYS})"  # noqa: S608 - names of ours
_STORE_MANY = "SELECT * FROM hub_store_staged()"

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
        except (DataError, ValueError) as wrong:  # a value that cannot be stored must not cost the others theirs
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
