"""Notices that the worker has gone deaf: messages wait, it has nothing to do, and takes none.

Celery's consumer can lose its connection to the broker without knowing (celery issues 8030, 8091, 8990 and more). No
setting rules that out, so the worker ends itself and its supervisor starts a new one.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import structlog

logger = structlog.get_logger(__name__)

PATIENCE = 20.0  # seconds


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)  # an orderly stop would wait for the very connection that hangs


class Hearing:
    """Of one worker.

    Args:
        is_idle: whether the worker has no task in hand.
        die: ends the worker.
    """

    def __init__(self, *, is_idle: Callable[[], bool], die: Callable[[], None] = _die) -> None:
        self._is_idle = is_idle
        self._die = die
        self._fine_at = time.monotonic()

    def heard(self) -> None:
        """A message arrived."""
        self._fine_at = time.monotonic()

    def check(self, waiting: int) -> None:
        """Called every second or so with the number of messages that wait in the queue."""
        if waiting == 0 or not self._is_idle():
            self.heard()
        elif time.monotonic() - self._fine_at > PATIENCE:
            logger.critical("worker.deaf", waiting=waiting)
            self._die()
