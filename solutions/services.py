"""What others may ask of this room: an installed solution, a website's content, its record and its administrator.

All of it are steps of durable work: each looks first, makes it so, looks again, and may be called any number of times.
They raise what ``errors.py`` names, and OrganizationUnavailable (may pass) or OrganizationRefused of the organizations.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import partial

from operations.workflow import Done, Wait
from organizations.client import organization_client
from organizations.models import Organization
from solutions.bookkeeping import install_of
from solutions.catalog import package_named
from solutions.content import content_links, content_rows
from solutions.content.importing import ContentImport
from solutions.content.keys import Keys
from solutions.content.looking import shared_find
from solutions.content.universe import universe
from solutions.graph import Missing, prerequisites_missing
from solutions.installation import Installation, Log
from solutions.managing import (
    solution_install,
    solution_plan,
    solution_reimport,
    solution_retry,
    solution_uninstall,
    solution_upgrade,
    solutions_cancel,
)
from solutions.website import Administrator, Appointment, Website

__all__ = [
    "Administrator",
    "Missing",
    "administrator_ensure_appointed",
    "content_ensure_imported",
    "prerequisites_missing",
    "solution_ensure_installed",
    "solution_install",
    "solution_plan",
    "solution_reimport",
    "solution_retry",
    "solution_uninstall",
    "solution_upgrade",
    "solutions_cancel",
    "website_ensure_created",
]


def solution_ensure_installed(
    *,
    organization: Organization,
    unique_name: str,
    log: Log,
    is_upgrade: bool = False,
    again: uuid.UUID | None = None,
) -> Done | Wait:
    """Make it so that the package is installed in the organization, in our version or a later one.

    Whoever calls finds the import that is under way, also another run's.

    Args:
        unique_name: one of our packages.
        log: takes one line for people at a time.
        is_upgrade: over an older version; what the new one no longer has goes.
        again: import it also where it is there, once under this id.

    Raises:
        KeyError: no package of ours has that name.
        PrerequisiteMissing: ``solutions:prerequisite-missing``.
        InstallFailed: ``solutions:install-failed``, with the organization's code and text.
    """
    package, install = package_named(unique_name), install_of(organization, unique_name)
    with organization_client(organization) as client:
        return Installation(client, package, install, log, is_upgrade, again).carry_on()


def content_ensure_imported(
    *,
    organization: Organization,
    portal_type: str,
    options: Iterable[str],
    lcid: int,
    website_id: uuid.UUID,
    website_name: str,
    host: str,
    log: Log,
) -> Done | Wait:
    """Make it so that the organization has the starter content of that website; rows of an earlier choice go.

    Args:
        lcid: the portal's language; the words are in English where we have none in that language.
        website_id: chosen by the caller, the same in every attempt.
        host: the portal's address without scheme and port.

    Raises:
        ContentRefused: ``solutions:content-refused``.
    """
    with organization_client(organization) as client:
        rows = content_rows(
            portal_type=portal_type,
            options=options,
            lcid=lcid,
            website_id=website_id,
            website_name=website_name,
            host=host,
            shared=shared_find(client, lcid),
        )
        links = content_links(portal_type=portal_type, options=options, lcid=lcid, website_id=website_id)
        found = partial(universe, website_id)
        return ContentImport(client, Keys(website_id, lcid), rows, links, found, log).ensure()


def website_ensure_created(
    *, organization: Organization, website_id: uuid.UUID, website_name: str, host: str, lcid: int, log: Log
) -> Done | Wait:
    """Make it so that the website record is active with its name, domain name, default language, header and footer.

    Raises:
        ContentRefused: ``solutions:content-refused``.
    """
    with organization_client(organization) as client:
        return Website(Keys(website_id, lcid), website_name, host).ensure(client, log)


def administrator_ensure_appointed(
    *, organization: Organization, website_id: uuid.UUID, administrator: Administrator, log: Log
) -> Done | Wait:
    """Make it so that the administrator has a contact and the contact has the web role Administrators.

    Raises:
        ContentRefused: ``solutions:content-refused``.
    """
    with organization_client(organization) as client:
        return Appointment(website_id, administrator).ensure(client, log)
