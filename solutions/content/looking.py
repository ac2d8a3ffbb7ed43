"""Looks which rows of the starter content an organization has."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from organizations.ports import OrganizationApi
from solutions.content.keys import SETS
from solutions.content.values import ContentRow, Shared

_BY_ID = frozenset(
    {"adx_website", "adx_portallanguage", "knowledgearticle", "adx_weblink"}
)  # no column names the website
_AT_ONCE = 25  # ids in one filter


def shared_find(host: OrganizationApi, lcid: int) -> Shared:
    """The organization's own rows for a language (LCID)."""
    return Shared(
        portal_language_id=_first(host, "adx_portallanguages", "adx_portallanguageid", f"adx_lcid eq {lcid}"),
        language_locale_id=_first(host, "languagelocale", "languagelocaleid", f"localeid eq {lcid}"),
    )


def _first(host: OrganizationApi, entity_set: str, column: str, filter: str) -> uuid.UUID | None:
    found = next(iter(host.rows(entity_set, select=(column,), filter=filter, top=1)), None)
    return uuid.UUID(str(found[column])) if found else None


def ids_there(host: OrganizationApi, website_id: uuid.UUID, rows: Sequence[ContentRow]) -> frozenset[uuid.UUID]:
    """Ids of all the website's rows in the tables of ``rows``; of tables that name no website, those of ``rows``."""
    found: set[uuid.UUID] = set()
    for table, group in groupby(rows, key=lambda row: row.logical_name):
        for filter in _filters(table, website_id, [row.id for row in group]):
            column = f"{table}id"
            found |= {uuid.UUID(str(row[column])) for row in host.rows(SETS[table], select=(column,), filter=filter)}
    return frozenset(found)


def _filters(table: str, website_id: uuid.UUID, ids: list[uuid.UUID]) -> Iterator[str]:
    if table not in _BY_ID:
        yield f"_adx_websiteid_value eq {website_id}"
        return
    for chunk in _chunks(ids):
        yield " or ".join(f"{table}id eq {id}" for id in chunk)


def _chunks(ids: Sequence[uuid.UUID]) -> Iterable[Sequence[uuid.UUID]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
