"""What can be wrong with an uploaded certificate or a request about one. The sentences stand in messages.py."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import Conflict, InvalidValue, NotFound
from domains.certificates.findings import failed
from domains.certificates.messages import sentence
from domains.certificates.values import Check, Diagnosis


class CertificateRefused(InvalidValue):
    """The file was judged and cannot be used; the code says which check it failed.

    Attributes:
        diagnosis: all that was looked at, where it was judged.
    """

    default_code = "certificates:not-pfx"
    diagnosis: Diagnosis | None = None

    @classmethod
    def of(cls, diagnosis: Diagnosis) -> CertificateRefused:
        """The refusal that follows from a diagnosis without a certificate."""
        refusal = diagnosis.refusal
        assert refusal is not None, "a diagnosis has a certificate or a failed check"  # noqa: S101
        refused = cls._for(refusal)
        refused.diagnosis = diagnosis
        return refused

    @classmethod
    def not_covering(cls, host: str, names: Sequence[str]) -> CertificateRefused:
        """A sound certificate that is not for a host which needs it."""
        return cls._for(failed("domains:name-mismatch", "Host name", host=host, names=", ".join(names)))

    @classmethod
    def without(cls, field: str, code: str) -> CertificateRefused:
        """Something was not given at all."""
        return cls(sentence(code)[0], field=field, code=code)

    @classmethod
    def _for(cls, check: Check) -> CertificateRefused:
        return cls(check.sentence, field=check.field, code=check.code)


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
