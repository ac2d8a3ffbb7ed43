"""Our packages in one organization: what it has, what we could bring, what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices

from organizations.client import organization_client
from organizations.models import Organization
from solutions.catalog import Package, packages, solution_title
from solutions.graph import requirement_met
from solutions.models import SolutionInstall
from solutions.running import Running, running_in
from solutions.versions import version_reaches

LEFT = "Nothing follows this import any more. Retry: an import that still runs is found and followed."


class SolutionStatus(TextChoices):
    """The words of the page. What only a run or a comparison can tell is no state of a row."""

    NOT_INSTALLED = "not_installed", "Not installed"
    INSTALLING = "installing", "Installing"
    INSTALLED = "installed", "Installed"
    INSTALL_FAILED = "install_failed", "Install Failed"
    UPGRADE_AVAILABLE = "upgrade_available", "Upgrade available"
    UNINSTALLING = "uninstalling", "Uninstalling"


@dataclass(frozen=True)
class Prerequisite:
    """A solution that must be installed first, and whether the organization has it."""

    unique_name: str
    met: bool
    minimum: str = ""

    @property
    def title(self) -> str:
        return solution_title(self.unique_name)

    @property
    def is_ours(self) -> bool:
        """Whether we can bring it; the others are products of their own."""
        return self.unique_name in packages()


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
    last_error_code: str = ""

    @property
    def title(self) -> str:
        return solution_title(self.unique_name)

    @property
    def failure(self) -> str:
        """The last error with the organization's own code, where it gave one."""
        is_theirs = self.last_error_code.lower().startswith("0x") and self.last_error_code not in self.last_error
        return f"{self.last_error} ({self.last_error_code})" if self.last_error and is_theirs else self.last_error

    @property
    def is_installed(self) -> bool:
        return bool(self.version)

    @property
    def is_current(self) -> bool:
        """Whether the installed version is ours or a later one."""
        return self.is_installed and version_reaches(self.version, self.available_version)


def solutions_of(organization: Organization) -> tuple[SolutionView, ...]:
    """Every package of ours, by name. One call to the organization and two queries.

    Raises:
        OrganizationUnavailable, OrganizationRefused.
    """
    with organization_client(organization) as client:
        there = {solution.unique_name.casefold(): solution.version for solution in client.solutions()}
    return solutions_seen(organization, there)


def solutions_seen(
    organization: Organization, there: Mapping[str, str] | None, running: Running | None = None
) -> tuple[SolutionView, ...]:
    """As :func:`solutions_of`, by what was read before.

    Args:
        there: versions by folded unique name; None where the organization does not answer: then our own rows tell.
        running: the active runs, where they were read before.
    """
    running = running or running_in(organization.pk)
    installs = {install.unique_name: install for install in organization.solution_installs.all()}
    if there is None:
        there = {name.casefold(): install.version for name, install in installs.items() if install.version}
    return tuple(_view(package, there, installs.get(name), running) for name, package in sorted(packages().items()))


def _view(
    package: Package, there: Mapping[str, str], install: SolutionInstall | None, running: Running
) -> SolutionView:
    version = there.get(package.unique_name.casefold(), "")
    status = _status(package, version, install, running)
    is_left = status == SolutionStatus.INSTALL_FAILED and install and install.import_job_id
    return SolutionView(
        unique_name=package.unique_name,
        friendly_name=package.friendly_name,
        version=version,
        available_version=package.version,
        status=status,
        prerequisites=tuple(
            Prerequisite(need.unique_name, requirement_met(need, there), need.minimum) for need in package.requires
        ),
        last_error=LEFT if is_left else install.last_error if install else "",
        last_error_code=install.last_error_code if install else "",
    )


def _status(package: Package, version: str, install: SolutionInstall | None, running: Running) -> SolutionStatus:
    """What is under way, a run tells; what failed, our row; what is there, the organization."""
    if running.is_uninstalling(package.unique_name):
        return SolutionStatus.UNINSTALLING
    if running.is_installing(package.unique_name):
        return SolutionStatus.INSTALLING
    if install and install.status in (SolutionInstall.Status.INSTALLING, SolutionInstall.Status.INSTALL_FAILED):
        is_followed = install.import_job_id and running.runs
        return SolutionStatus.INSTALLING if is_followed else SolutionStatus.INSTALL_FAILED
    if not version:
        return SolutionStatus.NOT_INSTALLED
    if not version_reaches(version, package.version):
        return SolutionStatus.UPGRADE_AVAILABLE
    return SolutionStatus.INSTALLED
