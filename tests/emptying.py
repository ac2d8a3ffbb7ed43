"""How the database is emptied after a test that commits: only tables that hold rows, of more than 150."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

KEPT = {"django_content_type", "auth_permission"}  # what they hold follows from the code; no test writes there
_sql_flush = DatabaseOperations.sql_flush


@contextmanager
def emptied_quickly() -> Generator[None, None, None]:
    """Django's flush truncates every table, which makes each of their files anew, and their indexes'."""
    with patch.object(DatabaseOperations, "sql_flush", _sql_flush_of_filled):
        yield


def _sql_flush_of_filled(
    self: DatabaseOperations,
    style: Any,
    tables: Sequence[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    if reset_sequences:  # those of empty tables too
        return _sql_flush(self, style, tables, reset_sequences=True, allow_cascade=allow_cascade)
    filled = _filled([table for table in tables if table not in KEPT])
    return _sql_flush(self, style, filled, reset_sequences=False, allow_cascade=True)


def _filled(tables: Sequence[str]) -> list[str]:
    """Those that hold a row."""
    name = connection.ops.quote_name
    asked = [f"SELECT %s WHERE EXISTS (SELECT 1 FROM {name(table)})" for table in tables]  # noqa: S608 - Django's names
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked), tables)
        return [row[0] for row in cursor.fetchall()]
