"""Who calls, and what that user's roles allow: a privilege for each table and operation, each with its depth.

The depth says whose rows it reaches: the user's own, those of the user's business unit, of that unit and all units
below it, or of the whole organization. Roles add up; the deepest one counts. A table without an owner knows none and
everything, as on the platform. A request is made in the name of another user by ``MSCRMCallerID`` or
``CallerObjectId``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from organizations.embedded.callers import Caller
from organizations.embedded.errors import DataverseError
from organizations.embedded.models import EmbeddedOrganization, Rows, rows_in
from organizations.embedded.privileges import Depth, Privilege, privilege_id, privilege_name
from organizations.embedded.registry import Table

if TYPE_CHECKING:
    from organizations.embedded.call import Call


def rows_for(call: Call, table: Table, privilege: Privilege = Privilege.READ) -> Rows:
    """The table's rows in this organization, as far as the caller's privilege reaches.

    Raises:
        DataverseError: 403, the caller has not the privilege at all.
    """
    depth = require(call, table, privilege)
    rows = rows_in(call.tenant, table.name)
    return rows if reaches_all(table, depth) else rows.filter(_reached(call, table, depth))


def require(call: Call, table: Table, privilege: Privilege) -> Depth:
    """The depth of the caller's privilege.

    Raises:
        DataverseError: 403 0x80040220.
    """
    depth = call.caller.depth(privilege, table)
    if depth is None:
        raise _missing(call.caller, table, privilege)
    return depth


def require_row(call: Call, table: Table, stored: Mapping[str, Any], privilege: Privilege) -> None:
    """Let the caller do it to this row.

    Raises:
        DataverseError: 403 0x80040220, not at all, or not to a row of that owner.
    """
    depth = require(call, table, privilege)
    if reaches_all(table, depth) or stored[owner_column(table)] == call.caller.id:
        return
    if depth is Depth.USER or not _owners(call, depth).filter(systemuserid=stored[owner_column(table)]).exists():
        raise _out_of_reach(call.caller, table, stored, privilege)


def require_rows(call: Call, table: Table, ids: Iterable[uuid.UUID], privilege: Privilege) -> None:
    """As :func:`require_row` for many rows; ids without a row are nobody's."""
    depth = require(call, table, privilege)
    if reaches_all(table, depth):
        return
    kept = rows_in(call.tenant, table.name).filter(**{f"{table.primary_id}__in": list(ids)})
    beyond = kept.exclude(_reached(call, table, depth)).values().first()
    if beyond is not None:
        raise _out_of_reach(call.caller, table, beyond, privilege)


def reaches_all(table: Table, depth: Depth) -> bool:
    """Whether the depth is no limit for this table."""
    return depth is Depth.ORGANIZATION or not owner_column(table)


def owner_column(table: Table) -> str:
    """The column that names a row's owner; empty where the organization owns all."""
    return "ownerid" if "ownerid" in table.columns else ""


def _reached(call: Call, table: Table, depth: Depth) -> Q:
    own = Q(**{owner_column(table): call.caller.id})
    if depth is Depth.USER:
        return own
    owners = _owners(call, depth).values("systemuserid")
    return own | Q(**{f"{owner_column(table)}__in": owners})


def _owners(call: Call, depth: Depth) -> Rows:
    """The users whose rows are within reach."""
    units = {call.caller.unit}
    if depth is Depth.UNITS_BELOW:
        units = _units_below(call.tenant, call.caller.unit)
    return rows_in(call.tenant, "systemuser").filter(businessunitid__in=units)


def _units_below(tenant: EmbeddedOrganization, unit: uuid.UUID | None) -> set[uuid.UUID | None]:
    parents = dict(rows_in(tenant, "businessunit").values_list("businessunitid", "parentbusinessunitid"))
    found: set[uuid.UUID | None] = {unit}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _missing(caller: Caller, table: Table, privilege: Privilege) -> DataverseError:
    return DataverseError(
        403,
        "0x80040220",
        f"Principal user (Id={caller.id}, type=8, roleCount={caller.role_count}) is missing "
        f"{privilege_name(table, privilege)} privilege (Id={privilege_id(table, privilege)}) "
        f"for entity '{table.name}'. context.Caller={caller.id}. "
        "Consider adding missed privilege to one of the principal (user/team) roles.",
    )


def _out_of_reach(caller: Caller, table: Table, stored: Mapping[str, Any], privilege: Privilege) -> DataverseError:
    return DataverseError(
        403,
        "0x80040220",
        f"SecLib::AccessCheckEx failed. Entity Name: {table.name}, OwnerId: {stored[owner_column(table)]}, "
        f"ObjectId: {stored[table.primary_id]}, CallingUser: {caller.id}, AccessRights: {privilege.title}Access.",
    )
