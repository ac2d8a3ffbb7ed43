"""The session advisory lock by which PostgreSQL itself knows that a process lives: gone with its connection."""

from __future__ import annotations

import select
import threading
from contextlib import suppress
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import OperationalError

RECONNECT = 0.1  # seconds between two tries

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


class OwnerLock:
    """A connection of its own, holding the lock ``key``; shared by the threads of one process.

    Args:
        key: positive, below 2**63.
        is_wanted: False where session locks cannot be held: then it is a connection only.
    """

    def __init__(self, key: int, *, is_wanted: bool) -> None:
        self.key = key
        self._is_wanted = is_wanted
        self._connection: Any = None
        self._mutex = threading.RLock()

    def ensure(self) -> None:
        """Hold the lock when this returns. While it is held this costs one look at the socket, no round trip.

        Raises:
            OperationalError: the database is away, or another session has the key.
        """
        with self._mutex:
            if not self._is_connected():
                self._connect()

    def execute(self, sql: str, params: list[Any]) -> int:
        """Run a statement on the lock's connection; returns how many rows it changed.

        Raises:
            OperationalError: the connection broke; the lock is lost with it.
        """
        with self._mutex, _translated(), self._connection.cursor() as cursor:
            cursor.execute(sql, params)
            return int(cursor.rowcount)

    def wait(self, seconds: float) -> None:
        """Until the time is over or the connection ends, so that a lost lock is taken again at once."""
        connection = self._connection
        if connection is None:
            threading.Event().wait(min(seconds, RECONNECT))
        else:
            with suppress(Exception):
                select.select([connection], [], [], seconds)

    def drop(self) -> None:
        """Close the connection; PostgreSQL frees the lock."""
        with self._mutex:
            if self._connection is not None:
                with suppress(Exception):
                    self._connection.close()
            self._connection = None

    def _is_connected(self) -> bool:
        if self._connection is None or self._connection.closed:
            return False
        readable, _, _ = select.select([self._connection], [], [], 0)
        return not readable or self._answers()

    def _answers(self) -> bool:
        """Something arrived unasked: a notice, or the end of the connection."""
        try:
            self.execute("SELECT 1", [])
        except OperationalError:
            self.drop()
            return False
        return True

    def _connect(self) -> None:
        """The lock is worth something only once it is held: nothing is kept before that."""
        self.drop()
        wrapper = connections[DEFAULT_DB_ALIAS]
        with _translated():
            fresh = wrapper.get_new_connection({**wrapper.get_connection_params(), **KEEPALIVE})
            fresh.autocommit = True
            if self._is_wanted:
                self._take(fresh)
        self._connection = fresh

    def _take(self, fresh: Any) -> None:
        with fresh.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [self.key])
            (is_held,) = cursor.fetchone()
        if not is_held:
            fresh.close()
            raise OperationalError("The process's lock is still held by its former session.")


class _translated:
    """On a raw connection Django translates nothing: the driver's errors become OperationalError here."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        driver = cast(Any, connections[DEFAULT_DB_ALIAS]).Database
        if isinstance(error, (driver.Error, OSError, AttributeError)):
            raise OperationalError(str(error)) from error
