"""What the doctor says about a file, as values that pass between the reading process and this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class CheckState(StrEnum):
    """How a check went. A warning does not stop an upload."""

    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Check:
    """One check of the doctor.

    Args:
        code: public, such as ``certificates:expired``; of a passed check its name, such as ``certificates:dates``.
        title: what was looked at, such as "Dates".
        sentence: what was found.
        cure: what to do about it; "" where nothing needs to be done.
        field: which of the form's fields it is about.
    """

    code: str
    state: CheckState
    title: str
    sentence: str
    cure: str = ""
    field: str = "file"


@dataclass(frozen=True)
class ParsedCertificate:
    """A certificate that can be used. Never printed with its key.

    Args:
        chain_pem: leaf first, each signed by the next, root left out.
        key_pem: PKCS #8, not encrypted.
        names: DNS names, lower-case A-labels, a star possible in front.
        fingerprint: SHA-256 of the leaf, hex.
        thumbprint: SHA-1 of the leaf, hex in capitals.
    """

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    key_type: str
    fingerprint: str
    thumbprint: str
    chain_pem: str
    key_pem: str = field(repr=False)


@dataclass(frozen=True)
class Diagnosis:
    """All checks that were made, in order, and the certificate where none of them failed."""

    checks: tuple[Check, ...]
    certificate: ParsedCertificate | None = None

    @property
    def is_usable(self) -> bool:
        return self.certificate is not None

    @property
    def refusal(self) -> Check | None:
        """The first check that failed: what the upload is refused with."""
        return next((check for check in self.checks if check.state is CheckState.FAILED), None)

    @property
    def warnings(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.state is CheckState.WARNING)

    def to_json(self) -> dict[str, Any]:
        """Plain values, the key among them: for the pipe between two processes, never for a log or a row."""
        told: dict[str, Any] = {"checks": [asdict(check) for check in self.checks], "certificate": None}
        if self.certificate:
            found = asdict(self.certificate)
            dates = {name: found[name].isoformat() for name in ("not_before", "not_after")}
            told["certificate"] = {**found, **dates}
        return told

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Diagnosis:
        """What :meth:`to_json` made.

        Raises:
            KeyError, TypeError, ValueError: it is not.
        """
        checks = tuple(Check(**{**check, "state": CheckState(check["state"])}) for check in told["checks"])
        found = told["certificate"]
        if found is None:
            return cls(checks)
        dates = {name: datetime.fromisoformat(found[name]) for name in ("not_before", "not_after")}
        return cls(checks, ParsedCertificate(**{**found, **dates, "names": tuple(found["names"])}))
