"""Whether a package can be imported: what it needs, and what is there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from organizations.embedded.call import ENTITY
from organizations.embedded.errors import DataverseError
from organizations.embedded.faults import import_fault
from organizations.embedded.models import EmbeddedOrganization, Fault, Requirement, rows_in
from organizations.embedded.registry import TABLES, Kind
from organizations.embedded.solutions.package import Dependency, Package, version_key

BUILT_IN = frozenset({"", "active", "system", "basic", "default"})  # not the names of solutions one could import

Solutions = Mapping[str, Mapping[str, Any]]  # what is installed, by unique name in lower case


@dataclass(frozen=True)
class Findings:
    """What stands in the way of an import, in the order it would fail."""

    missing: tuple[Dependency, ...]
    problems: tuple[DataverseError, ...]


def package_check(tenant: EmbeddedOrganization, package: Package) -> Findings:
    """Look at the organization and say what is missing or wrong."""
    there = _installed_solutions(tenant)
    missing = tuple(found for found in package.dependencies if not _is_met(tenant, there, found))
    problems = [_dependency_problem(tenant, there, package, missing)] if missing else []
    problems += filter(None, [_circle_problem(tenant, there, package), _version_problem(there, package)])
    refused = import_fault(tenant, package.unique_name, Fault.Kind.REFUSE_IMPORT)
    return Findings(missing, tuple(problems + ([refused] if refused else [])))


def installed(tenant: EmbeddedOrganization, unique_name: str) -> dict[str, Any] | None:
    """The solution's row, whatever the letter case, or None."""
    rows = rows_in(tenant, "solution").filter(uniquename__iexact=unique_name)
    return rows.values().first()


def _installed_solutions(tenant: EmbeddedOrganization) -> Solutions:
    rows = rows_in(tenant, "solution").values("uniquename", "version", "ismanaged")
    return {row["uniquename"].lower(): row for row in rows}


def _is_met(tenant: EmbeddedOrganization, there: Solutions, dependency: Dependency) -> bool:
    if dependency.solution.lower() in BUILT_IN:
        return _has_component(tenant, dependency)
    found = there.get(dependency.solution.lower())
    if found is None:
        return False
    if not dependency.version:
        return True
    # The build segment drifts between environments of the platform; it is not compared.
    return version_key(found["version"])[:3] >= version_key(dependency.version)[:3]


def _has_component(tenant: EmbeddedOrganization, dependency: Dependency) -> bool:
    required = dependency.required
    table = TABLES.get(required.schema_name.lower())
    if required.type == ENTITY and table is not None and table.kind is not Kind.PORTAL:
        return True
    components = rows_in(tenant, "solutioncomponent").filter(componenttype=required.type)
    return components.filter(schemaname__iexact=required.schema_name).exists()


def _dependency_problem(
    tenant: EmbeddedOrganization, there: Solutions, package: Package, missing: tuple[Dependency, ...]
) -> DataverseError:
    absent = dict.fromkeys(
        found.solution
        for found in missing
        if found.solution.lower() not in BUILT_IN and found.solution.lower() not in there
    )
    name = package.friendly_name(tenant.base_language)
    if absent:
        return DataverseError(
            400,
            "0x80048034",
            f"{name} requires solutions that are not currently installed. Import the following solutions before "
            f"Importing this one. {', '.join(absent)}",
        )
    return DataverseError(
        400,
        "0x8004801d",
        f"The following solution cannot be imported: {package.unique_name}. Some dependencies are missing. "
        f"The missing dependencies are : {_missing_xml(missing)} , ProductUpdatesOnly : False",
    )


def _missing_xml(missing: tuple[Dependency, ...]) -> str:
    parts = [
        f"<MissingDependency><Required type={quoteattr(str(found.required.type))} "
        f"schemaName={quoteattr(found.required.schema_name)} displayName={quoteattr(found.required.display_name)} "
        f"solution={quoteattr(f'{found.solution} ({found.version})')} />"
        f"<Dependent type={quoteattr(str(found.dependent.type))} "
        f"schemaName={quoteattr(found.dependent.schema_name)} /></MissingDependency>"
        for found in missing
    ]
    return f"<MissingDependencies>{''.join(parts)}</MissingDependencies>"


def _circle_problem(tenant: EmbeddedOrganization, there: Solutions, package: Package) -> DataverseError | None:
    """A package that needs a solution which, by whatever way, needs the package itself."""
    own = package.unique_name.lower()
    needs = _needs(tenant)
    needs[own] = {found.solution.lower() for found in package.dependencies} - BUILT_IN
    circle = _way(needs, own)
    if not circle:
        return None
    names = " -> ".join(str(there[name]["uniquename"]) if name in there else package.unique_name for name in circle)
    text = (
        "The solution operation failed due to a circular dependency with other solutions. Please check the exception "
        f"for more details: {names}"
    )
    return DataverseError(400, "0x80071157", text)


def _needs(tenant: EmbeddedOrganization) -> dict[str, set[str]]:
    """What every installed solution needs, both by unique name in lower case."""
    ids = dict(rows_in(tenant, "solution").values_list("solutionid", "uniquename"))
    needs: dict[str, set[str]] = {}
    for solution_id, name in Requirement.objects.filter(tenant=tenant).values_list("solution_id", "needs").distinct():
        if solution_id in ids:
            needs.setdefault(ids[solution_id].lower(), set()).add(name)
    return needs


def _way(needs: Mapping[str, set[str]], start: str) -> list[str]:
    """The shortest way from ``start`` back to it, or none."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop(0)
        for name in sorted(needs.get(way[-1], ())):
            if name == start:
                return [*way, start]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def _version_problem(there: Solutions, package: Package) -> DataverseError | None:
    found = there.get(package.unique_name.lower())
    if found is None:
        return None
    if found["ismanaged"] and not package.is_managed:
        text = (
            "The solution is already installed on this system as a managed solution and the package supplied is "
            "attempting to install it in unmanaged mode."
        )
        return DataverseError(400, "0x80048041", text)
    if not found["ismanaged"] and package.is_managed:
        text = (
            "The solution is already installed on this system as an unmanaged solution and the package supplied is "
            "attempting to install it in managed mode."
        )
        return DataverseError(400, "0x80048040", text)
    if version_key(package.version) < version_key(found["version"]):
        text = (
            f"The solution {package.unique_name} is installed in version {found['version']}; "
            f"an older version, {package.version}, cannot be imported over it."
        )
        return DataverseError(400, "0x8004f01e", text)
    return None
