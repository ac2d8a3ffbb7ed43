"""Things that are looked at one after another and shown together: before a form is sent, or when a way is tried."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Args:
        name: stable, such as ``language``.
        title: what is looked at.
        passed: whether it is so. A warning that did not pass does not stand in the way.
        detail: one sentence about what was found.
        who_can_fix: whose turn it is where it did not pass: "you", or names.
        code: of the error that was met, where there was one.
    """

    name: str
    title: str
    passed: bool
    detail: str = ""
    who_can_fix: str = ""
    is_warning: bool = False
    code: str = ""


@dataclass(frozen=True)
class Report:
    """All that was looked at, in order; it ends with the first thing that makes the rest impossible."""

    checks: tuple[Check, ...]

    @property
    def is_good(self) -> bool:
        return all(check.passed or check.is_warning for check in self.checks)

    @property
    def has_warnings(self) -> bool:
        return any(not check.passed for check in self.checks)
