"""What can be wrong with a request to provision, each with its public code. The sentences stand in messages.py."""

from __future__ import annotations

from core.errors import Conflict, InvalidValue, Unavailable


class TermsNotAccepted(InvalidValue):
    """The Terms of Service were not accepted."""

    default_code = "provisioning:terms-required"


class TermsChanged(InvalidValue):
    """Another version of the Terms of Service was accepted than the one that counts now."""

    default_code = "provisioning:terms-changed"


class FieldFixed(InvalidValue):
    """The field cannot change any more; the message says why."""

    default_code = "provisioning:field-fixed"


class NothingRunning(Conflict):
    """There is no run that could be cancelled."""

    default_code = "provisioning:nothing-running"


class SiteUnfinished(Unavailable):
    """The portal's address answers, but not yet with the portal's website."""

    default_code = "provisioning:site-unfinished"
