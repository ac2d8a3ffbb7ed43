"""One solution out of one organization: look, refuse what portals are made of, ask, look again."""

from __future__ import annotations

from datetime import timedelta

from operations.workflow import Done, StepFailed, Wait
from organizations.client import InstalledSolution
from organizations.errors import OrganizationRefused, OrganizationUnavailable
from organizations.models import Organization
from organizations.ports import OrganizationApi
from portals.catalog import PortalType
from portals.models import Portal
from solutions import bookkeeping
from solutions.catalog import Package, packages_for
from solutions.errors import SolutionInUse, SolutionNeeded, UninstallFailed
from solutions.graph import removal_order
from solutions.installation import ANOTHER_RUNS, Log

NEEDED_BY_OTHERS = {"0x8004f01f", "0x8004f01d", "0x8004f020"}


def solution_remove(organization: Organization, package: Package, host: OrganizationApi, log: Log) -> Done | Wait:
    """Make it so that the package is not in the organization.

    Raises:
        SolutionNeeded, SolutionInUse, UninstallFailed.
    """
    there = _there(host)
    install = bookkeeping.install_of(organization, package.unique_name)
    if package.unique_name.casefold() not in there:
        bookkeeping.install_removed(install)
        return Done(message=f"{package.title} is not installed.", skipped=True)
    if answer := _ask(organization, package, host, there):
        return answer
    if package.unique_name.casefold() in _there(host):
        raise UninstallFailed(package.title, text="The organization took it away, and still has it.")
    bookkeeping.install_removed(install)
    log(f"The organization uninstalled {package.title}.")
    return Done(message=f"{package.title} is uninstalled.")


def portals_made_of(organization: Organization, unique_name: str) -> tuple[str, ...]:
    """Names of the organization's portals that take the package."""
    portals = Portal.objects.filter(organization=organization).only("name", "portal_type", "options").order_by("name")
    return tuple(portal.name for portal in portals if _takes(portal, unique_name))


def _takes(portal: Portal, unique_name: str) -> bool:
    taken = packages_for(PortalType(portal.portal_type), portal.options)
    return any(package.unique_name == unique_name for package in taken)


def _there(host: OrganizationApi) -> dict[str, InstalledSolution]:
    return {solution.unique_name.casefold(): solution for solution in host.solutions()}


def _ask(
    organization: Organization, package: Package, host: OrganizationApi, there: dict[str, InstalledSolution]
) -> Wait | None:
    """Ask the organization. What other solutions need it refuses itself; what portals are made of we do not ask for."""
    dependents = [other.title for other in removal_order(package.unique_name, there)[:-1]]
    portals = portals_made_of(organization, package.unique_name)
    if portals and not dependents:
        raise SolutionInUse(package.title, portals)
    try:
        host.delete_solution(there[package.unique_name.casefold()].id)
    except OrganizationUnavailable as busy:
        if busy.service_code != ANOTHER_RUNS:
            raise
        delay = timedelta(seconds=busy.retry_after or 1)
        return Wait(delay, f"The organization is busy with another solution; {package.title} comes after it.")
    except OrganizationRefused as refused:
        raise _refusal(package, dependents, refused) from refused
    return None


def _refusal(package: Package, dependents: list[str], refused: OrganizationRefused) -> StepFailed:
    if refused.service_code.lower() in NEEDED_BY_OTHERS:
        return SolutionNeeded(package.title, dependents, service_code=refused.service_code)
    return UninstallFailed(
        package.title, service_code=refused.service_code, text=refused.service_text or refused.message
    )
