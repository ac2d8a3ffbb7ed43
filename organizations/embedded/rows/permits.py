"""What a write needs of the caller's rights: on the row, on its new owner, and on the rows it is tied to."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from organizations.embedded.call import Call
from organizations.embedded.privileges import Privilege
from organizations.embedded.registry import TABLES, Table
from organizations.embedded.rights import owner_column, require, require_row, require_rows
from organizations.embedded.rows.values import Changes

OWNER = frozenset({"ownerid"})


def create_permit(call: Call, table: Table, rows: Iterable[Changes]) -> None:
    """Let the caller create these rows, for whom and tied to what they say.

    Raises:
        DataverseError: 403 0x80040220.
    """
    require(call, table, Privilege.CREATE)
    for changes in rows:
        _owner_permit(call, table, changes, Privilege.CREATE)
        _bound_permit(call, table, changes)


def write_permit(call: Call, table: Table, stored: Mapping[str, Any], changes: Changes) -> None:
    """Let the caller change this row so.

    Raises:
        DataverseError: 403 0x80040220.
    """
    require_row(call, table, stored, Privilege.WRITE)
    _owner_permit(call, table, changes, Privilege.WRITE)
    _bound_permit(call, table, changes)


def rows_permit(call: Call, table: Table, rows: Sequence[tuple[uuid.UUID, Changes]]) -> None:
    """As :func:`write_permit` for many rows that are there."""
    require_rows(call, table, [id for id, _ in rows], Privilege.WRITE)
    for _, changes in rows:
        _owner_permit(call, table, changes, Privilege.WRITE)
        _bound_permit(call, table, changes)


def link_permit(call: Call, table: Table, target: Table) -> None:
    """Let the caller tie or untie rows of the two tables."""
    require(call, table, Privilege.APPEND)
    require(call, target, Privilege.APPEND_TO)


def _owner_permit(call: Call, table: Table, changes: Changes, privilege: Privilege) -> None:
    """A row may be given to those only whose rows the caller reaches."""
    owner: uuid.UUID | None = changes.values.get("ownerid")
    if owner is not None and owner != call.caller.id and owner_column(table):
        require_row(call, table, {table.primary_id: "new", "ownerid": owner}, privilege)


def _bound_permit(call: Call, table: Table, changes: Changes) -> None:
    targets = {name for name, _ in changes.bound}
    if targets and changes.values.keys() != OWNER:
        require(call, table, Privilege.APPEND)
    for target in targets - {"systemuser"}:  # an owner is given a row, nothing is tied to the user's own
        require(call, TABLES[target], Privilege.APPEND_TO)
