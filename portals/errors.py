"""What can be wrong with a portal, each with its public code. The sentences stand in messages.py."""

from __future__ import annotations

from core.errors import Conflict, InvalidValue, NotFound


class SubdomainInvalid(InvalidValue):
    """The text cannot be a portal's subdomain."""

    default_code = "portals:subdomain-invalid"


class SubdomainTaken(InvalidValue):
    """Another portal has the subdomain; ``context["suggestion"]`` is free."""

    default_code = "portals:subdomain-taken"


class SubdomainJustTaken(Conflict):
    """Somebody else took the subdomain between the check and the write; nothing was written."""

    default_code = "portals:subdomain-taken"


class LicenseUnusable(InvalidValue):
    """The licence is used, expired or unknown."""

    default_code = "portals:license-used"


class LicenseJustUsed(Conflict):
    """Another submission took the licence between the check and the write; nothing was written."""

    default_code = "portals:license-used"


class PortalBusy(Conflict):
    """A run is under way on the portal."""

    default_code = "portals:busy"


class PortalWrongState(Conflict):
    """The portal is not in a state from which it can move there."""

    default_code = "portals:wrong-state"


class PortalNotFound(NotFound):
    """There is no such portal."""

    default_code = "portals:not-found"
