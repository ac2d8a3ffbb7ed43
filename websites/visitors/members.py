"""Portals that are for those who are signed in alone: of those who are not, nobody reads any of it."""

from __future__ import annotations

from portals.catalog import PortalType
from websites.errors import SignInNeeded
from websites.hosts import PortalAtHost
from websites.visitors.identity import Identity
from websites.visitors.values import Visitor

MEMBERS_ONLY = frozenset({PortalType.EMPLOYEE_SELF_SERVICE})


def is_members_only(portal: PortalAtHost) -> bool:
    """Whether the portal's type asks for a sign-in before anything is shown."""
    return portal.portal_type in MEMBERS_ONLY


def may_sign_in(portal: PortalAtHost, identity: Identity) -> bool:
    """Whether this portal is for them: guests of the directory are no members."""
    return not (identity.is_guest and is_members_only(portal))


def visitor_admit(portal: PortalAtHost, visitor: Visitor | None, *, is_probe: bool) -> None:
    """Let the visitor in; provisioning's own signed request too, which looks whether the site answers.

    Raises:
        SignInNeeded
    """
    if visitor is None and is_members_only(portal) and not is_probe:
        raise SignInNeeded("Please sign in.")
