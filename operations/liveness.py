"""Proof that a worker process lives, and its end where it can no longer prove it.

A worker process holds a PostgreSQL session advisory lock on a connection of its own. ``kill -9`` closes the socket,
PostgreSQL drops the lock, and the reconciler sees at once that nobody holds the process's runs any more. A heartbeat
thread renews the leases of the runs in hand; where it cannot, or where a step exceeds its limit, the process kills
itself (apoptosis), so that an expired lease can be trusted.

Outside a worker (tests, commands) none of this runs: runs are claimed without an owner, on the lease alone.
"""

from __future__ import annotations

import os
import secrets
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.db.utils import DatabaseError

from operations.errors import StepTimedOut
from operations.ownerlock import OwnerLock
from operations.runs import Run

logger = structlog.get_logger(__name__)

TICK = 0.5  # seconds between two looks at the runs in hand
MARGIN = 0.25  # part of the lease that must be left; with less, the process ends itself

RENEW = """
UPDATE operations_operation
   SET lease_until = statement_timestamp() + %s, wake_at = statement_timestamp() + %s
 WHERE id = %s AND token = %s AND status = 'Running'
"""


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(slots=True)
class _Held:
    """A run in hand, as the heartbeat thread sees it (monotonic seconds)."""

    run: Run
    renewed_at: float
    step: int
    step_since: float
    was_missing: bool = False


class Liveness:
    """One process's proof of life.

    Args:
        has_lock: False where session locks cannot be held (pgbouncer in transaction mode): the lease alone counts.
        lease: seconds.
        step_limit: seconds that one step may take.
        overrun: writes down that a run's step took too long, before the process ends itself.
        die: ends the process.
        key: the process's own; chosen at random.
    """

    def __init__(
        self,
        *,
        has_lock: bool,
        lease: float,
        step_limit: float,
        overrun: Callable[[Run, Exception], None],
        die: Callable[[], None] = _die,
        key: int | None = None,
    ) -> None:
        self.key = key or secrets.randbits(62) + 1
        self._has_lock = has_lock
        self._lock = OwnerLock(self.key, is_wanted=has_lock)
        self._lease = lease
        self._step_limit = step_limit
        self._overrun = overrun
        self._die = die
        self._held: dict[uuid.UUID, _Held] = {}
        self._stopped = threading.Event()
        self._is_failing = False
        self._thread = threading.Thread(target=self._beat, name="operations-heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._lock.drop()

    def owner(self) -> int | None:
        """The key to claim with: given only while the lock is really held.

        Raises:
            OperationalError: the database is away, or somebody else has the key.
        """
        if not self._has_lock:
            return None
        self._lock.ensure()
        return self.key

    @contextmanager
    def holding(self, run: Run) -> Iterator[None]:
        """The run is in hand: its lease is renewed until the block ends."""
        now = time.monotonic()
        self._held[run.operation.id] = _Held(run, now, run.operation.step, now)
        try:
            yield
        finally:
            self._held.pop(run.operation.id, None)

    def _beat(self) -> None:
        while not self._stopped.is_set():
            self._lock.wait(TICK)
            try:
                self._look_after()
                self._is_failing = False
            except DatabaseError as broken:
                self._lock.drop()
                self._tell(broken)
            self._end_if_hopeless()

    def _tell(self, broken: Exception) -> None:
        """Once an outage, not ten times a second."""
        if not self._is_failing:
            logger.warning("worker.heartbeat_failed", error=type(broken).__name__)
        self._is_failing = True

    def _look_after(self) -> None:
        self._lock.ensure()
        now = time.monotonic()
        for held in list(self._held.values()):
            if now - held.renewed_at > self._lease / 3 or held.was_missing:
                self._renew(held, now)

    def _renew(self, held: _Held, now: float) -> None:
        lease = timedelta(seconds=self._lease)
        if self._lock.execute(RENEW, [lease, lease, held.run.operation.id, held.run.token]):
            held.renewed_at, held.was_missing = now, False
        elif held.was_missing:
            held.renewed_at = float("-inf")  # somebody else's, and still in hand at the second look
        else:
            held.was_missing = True  # perhaps just committed, and not yet put down

    def _end_if_hopeless(self) -> None:
        now = time.monotonic()
        for held in list(self._held.values()):
            operation = held.run.operation
            if operation.step != held.step:
                held.step, held.step_since = operation.step, now
            if operation.id not in self._held:
                continue  # put down meanwhile
            if now - held.renewed_at > self._lease * (1 - MARGIN):
                logger.critical("worker.apoptosis", reason="lease", operation_id=str(operation.id))
                self._die()
            elif now - held.step_since > self._step_limit:
                self._stop_step(held.run)

    def _stop_step(self, run: Run) -> None:
        logger.critical("worker.apoptosis", reason="step limit", operation_id=str(run.operation.id))
        with suppress(Exception):  # the lease is the second net
            self._overrun(run, StepTimedOut("The step took too long and was stopped."))
        self._die()


_current: Liveness | None = None
_process = 0
_starting = threading.Lock()


def ensure_started(*, overrun: Callable[[Run, Exception], None]) -> None:
    """Begin to prove this process's life, if it does not yet; a forked child begins its own."""
    global _current, _process
    if _process == os.getpid():
        return
    with _starting:
        if _process != os.getpid():
            _current = Liveness(
                has_lock=settings.OPERATIONS_OWNER_LOCK,
                lease=settings.OPERATIONS_LEASE_SECONDS,
                step_limit=settings.OPERATIONS_STEP_LIMIT_SECONDS,
                overrun=overrun,
            )
            _current.start()
            _process = os.getpid()


def owner() -> int | None:
    """The key this process claims with; None outside a worker."""
    found = _mine()
    return None if found is None else found.owner()


@contextmanager
def holding(run: Run) -> Iterator[None]:
    """The run is in this process's hand."""
    found = _mine()
    if found is None:
        yield
        return
    with found.holding(run):
        yield


def _mine() -> Liveness | None:
    return _current if _process == os.getpid() else None
