"""What others may ask of this room: a solution that is installed, starter content that is there."""

from __future__ import annotations

from operations.workflow import Done, Wait
from organizations.client import organization_client
from organizations.models import Organization
from solutions.bookkeeping import install_of
from solutions.catalog import package_named
from solutions.graph import Missing, prerequisites_missing
from solutions.installation import Installation, Log

__all__ = ["Missing", "prerequisites_missing", "solution_ensure_installed"]


def solution_ensure_installed(*, organization: Organization, unique_name: str, log: Log) -> Done | Wait:
    """Make it so that the package is installed in the organization, in our version or a later one.

    It may be called any number of times, by any number of runs: whoever calls finds the import that is under way.

    Args:
        unique_name: one of our packages.
        log: takes one line for people at a time.

    Raises:
        KeyError: no package of ours has that name.
        PrerequisiteMissing: ``solutions:prerequisite-missing``.
        InstallFailed: ``solutions:install-failed``, with the organization's code and text.
        OrganizationUnavailable: the organization did not answer; it may later.
        OrganizationRefused: it does not let us look.
    """
    package, install = package_named(unique_name), install_of(organization, unique_name)
    with organization_client(organization) as client:
        return Installation(client, package, install, log).carry_on()
