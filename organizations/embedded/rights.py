"""Who calls, and what that user's roles allow: a privilege for each table and operation, each with its depth.

The depth says whose rows it reaches: the user's own, those of the user's business unit, of that unit and all units
below it, or of the whole organization. Roles add up; the deepest one counts. A table without an owner knows none and
everything, as on the platform. A request is made in the name of another user by ``MSCRMCallerID`` or
``CallerObjectId``.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from organizations.client.values import (
    CUSTOMER_SERVICE_REPRESENTATIVE,
    SYSTEM_ADMINISTRATOR,
    SYSTEM_CUSTOMIZER,
)
from organizations.embedded.errors import DataverseError, bad_request, row_missing
from organizations.embedded.models import EmbeddedOrganization, Link, Rows, rows_in
from organizations.embedded.registry import TABLES, Table

if TYPE_CHECKING:
    from organizations.embedded.call import Call

TEMPLATES: Mapping[str, uuid.UUID] = {
    "System Administrator": SYSTEM_ADMINISTRATOR,
    "System Customizer": SYSTEM_CUSTOMIZER,
    "Customer Service Representative": CUSTOMER_SERVICE_REPRESENTATIVE,
}


class Privilege(StrEnum):
    """An operation on a table; ``prvReadContact`` is READ on contact."""

    READ = "read"
    CREATE = "create"
    WRITE = "write"
    DELETE = "delete"
    APPEND = "append"
    APPEND_TO = "appendto"

    @property
    def title(self) -> str:  # type: ignore[override]  # not str.title: a privilege's own
        return "AppendTo" if self is Privilege.APPEND_TO else self.value.capitalize()


class Depth(IntEnum):
    """Whose rows a privilege reaches, as the platform numbers it."""

    USER = 1
    UNIT = 2
    UNITS_BELOW = 4
    ORGANIZATION = 8


@dataclass(frozen=True)
class Caller:
    """The user in whose name a request is made."""

    id: uuid.UUID
    unit: uuid.UUID | None
    role_count: int
    templates: frozenset[uuid.UUID]

    def depth(self, privilege: Privilege, table: Table) -> Depth | None:
        """How far the privilege reaches; None where the user has it not."""
        found = [_DEPTHS.get((role, table.name, privilege)) for role in self.templates]
        return max((depth for depth in found if depth is not None), default=None)


def caller_find(tenant: EmbeddedOrganization, user: str, object_id: str) -> Caller:
    """The application user, or whom it calls for.

    Args:
        user: the header ``MSCRMCallerID``, a systemuserid.
        object_id: the header ``CallerObjectId``, an azureactivedirectoryobjectid.

    Raises:
        DataverseError: 403, it may not, or that user is disabled or has no role; 404, there is no such user.
    """
    own = _caller(tenant, {"systemuserid": tenant.application_user_id})
    if own is None or not own.templates:
        raise _without_role(tenant.application_user_id)
    if not user and not object_id:
        return own
    if user and object_id:
        raise bad_request("MSCRMCallerID and CallerObjectId exclude each other.")
    if SYSTEM_ADMINISTRATOR not in own.templates:
        raise _no_delegate(own)
    name, text = ("systemuserid", user) if user else ("azureactivedirectoryobjectid", object_id)
    id = _guid("MSCRMCallerID" if user else "CallerObjectId", text)
    found = _caller(tenant, {name: id})
    if found is None:
        raise row_missing(TABLES["systemuser"], id)
    if not found.role_count:
        raise _without_role(found.id)
    return found


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


def privilege_name(table: Table, privilege: Privilege) -> str:
    return f"prv{privilege.title}{table.schema_name}"


def privilege_id(table: Table, privilege: Privilege) -> uuid.UUID:
    """The same in every organization, as on the platform."""
    return uuid.uuid5(uuid.NAMESPACE_OID, privilege_name(table, privilege))


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


def _caller(tenant: EmbeddedOrganization, where: Mapping[str, Any]) -> Caller | None:
    user = rows_in(tenant, "systemuser").filter(**where).values("systemuserid", "businessunitid", "isdisabled").first()
    if user is None:
        return None
    if user["isdisabled"]:
        text = f"The specified user(Id = {user['systemuserid']}) is disabled. Consult your system administrator."
        raise DataverseError(403, "0x80040225", text)
    links = Link.objects.filter(
        tenant=tenant, relationship="systemuserroles_association", first=user["systemuserid"]
    ).values("second")
    templates = list(rows_in(tenant, "role").filter(roleid__in=links).values_list("roletemplateid", flat=True))
    return Caller(user["systemuserid"], user["businessunitid"], len(templates), frozenset(templates) - {None})


def _guid(header: str, text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as wrong:
        raise bad_request(f"The header {header} is not a GUID.") from wrong


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


def _no_delegate(caller: Caller) -> DataverseError:
    text = f"Principal user (Id={caller.id}, type=8) is missing prvActOnBehalfOfAnotherUser privilege."
    return DataverseError(403, "0x80040220", text)


def _without_role(id: uuid.UUID) -> DataverseError:
    text = f"The user with id {id} has not been assigned any roles. They need a role with the right privileges."
    return DataverseError(403, "0x80042f09", text)


_WORDS = {"user": Depth.USER, "unit": Depth.UNIT, "units_below": Depth.UNITS_BELOW, "organization": Depth.ORGANIZATION}


def _depths() -> dict[tuple[uuid.UUID, str, Privilege], Depth]:
    """Read from privileges.csv: a line of a table comes before one of its kind, that before ``*``."""
    found: dict[tuple[uuid.UUID, str, Privilege], Depth] = {}
    with (Path(__file__).parent / "registry" / "privileges.csv").open(newline="", encoding="utf-8") as file:
        lines = {(line["role"], line["tables"]): line for line in csv.DictReader(file)}
    for role, template in TEMPLATES.items():
        for table in TABLES.values():
            line = lines.get((role, table.name)) or lines.get((role, table.kind)) or lines.get((role, "*")) or {}
            for privilege in Privilege:
                if word := line.get(privilege):
                    found[template, table.name, privilege] = _WORDS[word]
    return found


_DEPTHS = _depths()
