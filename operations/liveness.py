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
import select
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import DatabaseError, InterfaceError, OperationalError

from operations.errors import StepTimedOut
from operations.transitions import Run

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


@dataclass
class Liveness:
    """One process's proof of life.

    Args:
        has_lock: False where session locks cannot be held (pgbouncer in transaction mode): the lease alone counts.
        lease: seconds.
        step_limit: seconds that one step may take.
        overrun: writes down that a run's step took too long, before the process ends itself.
        die: ends the process.
    """

    has_lock: bool
    lease: float
    step_limit: float
    overrun: Callable[[Run, Exception], None]
    die: Callable[[], None] = _die
    key: int = field(default_factory=lambda: secrets.randbits(62) + 1)
    _connection: Any = None
    _mutex: threading.RLock = field(default_factory=threading.RLock)
    _held: dict[uuid.UUID, _Held] = field(default_factory=dict)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _is_failing: bool = False

    def start(self) -> None:
        self._thread = threading.Thread(target=self._beat, name="operations-heartbeat", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        with self._mutex:
            self._drop()

    def owner(self) -> int | None:
        """The key to claim with: given only while the lock is really held.

        Raises:
            OperationalError: the database is away, or somebody else has the key.
        """
        if not self.has_lock:
            return None
        with self._mutex:
            if not self._is_connected():
                self._connect()
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
            self._pause()
            try:
                self._look_after()
                self._is_failing = False
            except (DatabaseError, InterfaceError, _driver().Error) as broken:
                self._tell(broken)
                with self._mutex:
                    self._drop()
            self._end_if_hopeless()

    def _tell(self, broken: Exception) -> None:
        """Once an outage, not ten times a second."""
        if not self._is_failing:
            logger.warning("worker.heartbeat_failed", error=type(broken).__name__)
        self._is_failing = True

    def _pause(self) -> None:
        """A tick; or as long as the server keeps the connection, so that a lost lock is taken again at once."""
        descriptor = None if self._connection is None else _descriptor(self._connection)
        if descriptor is None:
            self._stopped.wait(TICK / 5)
        else:
            with suppress(OSError, ValueError):
                select.select([descriptor], [], [], TICK)

    def _look_after(self) -> None:
        with self._mutex:
            if self._stopped.is_set():
                return
            if not self._is_connected():
                self._connect()
            now = time.monotonic()
            for held in list(self._held.values()):
                if now - held.renewed_at > self.lease / 3 or held.was_missing:
                    self._renew(held, now)

    def _renew(self, held: _Held, now: float) -> None:
        lease = timedelta(seconds=self.lease)
        with self._connection.cursor() as cursor:
            cursor.execute(RENEW, [lease, lease, held.run.operation.id, held.run.token])
            if cursor.rowcount:
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
                continue
            if now - held.renewed_at > self.lease * (1 - MARGIN):
                logger.critical("worker.apoptosis", reason="lease", operation_id=str(operation.id))
                self.die()
            elif now - held.step_since > self.step_limit:
                self._overrun(held)

    def _overrun(self, held: _Held) -> None:
        logger.critical("worker.apoptosis", reason="step limit", operation_id=str(held.run.operation.id))
        with suppress(Exception):  # the lease is the second net
            self.overrun(held.run, StepTimedOut("The step took too long and was stopped."))
        self.die()

    def _is_connected(self) -> bool:
        """Whether the session that holds the lock lives. Costs one look at the socket, no round trip."""
        if self._connection is None or self._connection.closed:
            return False
        readable, _, _ = select.select([self._connection], [], [], 0)
        return not readable or self._answers()

    def _answers(self) -> bool:
        """Something arrived unasked: a notice, or the end of the connection."""
        try:
            with self._connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except (_driver().Error, OSError):
            self._drop()
            return False
        return True

    def _connect(self) -> None:
        """Connect and take the lock; the key is worth something only after that."""
        self._drop()
        wrapper = connections[DEFAULT_DB_ALIAS]
        try:
            fresh = wrapper.get_new_connection({**wrapper.get_connection_params(), **KEEPALIVE})
            fresh.autocommit = True
            if self.has_lock:
                self._lock(fresh)
        except _driver().Error as refused:
            raise OperationalError(str(refused)) from refused
        self._connection = fresh

    def _lock(self, fresh: Any) -> None:
        with fresh.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [self.key])
            (is_held,) = cursor.fetchone()
        if not is_held:
            fresh.close()
            raise OperationalError("The process's lock is still held by its former session.")

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(Exception):
                self._connection.close()
        self._connection = None


# The server must notice within seconds that a machine is gone, and the worker that the server is.
KEEPALIVE = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "portal-worker-liveness",
}


def _descriptor(connection: Any) -> int | None:
    with suppress(Exception):
        return int(connection.fileno())
    return None


def _driver() -> Any:
    """The driver's own module: on a raw connection Django translates nothing."""
    return cast(Any, connections[DEFAULT_DB_ALIAS]).Database


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
