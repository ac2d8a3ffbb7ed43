"""How a check says what it found."""

from __future__ import annotations

from datetime import UTC, datetime

from domains.certificates.messages import sentence
from domains.certificates.values import Check, CheckState


class Refused(Exception):
    """A check failed after which nothing more can be looked at."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.code)
        self.check = check


def passed(name: str, title: str, text: str) -> Check:
    """Nothing to do. ``name`` is the check's own, such as "dates"."""
    return Check(f"certificates:{name}", CheckState.PASSED, title, text)


def failed(code: str, title: str, *, field: str = "file", **context: object) -> Check:
    """The file cannot be used."""
    said, cure = sentence(code, **context)
    return Check(code, CheckState.FAILED, title, said, cure, field)


def warned(code: str, title: str, **context: object) -> Check:
    """It can be used, and something about it should be known."""
    said, cure = sentence(code, **context)
    return Check(code, CheckState.WARNING, title, said, cure)


def day(moment: datetime) -> str:
    """As pages write it: "3 Mar 2027"."""
    return f"{moment.day} {moment:%b %Y}"


def minute(moment: datetime) -> str:
    """As pages write it: "3 Mar 2027, 09:07 UTC"."""
    return f"{day(moment)}, {moment.astimezone(UTC):%H:%M} UTC"


def days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
