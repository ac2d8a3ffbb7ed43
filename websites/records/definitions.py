"""What the organization says of a table: its columns, their types, lengths, choices and names. Kept for ten minutes."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.errors import Unavailable
from websites.errors import PageMissing
from websites.objects.scene import Scene
from websites.ports import OrganizationRows
from websites.records.metadata import Column, Target, columns_read, target_of
from websites.records.values import Field, Kind, Table

KEPT = 600.0  # seconds
MOST = 500  # tables
ENTITY = ("LogicalName", "EntitySetName", "PrimaryIdAttribute", "PrimaryNameAttribute")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,99}")


@dataclass(frozen=True)
class Definition:
    """A table.

    Args:
        title: the column that names a row; the id where there is none.
        fields: columns that can be typed.
        shown: columns that can be shown.
        targets: where a lookup leads to, of those in ``shown``.
        to_contact: from a lookup of contacts to its navigation property.
    """

    table: str
    entity_set: str
    id: str
    title: str
    fields: Mapping[str, Field]
    shown: Mapping[str, Field]
    targets: Mapping[str, Target]
    to_contact: Mapping[str, str]

    def reading(self, fields: Iterable[Field]) -> Table:
        """The table with these columns and the one that names a row."""
        named = {field.name: field for field in fields}
        if self.title in self.shown:
            named.setdefault(self.title, self.shown[self.title])
        title = self.title if self.title in named else next(iter(named), self.id)
        return Table(self.table, self.entity_set, self.id, title, tuple(named.values()))


_kept: dict[tuple[str, str, int], tuple[float, Definition]] = {}
_lock = threading.Lock()


def definition_of(scene: Scene, table: str) -> Definition:
    """The table as the organization has it.

    Raises:
        PageMissing: it has none of this name.
        core.errors.Unavailable: it is not known yet, and the organization is away.
    """
    if not _NAME.fullmatch(table):
        raise PageMissing("There is no such table.")
    lcid = scene.edition.language.lcid
    key = (str(scene.visit.portal.organization_id), table, lcid)
    known = _kept.get(key)
    if known and time.monotonic() - known[0] < KEPT:
        return known[1]
    try:
        found = _read(scene.rows, table, lcid)
    except Unavailable as problem:
        if problem.permanent or known is None:
            raise
        return known[1]
    with _lock:
        while len(_kept) >= MOST:
            _kept.pop(next(iter(_kept)))
        _kept[key] = (time.monotonic(), found)
    return found


def definitions_forget() -> None:
    """Forget what is kept (tests)."""
    _kept.clear()


def _read(rows: OrganizationRows, table: str, lcid: int) -> Definition:
    entity = next(iter(rows.rows("EntityDefinitions", select=ENTITY, filter=f"LogicalName eq '{table}'")), None)
    if entity is None:
        raise PageMissing("The organization has no such table.")
    columns, to_contact = columns_read(rows, table, lcid)
    own = target_of(entity)
    return Definition(
        table=table,
        entity_set=own.entity_set,
        id=own.id,
        title=own.title,
        fields={one.field.name: one.field for one in columns if _can_be_typed(one)},
        shown={one.field.name: one.field for one in columns},
        targets={one.field.name: one.target for one in columns if one.target},
        to_contact=to_contact,
    )


def _can_be_typed(column: Column) -> bool:
    return column.is_written and (column.field.kind is not Kind.LOOKUP or column.target is not None)
