"""What an organization says about its solutions right now; :func:`live_look` asks briefly: no page may hang on it.

An organization that does not answer has no problems here; a run looks again and waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import Unavailable
from organizations.client import organization_client
from organizations.models import Organization

SECONDS = 3.0

Installed = Mapping[str, str]  # versions by unique name, folded: an organization ignores its case


def live_look(organization: Organization) -> Installed | None:
    """WhoAmI and the installed solutions, within :data:`SECONDS`; None: it did not answer, or refused."""
    try:
        with organization_client(organization, within=SECONDS) as client:
            client.who_am_i()
            return {found.unique_name.casefold(): found.version for found in client.solutions()}
    except Unavailable:
        return None


def installed_solutions(organization: Organization) -> Installed:
    """The installed solutions, with the client's own patience.

    Raises:
        OrganizationUnavailable, OrganizationRefused.
    """
    with organization_client(organization) as client:
        return {found.unique_name.casefold(): found.version for found in client.solutions()}
