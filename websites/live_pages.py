"""Lists of the organization's rows as they are now, a page at a time.

The Web API has no ``$skip``: the first page is one call; another is two, a narrow one that goes through the ids before
it and one for the page's own rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from websites.paging import Paging, numbers_of
from websites.ports import OrganizationRows

Row = dict[str, Any]
FURTHEST = 5_000  # rows that a list goes through: what the Web API counts to


@dataclass(frozen=True)
class Listed:
    """Which rows, in which order. ``id`` is the column of their id."""

    entity_set: str
    id: str
    select: tuple[str, ...]
    filter: str
    orderby: str
    expand: str = ""


def live_page(
    rows: OrganizationRows, listed: Listed, *, asked: str, size: str, path: str, params: Mapping[str, str]
) -> Paging[Row]:
    """The asked page, the nearest there is for a number out of range; arguments as :func:`websites.paging.page_of`."""
    number, per_page = numbers_of(asked, size)
    number = min(number, FURTHEST // per_page)
    if number == 1:
        total, found = rows.counted(
            listed.entity_set,
            select=listed.select,
            filter=listed.filter,
            orderby=listed.orderby,
            expand=listed.expand,
            top=per_page,
        )
        return Paging.made(found, 1, total=total, per_page=per_page, path=path, params=params)
    total, ids = rows.counted(
        listed.entity_set,
        select=(listed.id,),
        filter=listed.filter,
        orderby=listed.orderby,
        top=number * per_page,
    )
    number = min(number, max(-(-len(ids) // per_page), 1))
    found = _whole(rows, listed, [str(row[listed.id]) for row in ids[(number - 1) * per_page : number * per_page]])
    return Paging.made(found, number, total=total, per_page=per_page, path=path, params=params)


def _whole(rows: OrganizationRows, listed: Listed, ids: list[str]) -> list[Row]:
    if not ids:
        return []
    wanted = " or ".join(f"{listed.id} eq {id_}" for id_ in ids)
    found = rows.rows(listed.entity_set, select=listed.select, filter=wanted, expand=listed.expand)
    by_id = {str(row[listed.id]).lower(): row for row in found}
    return [by_id[id_.lower()] for id_ in ids if id_.lower() in by_id]
