"""The graph of packages: who comes before whom, and which prerequisites of a set are not met."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from solutions.catalog import Package, Requirement, packages
from solutions.errors import CircularDependency
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
        missing += [Missing(package, need) for need in package.requires if not requirement_met(need, there)]
        there[package.unique_name.casefold()] = package.version
    return tuple(missing)


def requirement_met(requirement: Requirement, there: Mapping[str, str]) -> bool:
    """Whether what is there (versions by folded unique name) is enough."""
    version = there.get(requirement.unique_name.casefold())
    return version is not None and version_reaches(version, requirement.minimum)


def install_order(unique_name: str) -> tuple[Package, ...]:
    """The package and everything of ours that it needs, each after what it needs itself.

    Raises:
        KeyError: no package of ours has that name.
        CircularDependency: ``solutions:circular``: packages require each other.
    """
    ordered: dict[str, Package] = {}
    _place(unique_name, ordered, ())
    return tuple(ordered.values())


def _place(unique_name: str, ordered: dict[str, Package], path: tuple[str, ...]) -> None:
    if unique_name in path:
        raise CircularDependency((*path[path.index(unique_name) :], unique_name))
    if unique_name in ordered:
        return
    package = packages()[unique_name]
    for need in package.requires:
        if need.unique_name in packages():
            _place(need.unique_name, ordered, (*path, unique_name))
    ordered[unique_name] = package


def removal_order(unique_name: str, there: Container[str]) -> tuple[Package, ...]:
    """What must go, dependents first, so that the package can go; the package itself is the last one.

    Args:
        there: folded unique names of what is installed.
    """
    needing = [name for name in packages() if name.casefold() in there and _needs(name, unique_name)]
    rank = {package.unique_name: at for at, package in enumerate(_all_in_order(needing))}
    dependents = sorted(needing, key=lambda name: rank[name], reverse=True)
    return tuple(packages()[name] for name in (*dependents, unique_name))


def _needs(name: str, wanted: str) -> bool:
    return name != wanted and any(package.unique_name == wanted for package in install_order(name))


def _all_in_order(names: Iterable[str]) -> tuple[Package, ...]:
    ordered: dict[str, Package] = {}
    for name in names:
        _place(name, ordered, ())
    return tuple(ordered.values())
