"""The graph of packages: what is wrong with it, if anything, and which prerequisites of a set are not met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from solutions.catalog import FEATURES, Package, Requirement, packages
from solutions.sources import externals
from solutions.versions import version_reaches


@dataclass(frozen=True)
class Missing:
    """A package whose requirement is met neither by what is installed nor by what is installed before it."""

    package: Package
    requirement: Requirement


def prerequisites_missing(*, installed: Mapping[str, str], packages: Iterable[Package]) -> tuple[Missing, ...]:
    """What stands in the way of installing ``packages`` in their order.

    Args:
        installed: versions by unique name, as the organization has them.
        packages: in the order in which they would be installed.
    """
    there = {name.casefold(): version for name, version in installed.items()}
    missing: list[Missing] = []
    for package in packages:
        missing += [Missing(package, need) for need in package.requires if not _is_met(need, there)]
        there[package.unique_name.casefold()] = package.version
    return tuple(missing)


def _is_met(requirement: Requirement, there: Mapping[str, str]) -> bool:
    version = there.get(requirement.unique_name.casefold())
    return version is not None and version_reaches(version, requirement.minimum)


def graph_problems() -> list[str]:
    """Sentences about the catalogue that should be none: circles, unknown names, features nobody lists."""
    known = packages()
    problems = [
        f"{package.unique_name} requires {need.unique_name} {need.minimum}, which nobody brings."
        for package in known.values()
        for need in package.requires
        if not _is_known(need, known)
    ]
    problems += [
        f"{package.unique_name} has the feature {feature!r}, which the table does not list."
        for package in known.values()
        for feature in package.features
        if feature not in FEATURES
    ]
    try:
        TopologicalSorter({name: {need.unique_name for need in known[name].requires} for name in known}).prepare()
    except CycleError as circle:
        problems.append(f"Packages require each other in a circle: {' -> '.join(circle.args[1])}.")
    return problems


def _is_known(need: Requirement, known: Mapping[str, Package]) -> bool:
    if need.unique_name in externals():
        return True
    return need.unique_name in known and version_reaches(known[need.unique_name].version, need.minimum)
