"""What can be wrong with an uploaded certificate or a request about one. The sentences stand in messages.py."""

from __future__ import annotations

from core.errors import Conflict, InvalidValue, NotFound


class CertificateRefused(InvalidValue):
    """The file was judged and cannot be used; the code says which check it failed."""

    default_code = "certificates:not-pfx"


class CertificateNotFound(NotFound):
    """There is no such certificate, or the actor may not know of it."""

    default_code = "certificates:not-found"


class CertificateInUse(Conflict):
    """A host name is served with it, so it cannot be deleted."""

    default_code = "certificates:in-use"


class KeyErased(Conflict):
    """The certificate was deleted or retired, and its private key with it."""

    default_code = "certificates:key-erased"


class NothingToRollBack(Conflict):
    """The certificate replaced nothing, or what it replaced is gone."""

    default_code = "certificates:nothing-to-roll-back"
