"""Writes a plan: rows table by table, then lookups of rows that came later, then links.

A table is written in one go. Where the organization refuses one of its rows, each is written by itself: a text that is
too long for its column there is cut, a row that is refused for another reason is left out, and both are told.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from organizations.client.shapes import TableShape
from organizations.client.webapi import WebApiClient
from organizations.errors import OrganizationRefused
from websites.importing.mapping import Plan, Planned

Log = Callable[[str], None]
CUTS = 10  # columns of one row
_TOO_LONG = re.compile(r"length of the '(\w+)' attribute .*maximum allowed length of '(\d+)'")


class PlanWriter:
    """Writes into one organization. ``left`` says what was cut or left out."""

    def __init__(self, client: WebApiClient, shapes: Mapping[str, TableShape], log: Log) -> None:
        self._client, self._shapes, self._log = client, shapes, log
        self._refused: set[uuid.UUID] = set()
        self.written: Counter[str] = Counter()
        self.left: list[str] = []

    def write(self, plan: Plan) -> None:
        """Raises :class:`core.errors.Unavailable` where the organization does not answer."""
        rows = sorted(plan.rows, key=lambda row: row.table == "annotation")
        for table, found in groupby(rows, key=lambda row: row.table):
            self._write_table(table, list(found))
        self._write_later([row for row in rows if row.later and row.id not in self._refused])
        for row in rows:
            if row.id not in self._refused:
                self._link(row)

    def _write_table(self, table: str, rows: list[Planned]) -> None:
        if table == "annotation" or not self._write_at_once(table, rows):  # notes are large: a request each
            for row in rows:
                self._write_one(row)
        count = sum(row.id not in self._refused for row in rows)
        self.written[table] += count
        self._log(f"{count} rows of {table}")

    def _write_at_once(self, table: str, rows: list[Planned]) -> bool:
        try:
            self._client.upsert_many(self._set(table), table, [(row.id, row.values) for row in rows])
        except OrganizationRefused:
            return False
        return True

    def _write_one(self, row: Planned) -> None:
        values = dict(row.values)
        for _ in range(CUTS):
            try:
                return self._client.upsert(self._set(row.table), row.id, values)
            except OrganizationRefused as refused:
                if not self._cut(row, values, refused):
                    break
        return None

    def _cut(self, row: Planned, values: dict[str, Any], refused: OrganizationRefused) -> bool:
        """Whether it is worth another try."""
        found = _TOO_LONG.search(refused.service_text or "")
        if found is None or not isinstance(values.get(found[1]), str):
            self._refused.add(row.id)
            self.left.append(f"{_named(row)}: the organization refuses it: {refused.service_text or refused}")
            return False
        values[found[1]] = values[found[1]][: int(found[2])]
        self.left.append(f"{_named(row)}: {found[1].removeprefix('adx_')} is cut to {found[2]} characters")
        return True

    def _write_later(self, rows: list[Planned]) -> None:
        for table, found in groupby(rows, key=lambda row: row.table):
            group = list(found)
            try:
                self._client.upsert_many(self._set(table), table, [(row.id, row.later) for row in group])
            except OrganizationRefused:
                for row in group:
                    self._write_one(Planned(row.table, row.id, row.later))

    def _link(self, row: Planned) -> None:
        for navigation, other, id_ in row.links:
            if id_ not in self._refused:
                self._client.associate(self._set(row.table), row.id, navigation, self._set(other), id_)

    def _set(self, table: str) -> str:
        return self._shapes[table].entity_set


def _named(row: Planned) -> str:
    name = row.values.get("adx_name") or row.values.get("adx_entityname") or row.values.get("subject") or row.id
    return f"{row.table.removeprefix('adx_')} {str(name)[:60]}"
