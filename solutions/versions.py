"""Versions of solutions: four numbers, compared as numbers ("1.10" is later than "1.9")."""

from __future__ import annotations


def version_key(version: str) -> tuple[int, ...]:
    """``version`` as something that sorts; an unreadable version sorts first."""
    try:
        numbers = [int(part) for part in version.split(".")]
    except ValueError:
        return ()
    return (*numbers, *[0] * (4 - len(numbers)))


def version_reaches(version: str, minimum: str) -> bool:
    """Whether ``version`` is at least ``minimum``."""
    return version_key(version) >= version_key(minimum)
