"""Saved views of the organization: which columns a list has, in which order, which rows. Kept for ten minutes."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from core.errors import Unavailable
from websites.objects.fetchxml import FetchRefused, query_of
from websites.objects.scene import Scene

KEPT = 600.0  # seconds
MOST = 500  # views
LONGEST = 100_000  # characters of a layout
COLUMNS = ("name", "returnedtypecode", "layoutxml", "fetchxml")


@dataclass(frozen=True)
class SavedView:
    """``where`` and ``order`` are OData; ``columns`` in the order of the layout."""

    id: str
    name: str
    columns: tuple[str, ...]
    where: str = ""
    order: str = ""


_kept: dict[tuple[str, str], tuple[float, SavedView | None]] = {}
_lock = threading.Lock()


def views_of(scene: Scene, table: str, ids: Iterable[str]) -> list[SavedView]:
    """Those of ``ids`` that the organization has for this table, and whose query can be served.

    A view with a query that cannot be asked in full is left out: it would show rows that its makers have ruled out.

    Raises:
        core.errors.Unavailable: the organization is away.
    """
    found = (_view(scene, table, id) for id in ids)
    return [view for view in found if view is not None]


def views_forget() -> None:
    """Forget what is kept (tests)."""
    _kept.clear()


def _view(scene: Scene, table: str, id: str) -> SavedView | None:
    key = (str(scene.visit.portal.organization_id), id)
    known = _kept.get(key)
    if known and time.monotonic() - known[0] < KEPT:
        return known[1]
    found = _read(scene, table, id)
    with _lock:
        while len(_kept) >= MOST:
            _kept.pop(next(iter(_kept)))
        _kept[key] = (time.monotonic(), found)
    return found


def _read(scene: Scene, table: str, id: str) -> SavedView | None:
    try:
        row = scene.rows.row("savedqueries", uuid.UUID(id), select=COLUMNS)
    except Unavailable as problem:
        if not problem.permanent:
            raise
        return None  # an organization without saved views
    if row is None or str(row.get("returnedtypecode") or "") != table:
        return None
    return _made(id, row)


def _made(id: str, row: dict[str, Any]) -> SavedView | None:
    try:
        asked = query_of(str(row.get("fetchxml") or ""))
        layout = str(row.get("layoutxml") or "")[:LONGEST]
        cells = ElementTree.fromstring(layout).iter("cell")
        columns = [str(cell.get("name") or "") for cell in cells if cell.get("ishidden") not in {"1", "true"}]
    except (FetchRefused, ElementTree.ParseError, DefusedXmlException, ValueError):
        return None
    return SavedView(id, str(row.get("name") or ""), tuple(columns), asked.filter, asked.orderby)
