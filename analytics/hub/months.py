"""Months, as partitions and retention count them (UTC)."""

from __future__ import annotations

from datetime import UTC, datetime


def month_of(moment: datetime) -> datetime:
    """The first moment of its month."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def month_shifted(month: datetime, months: int) -> datetime:
    """The month that many months later, or earlier."""
    years, index = divmod(month.month - 1 + months, 12)
    return month.replace(year=month.year + years, month=index + 1)


def kept_from(now: datetime, retention_months: int) -> datetime:
    """The first moment that is kept: whole months are, the running one not counted."""
    return month_shifted(month_of(now), -retention_months)
