"""What an import changes: the solution's row, its publisher, its components, its texts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from organizations.embedded.faults import import_fault
from organizations.embedded.models import EmbeddedOrganization, Fault, Requirement, rows_in
from organizations.embedded.registry import TABLES
from organizations.embedded.rows.values import Changes
from organizations.embedded.rows.write import row_create, row_update, rows_create
from organizations.embedded.solutions.checks import BUILT_IN, installed, package_check
from organizations.embedded.solutions.components import components_remove
from organizations.embedded.solutions.history import How, now
from organizations.embedded.solutions.labels import customizations_delete, layer_write
from organizations.embedded.solutions.package import Component, Package, version_key

HOLDING = "_Upgrade"  # what the platform appends to the name of a solution that waits for its promotion


class Mode(Enum):
    """How a package meets the solution that is there."""

    UPDATE = "update"  # what is new is added, nothing goes
    HOLD = "hold"  # it is put beside it and waits for DeleteAndPromote
    UPGRADE = "upgrade"  # it takes its place: components that the new version lacks go


@dataclass(frozen=True)
class Manner:
    """What the caller of an import asked for."""

    mode: Mode = Mode.UPDATE
    overwrites: bool = False  # OverwriteUnmanagedCustomizations


def package_install(tenant: EmbeddedOrganization, package: Package, manner: Manner = Manner()) -> uuid.UUID:
    """Make the package a solution of the organization and answer its solutionid.

    Raises:
        DataverseError: something is missing or wrong. Run it in a transaction, then nothing is left of it.
    """
    for problem in package_check(tenant, package).problems:
        raise problem
    before = installed(tenant, package.unique_name)
    name = package.unique_name
    if manner.mode is Mode.HOLD and before is not None:
        name, before = name + HOLDING, installed(tenant, name + HOLDING)
    solution_id = _solution(tenant, package, name, before)
    _components(tenant, solution_id, package, manner)
    if manner.overwrites:
        customizations_delete(tenant, {label.component for label in package.labels})
    layer_write(tenant, solution_id, package.labels, is_whole=manner.mode is not Mode.UPDATE)
    broken = import_fault(tenant, package.unique_name, Fault.Kind.FAIL_IMPORT)
    if broken is not None:
        raise broken
    return solution_id


def how_installed(tenant: EmbeddedOrganization, package: Package, mode: Mode) -> How:
    """New, an upgrade, or an update (of the same version too)."""
    before = installed(tenant, package.unique_name)
    if before is None:
        return How.NEW
    is_newer = version_key(package.version) > version_key(before["version"])
    return How.UPGRADE if is_newer and mode is not Mode.UPDATE else How.UPDATE


def _solution(tenant: EmbeddedOrganization, package: Package, name: str, before: dict[str, Any] | None) -> uuid.UUID:
    values: dict[str, Any] = {
        "uniquename": name,
        "friendlyname": package.friendly_name(tenant.base_language),
        "description": package.description,
        "version": package.version,
        "ismanaged": package.is_managed,
        "isvisible": True,
        "updatedon": now(),
        "publisherid": _publisher(tenant, package),
    }
    if before is not None:
        row_update(tenant, TABLES["solution"], before, Changes(values))
        id: uuid.UUID = before["solutionid"]
    else:
        id = uuid.uuid4()
        row_create(tenant, TABLES["solution"], id, Changes({**values, "installedon": now()}))
    _requirements(tenant, id, package)
    return id


def _requirements(tenant: EmbeddedOrganization, solution_id: uuid.UUID, package: Package) -> None:
    Requirement.objects.filter(tenant=tenant, solution_id=solution_id).delete()
    rows = [
        Requirement(
            tenant=tenant,
            solution_id=solution_id,
            needs=found.solution.lower(),
            minimum=found.version,
            required_type=found.required.type,
            required_name=found.required.schema_name,
            required_title=found.required.display_name,
            dependent_type=found.dependent.type,
            dependent_name=found.dependent.schema_name,
        )
        for found in package.dependencies
        if found.solution.lower() not in BUILT_IN
    ]
    Requirement.objects.bulk_create(rows, ignore_conflicts=True)


def _publisher(tenant: EmbeddedOrganization, package: Package) -> uuid.UUID:
    found = rows_in(tenant, "publisher").filter(uniquename__iexact=package.publisher)
    known: uuid.UUID | None = found.values_list("publisherid", flat=True).first()
    if known is not None:
        return known
    id = uuid.uuid4()
    names = package.publisher_names
    values = {
        "uniquename": package.publisher,
        "friendlyname": names.get(tenant.base_language) or next(iter(names.values()), package.publisher),
        "customizationprefix": package.prefix,
    }
    row_create(tenant, TABLES["publisher"], id, Changes(values))
    return id


def _components(tenant: EmbeddedOrganization, solution_id: uuid.UUID, package: Package, manner: Manner) -> None:
    rows = rows_in(tenant, "solutioncomponent").filter(solutionid=solution_id)
    known = set(rows.values_list("componenttype", "schemaname"))
    wanted = {(found.type, found.schema_name.lower()): found for found in package.components}
    _create(tenant, solution_id, [found for key, found in wanted.items() if key not in known])
    if manner.mode is not Mode.UPDATE:
        components_remove(tenant, solution_id, known - wanted.keys())


def _create(tenant: EmbeddedOrganization, solution_id: uuid.UUID, components: Iterable[Component]) -> None:
    new = [(uuid.uuid4(), Changes(_component(solution_id, component))) for component in components]
    if new:
        rows_create(tenant, TABLES["solutioncomponent"], new)


def _component(solution_id: uuid.UUID, component: Component) -> dict[str, Any]:
    return {
        "componenttype": component.type,
        "schemaname": component.schema_name.lower(),
        "rootcomponentbehavior": component.behavior,
        "objectid": object_id(component.type, component.schema_name),
        "solutionid": solution_id,
    }


def object_id(type: int, name: str) -> uuid.UUID:
    """The id of a component: the same in every organization, as those of managed components are."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{type}:{name.lower()}")
