"""Who calls: the application user, or the user in whose name it asks."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from organizations.client.values import SYSTEM_ADMINISTRATOR
from organizations.embedded.errors import DataverseError, bad_request, row_missing
from organizations.embedded.models import EmbeddedOrganization, Link, rows_in
from organizations.embedded.privileges import DEPTHS, Depth, Privilege
from organizations.embedded.registry import TABLES, Table


@dataclass(frozen=True)
class Caller:
    """The user in whose name a request is made."""

    id: uuid.UUID
    unit: uuid.UUID | None
    role_count: int
    templates: frozenset[uuid.UUID]

    def depth(self, privilege: Privilege, table: Table) -> Depth | None:
        """How far the privilege reaches; None where the user has it not."""
        found = [DEPTHS.get((role, table.name, privilege)) for role in self.templates]
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


def _no_delegate(caller: Caller) -> DataverseError:
    text = f"Principal user (Id={caller.id}, type=8) is missing prvActOnBehalfOfAnotherUser privilege."
    return DataverseError(403, "0x80040220", text)


def _without_role(id: uuid.UUID) -> DataverseError:
    text = f"The user with id {id} has not been assigned any roles. They need a role with the right privileges."
    return DataverseError(403, "0x80042f09", text)
