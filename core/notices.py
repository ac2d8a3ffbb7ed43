"""Telling other processes at once: PostgreSQL passes a notice on when the transaction that sent it is committed.

Nothing may depend on a notice: who was away or listens through a pool that shares sessions hears nothing. A look at
the rows, again and again, stays the ground; a notice makes it come sooner.
"""

from __future__ import annotations

import select
from contextlib import suppress
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "connect_timeout": 3}


def notice_send(channel: str, *payloads: str) -> None:
    """Tell everybody who listens, when the surrounding transaction is committed; the same words are told once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload", [channel, [*payloads]])


class Ear:
    """A session of its own that listens to ``channel``, a plain name."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
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
                cursor.execute(f"LISTEN {self._channel}")

    def heard(self, seconds: float) -> set[str]:
        """Wait until something is told or the time is over; what was told.

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
