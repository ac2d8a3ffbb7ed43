"""Looks which rows of the starter content an organization has."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from organizations.errors import OrganizationRefused
from organizations.ports import OrganizationApi
from solutions.content.keys import SETS
from solutions.content.values import ContentRow, Shared

_BY_ID = frozenset({"adx_website", "adx_portallanguage", "knowledgearticle", "contact"})  # of no website
_BENEATH = {  # table -> column that leads to a row of another table, which leads to the website
    "adx_webformstep": ("_adx_webform_value", "adx_webform"),
    "adx_webformmetadata": ("_adx_webformstep_value", "adx_webformstep"),
    "adx_weblink": ("_adx_weblinksetid_value", "adx_weblinkset"),
    "adx_communityforumthread": ("_adx_forumid_value", "adx_communityforum"),
    "adx_communityforumpost": ("_adx_forumthreadid_value", "adx_communityforumthread"),
    "adx_blogpost": ("_adx_blogid_value", "adx_blog"),
    "adx_idea": ("_adx_ideaforumid_value", "adx_ideaforum"),
    "feedback": ("_regardingobjectid_value", "adx_idea"),
}
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
    """Ids of all the website's rows in all tables; of tables that know no website, those of ``rows``."""
    wanted = {table: [row.id for row in group] for table, group in groupby(rows, key=lambda row: row.logical_name)}
    found: dict[str, set[uuid.UUID]] = {}
    for table in SETS:
        if table not in _BY_ID and website_id not in found["adx_website"]:
            continue  # what belongs to the website cannot be there without it
        filters = _filters(table, website_id, wanted.get(table, ()), found)
        found[table] = {id for filter in filters for id in _ids(host, table, filter, is_needed=table in wanted)}
    return frozenset(id for ids in found.values() for id in ids)


def shared_there(host: OrganizationApi, rows: Sequence[ContentRow]) -> frozenset[uuid.UUID]:
    """Which of ``rows``, of one table that knows no website, are there."""
    table = rows[0].logical_name
    filters = _any_of(f"{table}id", [row.id for row in rows])
    return frozenset(id for filter in filters for id in _ids(host, table, filter, is_needed=True))


def _ids(host: OrganizationApi, table: str, filter: str, *, is_needed: bool) -> list[uuid.UUID]:
    """None in a table that the organization lacks because nothing needs it."""
    column = f"{table}id"
    try:
        return [uuid.UUID(str(row[column])) for row in host.rows(SETS[table], select=(column,), filter=filter)]
    except OrganizationRefused as refused:
        if refused.status == 404 and not is_needed:
            return []
        raise


def _filters(
    table: str, website_id: uuid.UUID, ids: Sequence[uuid.UUID], found: Mapping[str, set[uuid.UUID]]
) -> Iterable[str]:
    if table in _BY_ID:
        return _any_of(f"{table}id", ids)
    if table in _BENEATH:
        column, above = _BENEATH[table]
        return _any_of(column, sorted(found.get(above, ())))
    return (f"_adx_websiteid_value eq {website_id}",)


def _any_of(column: str, ids: Sequence[uuid.UUID]) -> Iterator[str]:
    for start in range(0, len(ids), _AT_ONCE):
        yield " or ".join(f"{column} eq {id}" for id in ids[start : start + _AT_ONCE])
