"""Writes the starter content into an organization: look, write table by table, remove an earlier choice, look.

A site setting keeps the fingerprint of what was imported and is written last. Where it is the same as before, nothing
is written: what people have changed since stays as it is.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from operations.workflow import Done
from organizations.errors import OrganizationRefused
from organizations.ports import OrganizationApi
from solutions.content.keys import SETS, Keys
from solutions.content.looking import ids_there, shared_there
from solutions.content.values import ContentLink, ContentRow
from solutions.errors import ContentRefused

FINGERPRINT = "StarterContent/Fingerprint"
# Never written over where they are there: other portals share them, or a later step has filled them in.
KEPT = frozenset({"adx_website", "adx_portallanguage", "knowledgearticle", "contact"})
DUPLICATE = "0x80040237"  # A record with matching key values already exists

Log = Callable[[str], None]


@dataclass(frozen=True)
class ContentImport:
    """One import. ``universe`` gives the rows that any choice would have brought: table by id."""

    host: OrganizationApi
    keys: Keys
    rows: tuple[ContentRow, ...]
    links: tuple[ContentLink, ...]
    universe: Callable[[], Mapping[uuid.UUID, str]]
    log: Log

    def ensure(self) -> Done:
        """Make it so. Raises ContentRefused, or OrganizationUnavailable where it may pass."""
        if self._remembered() == self.fingerprint:
            return Done(message="The starter content is there already.", skipped=True)
        there = self._there()
        for table, rows in groupby(self.rows, key=lambda row: row.logical_name):
            self._write(table, [row for row in rows if table not in KEPT or row.id not in there])
        self._link()
        self._remove_earlier_choice(there)
        self._check()
        self._remember()
        return Done(message=f"{len(self.rows)} rows of starter content are there.")

    @property
    def fingerprint(self) -> str:
        """The same for the same rows, but for the portal language: ours at first, the organization's after."""
        told: list[object] = [
            [str(row.id), row.values] for row in self.rows if row.logical_name != "adx_portallanguage"
        ]
        told += [[str(link.id), str(link.target_id)] for link in self.links]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def _there(self) -> frozenset[uuid.UUID]:
        return ids_there(self.host, self.keys.website_id, self.rows)

    def _write(self, table: str, rows: list[ContentRow]) -> None:
        if not rows:
            return
        try:
            self.host.upsert_many(SETS[table], table, [(row.id, row.values) for row in rows])
        except OrganizationRefused as refused:
            self._write(table, self._left_by_others(table, rows, refused))
            return
        self.log(f"Wrote {len(rows)} rows into {table}.")

    def _left_by_others(self, table: str, rows: list[ContentRow], refused: OrganizationRefused) -> list[ContentRow]:
        """What is still to be written where another portal's import has written, since we looked, rows that both share.

        Fewer each time, so that it ends. Raises ContentRefused where that is not why the organization refused.
        """
        may_be_shared = table in KEPT and refused.service_code == DUPLICATE
        there = shared_there(self.host, rows) if may_be_shared else frozenset[uuid.UUID]()
        if not there:
            raise _refusal(table, refused) from refused
        return [row for row in rows if row.id not in there]

    def _link(self) -> None:
        for link in self.links:
            self.host.associate(link.entity_set, link.id, link.navigation, link.target_set, link.target_id)

    def _remove_earlier_choice(self, there: Iterable[uuid.UUID]) -> None:
        """Delete rows of ours that belong to another type, option or language; rows that people made stay."""
        wanted = {row.id for row in self.rows}
        if not (extra := set(there) - wanted):
            return
        ours = [(id, table) for id, table in self.universe().items() if id in extra and table not in KEPT]
        for id, table in reversed(ours):
            self.host.delete(SETS[table], id)
        if ours:
            self.log(f"Removed {len(ours)} rows of an earlier choice.")

    def _check(self) -> None:
        there = self._there()
        if missing := [row.logical_name for row in self.rows if row.id not in there]:
            raise ContentRefused(missing[0], text=f"{len(missing)} rows are not there after the import.")

    # --- The fingerprint

    @property
    def _setting(self) -> uuid.UUID:
        return self.keys.id("adx_sitesetting", FINGERPRINT)

    def _remembered(self) -> str:
        row = self.host.row("adx_sitesettings", self._setting, select=("adx_value",))
        return str(row.get("adx_value") or "") if row else ""

    def _remember(self) -> None:
        values = {"adx_name": FINGERPRINT, "adx_value": self.fingerprint, **self.keys.in_website()}
        self.host.upsert("adx_sitesettings", self._setting, values)


def _refusal(table: str, refused: OrganizationRefused) -> ContentRefused:
    return ContentRefused(table, service_code=refused.service_code, text=refused.service_text or refused.message)
