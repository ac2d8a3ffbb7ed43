"""How agents hear of a changed binding: PostgreSQL tells them at the commit (LISTEN/NOTIFY), naming the host."""

from __future__ import annotations

import select
from contextlib import suppress
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

CHANNEL = "portal_edge"
KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "connect_timeout": 3}


def agents_wake(host: str) -> None:
    """Tell every agent that the binding of ``host`` changed, when the surrounding transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, host])


class Ear:
    """A session of its own that listens. Behind a pool that shares sessions it hears nothing; the sweep remains."""

    def __init__(self) -> None:
        self._connection: Any = None

    def open(self) -> None:
        """Listen from now on.

        Raises:
            django.db.Error: the database is away.
        """
        wrapper = connections[DEFAULT_DB_ALIAS]
        with wrapper.wrap_database_errors:
            self._connection = wrapper.get_new_connection({**wrapper.get_connection_params(), **KEEPALIVE})
            self._connection.autocommit = True
            with self._connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")

    def heard(self, seconds: float) -> set[str]:
        """Wait until something is told or the time is over; the hosts that were told.

        Raises:
            django.db.Error: the session ended; what was told since is not known.
        """
        select.select([self._connection], [], [], seconds)
        with connections[DEFAULT_DB_ALIAS].wrap_database_errors:
            self._connection.poll()
        told = {notice.payload for notice in self._connection.notifies}
        self._connection.notifies.clear()
        return told

    def close(self) -> None:
        with suppress(Exception):
            self._connection.close()
        self._connection = None
