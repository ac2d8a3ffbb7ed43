"""Our packages in one organization: what it has, what we could bring, what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from organizations.client import organization_client
from organizations.models import Organization
from solutions.catalog import Package, packages
from solutions.models import SolutionInstall
from solutions.versions import version_reaches

Status = SolutionInstall.Status


@dataclass(frozen=True)
class Prerequisite:
    """A solution that must be installed first, and whether the organization has it."""

    unique_name: str
    met: bool


@dataclass(frozen=True)
class SolutionView:
    """One package in one organization. ``version`` is the installed one, or ""."""

    unique_name: str
    friendly_name: str
    version: str
    available_version: str
    status: str
    prerequisites: tuple[Prerequisite, ...]
    last_error: str


def solutions_of(organization: Organization) -> tuple[SolutionView, ...]:
    """Every package of ours, by name. One call to the organization and one query.

    Raises:
        OrganizationUnavailable, OrganizationRefused.
    """
    with organization_client(organization) as client:
        there = {solution.unique_name.casefold(): solution.version for solution in client.solutions()}
    installs = {install.unique_name: install for install in organization.solution_installs.all()}
    return tuple(_view(package, there, installs.get(name)) for name, package in sorted(packages().items()))


def _view(package: Package, there: Mapping[str, str], install: SolutionInstall | None) -> SolutionView:
    version = there.get(package.unique_name.casefold(), "")
    return SolutionView(
        unique_name=package.unique_name,
        friendly_name=package.friendly_name,
        version=version,
        available_version=package.version,
        status=_status(version, install),
        prerequisites=tuple(
            Prerequisite(need.unique_name, version_reaches(there.get(need.unique_name.casefold(), ""), need.minimum))
            for need in package.requires
        ),
        last_error=install.last_error if install else "",
    )


def _status(version: str, install: SolutionInstall | None) -> str:
    """An import that is under way or failed is our row's to tell; whether it is there, the organization's."""
    if install and install.status in (Status.INSTALLING, Status.INSTALL_FAILED):
        return install.status
    return Status.INSTALLED if version else Status.NOT_INSTALLED
