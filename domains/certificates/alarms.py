"""When people are told that a certificate expires. Pure: dates in, marks out."""

from __future__ import annotations

from datetime import datetime, timedelta

MARKS_DAYS = (30, 14, 7, 3, 1, 0)
SHORT_LIFE = timedelta(days=60)
# Of 47 days of life, 30 would be most: such a certificate is told of when a third and a sixth of it are left.
SHORT_MARKS = (("1/3", 3), ("1/6", 6))


def mark_reached(not_before: datetime, not_after: datetime, now: datetime) -> str:
    """The nearest mark that was reached, such as "14" (days left) or "1/6" (of its life left); "" before the first.

    Only the nearest counts: a certificate that is uploaded ten days before its end raises one alarm, not three.
    """
    left = not_after - now
    life = not_after - not_before
    if life > SHORT_LIFE:
        reached = [str(days) for days in MARKS_DAYS if left <= timedelta(days=days)]
    else:
        reached = [mark for mark, part in SHORT_MARKS if left <= life / part]
        reached += ["0"] if left <= timedelta(0) else []
    return reached[-1] if reached else ""


def is_near(not_before: datetime, not_after: datetime, now: datetime) -> bool:
    """Whether pages should say that it expires."""
    return mark_reached(not_before, not_after, now) != ""


def left_told(not_after: datetime, now: datetime) -> str:
    """ "expires in 14 days", "expires today", "expired on 3 Mar 2027"."""
    left = not_after - now
    if left <= timedelta(0):
        return f"expired on {not_after.day} {not_after:%b %Y}"
    if left < timedelta(days=1):
        hours = max(1, int(left.total_seconds() // 3600))
        return f"expires in {hours} hour{'' if hours == 1 else 's'}"
    return f"expires in {left.days} day{'' if left.days == 1 else 's'}"
