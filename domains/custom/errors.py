"""What can stand in the way of a custom domain. The sentences stand in messages.py beside this file."""

from __future__ import annotations

from core.errors import Conflict, InvalidValue, NotFound


class CnameMissing(InvalidValue):
    """The record is not there; what was seen instead is told beneath."""

    default_code = "domains:cname-missing"


class NameMismatch(InvalidValue):
    """The certificate is not for the host name."""

    default_code = "domains:name-mismatch"


class HostUnavailable(InvalidValue):
    """Another portal has the host name. It is never said which."""

    default_code = "domains:host-taken"


class ProofMissing(InvalidValue):
    """Only the TXT record, which the sentence names, tells whose the name is."""


class HostClaimed(HostUnavailable, ProofMissing):
    """Another portal has the host name, but serves nobody there."""


class OwnershipMissing(ProofMissing):
    """Others had the name a short while ago."""

    default_code = "domains:ownership-missing"


class CertificateUnusable(InvalidValue):
    """There is no such certificate here, or its key is gone, or it has expired."""

    default_code = "domains:certificate-invalid"


class OnlyOne(Conflict):
    """The portal has its one custom domain already."""

    default_code = "domains:only-one"


class PortalUnready(Conflict):
    """The portal is not in a state in which a custom domain can be added."""

    default_code = "domains:portal-not-ready"


class ProductionOnly(Conflict):
    """The portal runs on a trial licence."""

    default_code = "domains:production-only"


class DraftExpired(Conflict):
    """What was filled in is older than 24 hours, was finished elsewhere, or is another one."""

    default_code = "domains:draft-expired"


class CheckedJustNow(Conflict):
    """The button was used less than 10 seconds ago."""

    default_code = "domains:checked-just-now"


class DomainBusy(Conflict):
    """A run is under way on the domain, or it is in a state in which this cannot be done."""

    default_code = "domains:busy"


class DomainNotFound(NotFound):
    """The portal has no custom domain."""

    default_code = "domains:not-found"
