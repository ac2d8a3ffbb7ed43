"""Finds the runs that nobody is working on and nobody was told of, every second, in each worker.

Runs whose worker is dead (its lock is gone, or the lease ran out) are freed, and every free run that is due is woken.
The broker may lose all it holds at any time; this is why that costs seconds and no run.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from operations.faultpoints import faultpoint
from operations.queue import Broker

logger = structlog.get_logger(__name__)

TICK = 1.0  # seconds between two looks, or sooner where a run is due sooner
SOONEST = 0.05
SOON = 0.2  # where the queue was filled up and more rows are due
SECOND_LOOK = 0.2  # seconds after which an owner must still be without its lock
CALM = 3.0  # seconds after a broken database connection: every worker lost its lock, and takes it again
# The most that the queue is filled up to. A row that waits longer than the grace looks the same whether its message is
# lost or behind many others, so a long queue is left alone until it is short.
MESSAGES = 100

# bigint advisory locks show their key in two halves (PostgreSQL docs, pg_locks).
DEAD = """
SELECT DISTINCT owner FROM operations_operation
 WHERE owner IS NOT NULL AND owner NOT IN (
       SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 1 AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""

# The lost try counts, so that a step which ends its worker every time is given up one day.
FREE = """
WITH lost AS (
    SELECT id FROM operations_operation
     WHERE status = 'Running' AND lease_until IS NOT NULL
       AND (owner = ANY(%(dead)s) OR (wake_at <= statement_timestamp() AND lease_until < statement_timestamp()))
       FOR UPDATE SKIP LOCKED
), moved AS (
    UPDATE operations_operation AS run
       SET owner = NULL, lease_until = NULL, due_at = NULL, token = token + 1, attempt = attempt + 1,
           wake_at = statement_timestamp(), updated_at = statement_timestamp()
      FROM lost WHERE run.id = lost.id
    RETURNING run.id, run.step
), told AS (
    INSERT INTO operations_operationevent (operation_id, at, kind, position, code, message)
    SELECT id, statement_timestamp(), 'retrying', step, 'operations:worker-gone',
           'The worker ended in this step; another one takes over.' FROM moved
)
SELECT id FROM moved
"""

# The grace is how long the message may take before the reconciler thinks it lost.
TAKE = """
UPDATE operations_operation SET wake_at = statement_timestamp() + %(grace)s
 WHERE id IN (SELECT id FROM operations_operation
               WHERE status IN ('NotStarted', 'Running') AND lease_until IS NULL AND wake_at <= statement_timestamp()
               ORDER BY wake_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""

GIVE_BACK = """
UPDATE operations_operation SET wake_at = statement_timestamp() WHERE id = ANY(%s) AND lease_until IS NULL
"""

WAKE_ALL = """
UPDATE operations_operation SET wake_at = statement_timestamp()
 WHERE status IN ('NotStarted', 'Running') AND lease_until IS NULL AND wake_at > statement_timestamp()
   AND (due_at IS NULL OR due_at <= statement_timestamp())
"""

NEXT = """
SELECT EXTRACT(EPOCH FROM min(wake_at) - statement_timestamp()) FROM operations_operation
 WHERE status IN ('NotStarted', 'Running') AND wake_at > statement_timestamp()
"""


class Reconciler:
    """One look after the other. Several may run at once: each takes other rows.

    Args:
        notice: told at each look how many messages wait in the queue.
    """

    def __init__(self, notice: Callable[[int], None] = lambda waiting: None) -> None:
        self._broker = Broker()
        self._notice = notice
        self._generation = ""
        self._calm_until = 0.0
        self._has_more = False

    def look(self) -> float:
        """Free, wake, and say how many seconds until the next look."""
        self._free()
        self._wake()
        return self._rest()

    def wake_all(self) -> None:
        """Everything that waits for a message gets one: those that were on their way may be lost."""
        _execute(WAKE_ALL, {})

    def calm(self) -> None:
        """The database was away: give its workers time to take their locks again."""
        self._calm_until = time.monotonic() + CALM

    def close(self) -> None:
        self._broker.close()
        connection.close()

    def _free(self) -> None:
        freed = _ids(FREE, {"dead": self._dead()})
        if freed:
            logger.warning("reconciler.freed", operations=[str(found) for found in freed])

    def _dead(self) -> list[int]:
        if not settings.OPERATIONS_OWNER_LOCK or time.monotonic() < self._calm_until:
            return []
        suspects = {row[0] for row in _execute(DEAD, {})}
        if not suspects:
            return []
        time.sleep(SECOND_LOOK)
        return sorted(suspects & {row[0] for row in _execute(DEAD, {})})

    def _wake(self) -> None:
        """The broker is asked first, so that nothing is taken that could not be sent."""
        self._has_more = False
        try:
            waiting = self._broker.waiting()
            self._notice(waiting)
            room = max(MESSAGES - waiting, 0)
            self._notice_restart()
            ids = _ids(TAKE, {"limit": room, "grace": _grace()})
            self._has_more = 0 < room == len(ids)
            faultpoint("reconcile.taken")
            self._send(ids)
        except (DatabaseError, InterfaceError):
            raise
        except Exception as away:  # the rows stay due; the next look tries again
            self._broker.close()
            logger.warning("reconciler.broker_away", error=type(away).__name__)

    def _notice_restart(self) -> None:
        generation = self._broker.generation()
        if self._generation not in ("", generation):
            self.wake_all()
        self._generation = generation

    def _send(self, ids: list[uuid.UUID]) -> None:
        try:
            self._broker.send(ids)
        except Exception:
            _execute(GIVE_BACK, [ids])
            raise
        faultpoint("reconcile.published")

    def _rest(self) -> float:
        if self._has_more:
            return SOON
        (seconds,) = _execute(NEXT, {})[0]
        return TICK if seconds is None else min(max(float(seconds), SOONEST), TICK)


def run_forever(stopped: threading.Event, notice: Callable[[int], None] = lambda waiting: None) -> None:
    """The thread's body: never ends by an error, because then nobody would look."""
    reconciler = Reconciler(notice)
    has_woken_all = False
    while not stopped.is_set():
        rest = TICK
        try:
            if not has_woken_all:
                reconciler.wake_all()
                has_woken_all = True
            rest = reconciler.look()
        except (DatabaseError, InterfaceError) as away:
            reconciler.calm()
            connection.close()
            logger.warning("reconciler.database_away", error=type(away).__name__)
        except Exception:
            logger.exception("reconciler.failed")
        stopped.wait(rest)
    reconciler.close()


def _grace() -> timedelta:
    return timedelta(seconds=settings.OPERATIONS_GRACE_SECONDS)


def _execute(sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def _ids(sql: str, params: Mapping[str, Any]) -> list[uuid.UUID]:
    return [row[0] for row in _execute(sql, params)]
