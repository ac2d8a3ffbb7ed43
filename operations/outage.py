"""Waits out a database that is away: a restart takes seconds, and nothing in hand has to be given up for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError, connection

logger = structlog.get_logger(__name__)

LONGEST = 60.0  # seconds
Answer = TypeVar("Answer")


def through_outage(attempt: Callable[[], Answer]) -> tuple[Answer, bool]:
    """Ask the database, and wait in place while it is away.

    Returns:
        What it answered, and whether an earlier try was cut off and so may have been committed.

    Raises:
        OperationalError: it stayed away for LONGEST, or the caller's own transaction is broken.
    """
    is_doubtful = False
    for pause in _pauses():
        try:
            return attempt(), is_doubtful
        except (OperationalError, InterfaceError) as broken:
            if connection.in_atomic_block:
                raise
            connection.close()
            is_doubtful = True
            logger.warning("operation.database_away", error=type(broken).__name__, retry_in=pause)
            time.sleep(pause)
    return attempt(), is_doubtful


def _pauses() -> Iterator[float]:
    """0.05 s, doubling up to 1 s, for LONGEST in all."""
    pause, spent = 0.05, 0.0
    while spent < LONGEST:
        yield pause
        spent += pause
        pause = min(pause * 2, 1.0)
