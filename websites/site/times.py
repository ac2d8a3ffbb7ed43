"""Times as the Web API writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def time_of(text: object) -> datetime | None:
    """ "2026-11-01T08:00:00Z" as an aware datetime; a date alone is midnight UTC; None where there is none."""
    if not text:
        return None
    at = datetime.fromisoformat(str(text))
    return at if at.tzinfo else at.replace(tzinfo=UTC)
