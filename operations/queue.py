"""The queue door: the only place from which the broker is told anything, and what is told is an id.

The row is the work. A message that is not sent, or lost, costs the reconciler's next look and nothing else; so
waking never raises, and never makes the caller wait: a thread of the process does the sending.
"""

from __future__ import annotations

import atexit
import os
import queue
import threading
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any

import structlog
from celery import current_app
from django.db import transaction

logger = structlog.get_logger(__name__)

TASK = "operations.run"
NAME = "portal"  # of the broker's queue
KEPT = 10_000  # ids that wait for the sending thread; more are left to the reconciler


def wake(operation_id: uuid.UUID) -> None:
    """Nudge a worker once the surrounding transaction is committed (at once, where there is none)."""
    transaction.on_commit(partial(_sender_of_this_process().put, operation_id), robust=True)


class Broker:
    """One connection to the broker, for one thread. Its methods raise whatever the transport raises."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._producer: Any = None

    def send(self, ids: Iterable[uuid.UUID]) -> None:
        """One message for each id."""
        self._open()
        for operation_id in ids:
            current_app.send_task(
                TASK, args=[str(operation_id)], queue=NAME, producer=self._producer, retry=False, ignore_result=True
            )

    def waiting(self) -> int:
        """How many messages wait in the queue."""
        return int(self._client().llen(NAME))

    def generation(self) -> str:
        """Another word each time the broker was started: what it held may be gone."""
        return str(self._client().info("server")["run_id"])

    def close(self) -> None:
        with suppress(Exception):
            if self._connection is not None:
                self._connection.release()
        self._connection = self._producer = None

    def _client(self) -> Any:
        self._open()
        return self._connection.default_channel.client

    def _open(self) -> None:
        if self._connection is None:
            self._connection = current_app.connection_for_write(
                transport_options={**current_app.conf.broker_transport_options, **IMPATIENT}
            )
            self._producer = current_app.amqp.Producer(self._connection, auto_declare=False)


IMPATIENT = {"socket_timeout": 2, "socket_connect_timeout": 2, "max_retries": 0, "retry_on_timeout": False}


class _Sender:
    """Sends what is put, in a thread of its own; drops everything it has while the broker is away."""

    def __init__(self) -> None:
        self._ids: queue.Queue[uuid.UUID] = queue.Queue(maxsize=KEPT)
        self._broker = Broker()
        self._told_at = 0.0
        threading.Thread(target=self._send_all, name="operations-wake", daemon=True).start()
        atexit.register(self._finish)

    def put(self, operation_id: uuid.UUID) -> None:
        with suppress(queue.Full):
            self._ids.put_nowait(operation_id)

    def _send_all(self) -> None:
        while True:
            self._send_one(self._ids.get())
            self._ids.task_done()

    def _send_one(self, operation_id: uuid.UUID) -> None:
        try:
            self._broker.send([operation_id])
        except Exception as away:  # whatever it is, the reconciler wakes the run
            self._broker.close()
            self._drop()
            self._tell(away)

    def _drop(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._ids.get_nowait()
                self._ids.task_done()

    def _tell(self, away: Exception) -> None:
        if time.monotonic() - self._told_at > 10:
            self._told_at = time.monotonic()
            logger.warning("queue.broker_away", error=type(away).__name__)

    def _finish(self) -> None:
        """A short-lived process (a command) gives its last messages a moment to leave."""
        until = time.monotonic() + 1.0
        while self._ids.unfinished_tasks and time.monotonic() < until:
            time.sleep(0.01)


_sender: _Sender | None = None
_process = 0
_starting = threading.Lock()


def _sender_of_this_process() -> _Sender:
    """Threads do not survive a fork: a child starts its own."""
    global _sender, _process
    with _starting:
        if _sender is None or _process != os.getpid():
            _sender, _process = _Sender(), os.getpid()
        return _sender
