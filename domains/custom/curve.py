"""When to look at DNS: while waiting, in service, and how long a loss is borne."""

from __future__ import annotations

import random
from datetime import timedelta

# While waiting (Cloudflare's schedule for custom hostnames): ten tries in the first 13 minutes, then ever more slowly.
FIRST_TRIES = 10
LONGEST = timedelta(hours=4)
GIVEN_UP_AFTER = timedelta(days=7)
BUTTON_APART = timedelta(seconds=10)

# In service.
EVERY = timedelta(hours=6)
IN_DOUBT_EVERY = timedelta(minutes=15)
LOST_NEGATIVES = 3
LOST_AFTER = timedelta(minutes=30)
SERVED_AFTER_LOSS = timedelta(hours=72)
UNREACHABLE_ALARM_AFTER = timedelta(hours=24)

TOMBSTONE = timedelta(days=30)
DRAFT_KEPT = timedelta(hours=24)


def wait_after(tries: int) -> timedelta:
    """How long to wait after the ``tries``-th look (counted from 1) that did not find the record."""
    number = tries - 1
    factor = 1.05 if number < FIRST_TRIES else 1.15
    if number > 60:
        return LONGEST  # far beyond the cap, and 1.15 to the power of thousands is no number any more
    return min(timedelta(seconds=60 * factor**number), LONGEST)


def next_in_service() -> timedelta:
    """Six hours, more or less a tenth at random, so that many domains do not come due together."""
    return EVERY * random.uniform(0.9, 1.1)  # noqa: S311 (no secret)
