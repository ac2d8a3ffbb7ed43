"""Statements that PostgreSQL parses and plans once a connection: planning was two fifths of a step's cost there."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection

TYPES = {
    "id": "uuid",
    "step": "integer",
    "token": "bigint",
    "owner": "bigint",
    "lease": "interval",
    "known": "text[]",
    "name": "text",
    "step_status": "text",
    "attempts": "integer",
    "output": "jsonb",
    "began": "timestamptz",
    "kind": "text",
    "code": "text",
    "message": "text",
    "reason": "text",
    "attempt": "integer",
    "delay": "interval",
    "pause": "interval",
    "error": "jsonb",
}

_here = threading.local()


class Prepared:
    """A statement with named values, each of a type in TYPES. Its row, if there is one, is the answer."""

    def __init__(self, name: str, sql: str) -> None:
        self._name = f"operations_{name}"
        self.sql = sql
        self._values = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", sql)))
        numbered = re.sub(r"%\((\w+)\)s", lambda found: f"${self._values.index(found[1]) + 1}", sql)
        self._prepare = f"PREPARE {self._name} ({', '.join(TYPES[value] for value in self._values)}) AS {numbered}"
        self._execute = f"EXECUTE {self._name} ({', '.join(['%s'] * len(self._values))})"

    def run(self, params: Mapping[str, Any]) -> tuple[Any, ...] | None:
        with connection.cursor() as cursor:
            if settings.OPERATIONS_OWNER_LOCK:  # else another session may answer each transaction
                self._make_known(cursor)
                cursor.execute(self._execute, [params[value] for value in self._values])
            else:
                cursor.execute(self.sql, params)
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row

    def _make_known(self, cursor: Any) -> None:
        """A connection that was opened anew knows nothing yet."""
        if getattr(_here, "connection", None) is not cursor.connection:
            _here.connection, _here.names = cursor.connection, set()
        if self._name not in _here.names:
            cursor.execute(self._prepare)
            _here.names.add(self._name)
