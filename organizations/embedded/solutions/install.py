"""What an import changes: the solution's row, its publisher, its components; and what taking it away undoes."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from organizations.embedded.errors import DataverseError
from organizations.embedded.faults import import_fault
from organizations.embedded.models import EmbeddedOrganization, Fault, Requirement, rows_in
from organizations.embedded.registry import TABLES
from organizations.embedded.rows.values import Changes
from organizations.embedded.rows.write import row_create, row_delete, row_update, rows_create
from organizations.embedded.solutions.checks import BUILT_IN, installed, package_check
from organizations.embedded.solutions.package import Component, Package, version_key

NEW, UPGRADE, UPDATE, DELETE = 1, 2, 3, 4  # msdyn_suboperation


def package_install(tenant: EmbeddedOrganization, package: Package) -> int:
    """Make the package a solution of the organization and say how: new, upgrade, or update (same version again).

    Raises:
        DataverseError: something is missing or wrong. Run it in a transaction, then nothing is left of it.
    """
    for problem in package_check(tenant, package).problems:
        raise problem
    before = installed(tenant, package.unique_name)
    solution_id = _solution(tenant, package, before)
    _components(tenant, solution_id, package)
    broken = import_fault(tenant, package.unique_name, Fault.Kind.FAIL_IMPORT)
    if broken is not None:
        raise broken
    return _how(package, before)


def suboperation(tenant: EmbeddedOrganization, package: Package) -> int:
    return _how(package, installed(tenant, package.unique_name))


def solution_remove(tenant: EmbeddedOrganization, solution: dict[str, Any]) -> None:
    """Take a solution away with its components and the rows of the tables that no other solution brings.

    Raises:
        DataverseError: 400 0x8004f01f, others need it.
    """
    needed_by = _dependents(tenant, solution)
    if needed_by:
        raise DataverseError(
            400,
            "0x8004f01f",
            f"Solution {solution['friendlyname']} cannot be deleted due to dependencies from other components in the "
            f"system. Remove all dependencies to allow for solution deletion. Needed by: {', '.join(needed_by)}.",
        )
    components = rows_in(tenant, "solutioncomponent").filter(solutionid=solution["solutionid"])
    tables = set(components.filter(componenttype=1).values_list("schemaname", flat=True))
    components.delete()
    Requirement.objects.filter(tenant=tenant, solution_id=solution["solutionid"]).delete()
    kept = rows_in(tenant, "solutioncomponent").filter(componenttype=1)
    for name in tables - set(kept.values_list("schemaname", flat=True)):
        if name in TABLES and TABLES[name].kind == "portal":
            rows_in(tenant, name).delete()
    row_delete(tenant, TABLES["solution"], solution["solutionid"])


def _dependents(tenant: EmbeddedOrganization, solution: dict[str, Any]) -> list[str]:
    """Friendly names of the installed solutions whose manifest asked for this one."""
    needing = Requirement.objects.filter(tenant=tenant, needs=solution["uniquename"].lower())
    rows = rows_in(tenant, "solution").filter(solutionid__in=needing.values("solution_id"))
    return sorted(rows.values_list("friendlyname", flat=True))


def _solution(tenant: EmbeddedOrganization, package: Package, before: dict[str, Any] | None) -> uuid.UUID:
    now = timezone.now().replace(microsecond=0)
    values: dict[str, Any] = {
        "uniquename": package.unique_name,
        "friendlyname": package.friendly_name(tenant.base_language),
        "description": package.description,
        "version": package.version,
        "ismanaged": package.is_managed,
        "isvisible": True,
        "updatedon": now,
        "publisherid": _publisher(tenant, package),
    }
    if before is not None:
        row_update(tenant, TABLES["solution"], before, Changes(values))
        id: uuid.UUID = before["solutionid"]
    else:
        id = uuid.uuid4()
        row_create(tenant, TABLES["solution"], id, Changes({**values, "installedon": now}))
    _requirements(tenant, id, package)
    return id


def _requirements(tenant: EmbeddedOrganization, solution_id: uuid.UUID, package: Package) -> None:
    needs = {found.solution.lower() for found in package.dependencies} - BUILT_IN
    Requirement.objects.filter(tenant=tenant, solution_id=solution_id).exclude(needs__in=needs).delete()
    Requirement.objects.bulk_create(
        [Requirement(tenant=tenant, solution_id=solution_id, needs=name) for name in sorted(needs)],
        ignore_conflicts=True,
    )


def _publisher(tenant: EmbeddedOrganization, package: Package) -> uuid.UUID:
    table = TABLES["publisher"]
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
    row_create(tenant, table, id, Changes(values))
    return id


def _components(tenant: EmbeddedOrganization, solution_id: uuid.UUID, package: Package) -> None:
    rows = rows_in(tenant, "solutioncomponent").filter(solutionid=solution_id)
    known = set(rows.values_list("componenttype", "schemaname"))
    wanted = {(found.type, found.schema_name.lower()): found for found in package.components}
    new = [found for key, found in wanted.items() if key not in known]
    for type_, name in known - wanted.keys():
        rows.filter(componenttype=type_, schemaname=name).delete()
    if new:
        rows_create(
            tenant,
            TABLES["solutioncomponent"],
            [(uuid.uuid4(), Changes(_component(solution_id, component))) for component in new],
        )


def _component(solution_id: uuid.UUID, component: Component) -> dict[str, Any]:
    return {
        "componenttype": component.type,
        "schemaname": component.schema_name.lower(),
        "rootcomponentbehavior": component.behavior,
        "objectid": uuid.uuid5(uuid.NAMESPACE_OID, f"{component.type}:{component.schema_name.lower()}"),
        "solutionid": solution_id,
    }


def _how(package: Package, before: dict[str, Any] | None) -> int:
    if before is None:
        return NEW
    return UPGRADE if version_key(package.version) > version_key(before["version"]) else UPDATE
