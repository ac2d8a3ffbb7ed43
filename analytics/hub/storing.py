"""Writing events: one statement stores them, remembers their ids and counts them, so all of it happens or nothing.

The statement is a function of the database (migrations 0002 and 0003), which keeps its plan: planning it for each event
cost as much as storing one.

A 202 means "committed", so the rows go straight into the database (docs/explanation/hub.md weighs the alternatives).
Requests of one process share transactions: while one is being written, those that come meanwhile wait and are then
written together. That is what carries thousands of single events a second, each with its answer after the commit.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError, connection

from analytics.hub.events import Row

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
_ARRAYS = ", ".join(f"%s::{type_}[]" for type_ in COLUMNS.values())
_STORE = f"SELECT * FROM hub_store({_ARRAYS})"  # noqa: S608 - names of ours
_IS_TEXT = tuple(type_ in ("text", "jsonb") for type_ in COLUMNS.values())

Key = tuple[int, str]  # hub, id


@dataclass(eq=False)
class _Waiting:
    """The rows of one request, and what became of them. Its thread sleeps on ``turn`` until its rows are written, or
    until it is the one to write."""

    rows: Sequence[Row]
    not_new: set[int] = field(default_factory=set)
    error: BaseException | None = None
    is_done: bool = False
    turn: threading.Event = field(default_factory=threading.Event)


class Gate:
    """One writer at a time in this process; whoever waits may find its rows written by the one before. Each is woken
    once: if all waited for one lock, they would queue for it again only to see that there is nothing left to do."""

    def __init__(self) -> None:
        self._queue: list[_Waiting] = []
        self._lock = threading.Lock()
        self._is_writing = False

    def store(self, rows: Sequence[Row]) -> set[int]:
        """Store the rows; the positions of those that were not new: known already, or of an erased contact."""
        waiting = _Waiting(rows)
        with self._lock:
            self._queue.append(waiting)
            must_wait, self._is_writing = self._is_writing, True
        if must_wait:
            waiting.turn.wait()
        if not waiting.is_done:
            self._write_all()
        if waiting.error is not None:
            raise waiting.error
        return waiting.not_new

    def _write_all(self) -> None:
        """Write what waits, the writer's own rows first; then it is the turn of whoever came meanwhile."""
        taken = self._take()
        try:
            self._write(taken)
        finally:
            with self._lock:
                following = self._queue[:1]
                self._is_writing = bool(following)
            for waiting in [*following, *taken]:
                waiting.turn.set()

    def _take(self) -> list[_Waiting]:
        """The first of those that wait, which is the writer's own, and the next ones up to a limit."""
        with self._lock:
            taken = [self._queue.pop(0)]
            count = len(taken[0].rows)
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
    columns = zip(zip(*rows, strict=True), _IS_TEXT, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [_array(column, is_text=is_text) for column, is_text in columns])
        return set(cursor.fetchall())


def _array(values: Iterable[Any], *, is_text: bool) -> str:
    """A column as one literal, which is read quicker than what a list becomes: an expression with a constant for each
    value."""
    cells = [_quoted(value) for value in values] if is_text else ["NULL" if one is None else str(one) for one in values]
    return f"{{{','.join(cells)}}}"


def _quoted(text: str | None) -> str:
    if text is None:
        return "NULL"
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
