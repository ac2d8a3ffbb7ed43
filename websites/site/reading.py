"""Brings a site's rows from the organization, and afterwards only the tables in which something changed."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import Unavailable
from websites.ports import RowSource
from websites.site.rows import TABLES, Row, SiteRows, Table

VERSION = "versionnumber"
# Settings that may hold secrets (of sign-in providers, storage accounts): their values never leave this module.
SECRET_SETTINGS = ("authentication/", "azurestorage", "oauth")
Versions = dict[str, int]  # row id -> versionnumber


@dataclass(frozen=True)
class Listing:
    """Ids and versions of all rows of an organization's sites: enough to see every change, a deleted row too.

    One listing serves all portals of the organization, so that many of them cost it no more than one.
    """

    versions: Mapping[str, Mapping[str, Versions]]  # entity set -> website id, "" for shared rows -> versions

    def of(self, table: Table, website_id: str) -> Versions:
        owner = website_id.lower() if table.website else ""
        return self.versions[table.entity_set].get(owner, {})


def listing_read(source: RowSource) -> Listing:
    """What the organization has now: one request a table. Raises :class:`core.errors.Unavailable`."""
    return Listing({table.entity_set: _listed(source, table) for table in TABLES})


def listing_renewed(listing: Listing, source: RowSource, entity_sets: Collection[str]) -> Listing:
    """The listing with these tables as they are now. Raises :class:`core.errors.Unavailable`."""
    named = [table for table in TABLES if table.entity_set in entity_sets]
    return Listing({**listing.versions, **{table.entity_set: _listed(source, table) for table in named}})


def rows_read(
    source: RowSource, *, website_id: str, known: SiteRows | None = None, listing: Listing | None = None
) -> SiteRows:
    """The site's rows now.

    Args:
        known: what was read before; with ``listing``, tables whose versions are the same are taken from it.

    Raises:
        core.errors.Unavailable: when the organization does not answer; ``known`` stays good.
    """
    found = SiteRows()
    for table in TABLES:
        name = table.entity_set
        if known and listing and listing.of(table, website_id) == known.versions.get(name):
            found.tables[name], found.versions[name] = known.of(name), known.versions[name]
        else:
            found.tables[name], found.versions[name] = _read(source, table, website_id)
    return found


def is_unchanged(listing: Listing, *, website_id: str, known: SiteRows) -> bool:
    """Whether every row of the site is the one that is known."""
    return all(listing.of(table, website_id) == known.versions.get(table.entity_set) for table in TABLES)


def _listed(source: RowSource, table: Table) -> dict[str, Versions]:
    columns = tuple(dict.fromkeys((table.id, VERSION, *([table.website] if table.website else []))))
    found: dict[str, Versions] = {}
    for row in _rows(source, table, columns, table.filter, expand=table.expand):
        owner = str(row[table.website]).lower() if table.website else ""
        found.setdefault(owner, {})[str(row[table.id])] = _version(table, row)
    return found


def _read(source: RowSource, table: Table, website_id: str) -> tuple[list[Row], Versions]:
    wanted = table.filter_for(website_id)
    rows = _rows(source, table, (*table.select, VERSION), wanted, expand=table.expand_all)
    return [_kept(table, row) for row in rows], {str(row[table.id]): _version(table, row) for row in rows}


def _version(table: Table, row: Row) -> int:
    """The row's version; with linked rows, a number that changes when the version or a link does."""
    number = int(row.get(VERSION) or 0)
    if not table.linked:
        return number
    links = {name: sorted(_linked(row, name, column)) for name, column in table.linked.items()}
    return int.from_bytes(hashlib.sha256(f"{number} {links}".encode()).digest()[:7])


def _linked(row: Row, name: str, column: str) -> list[str]:
    return [str(other[column]).lower() for other in row.get(name) or ()]


def _rows(source: RowSource, table: Table, columns: tuple[str, ...], filter: str, *, expand: str) -> list[Row]:
    try:
        return list(source.rows(table.entity_set, select=columns, filter=filter, expand=expand))
    except Unavailable as problem:
        if table.is_optional and _is_unknown(problem):
            return []
        raise


def _kept(table: Table, row: Row) -> Row:
    kept = {column: text_shared(row.get(column)) for column in table.select}
    kept.update({name: _linked(row, name, column) for name, column in table.linked.items()})
    kept.update({name: row.get(name) for name in table.looked_up})
    if table.entity_set == "adx_sitesettings" and str(kept["adx_name"]).lower().startswith(SECRET_SETTINGS):
        kept["adx_value"] = ""
    return kept


def text_shared(value: Any) -> Any:
    """Sites of one kind hold the same texts: each is in memory once, and goes when the last site lets go of it."""
    return sys.intern(value) if type(value) is str else value


def _is_unknown(problem: Unavailable) -> bool:
    """The organization does not know the table: its package is not installed there."""
    return problem.permanent and getattr(problem, "status", 0) == 404
