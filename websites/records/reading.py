"""Reading rows that a visitor may see: the permission is part of the question, so nothing else is ever answered."""

from __future__ import annotations

import uuid
from typing import Any

from core.errors import Unavailable
from websites.access import Right
from websites.errors import PageDenied, PageMissing
from websites.objects.scene import Scene
from websites.records.values import Table

Row = dict[str, Any]
MOST = 500  # rows of a list that are read


class ProductMissing(PageMissing):
    """The organization lacks the table: the product that brings it is not installed there."""

    default_code = "websites:product-missing"


def rows_of(
    scene: Scene, table: Table, *, where: str = "", order: str = "", right: Right = Right.READ, most: int = MOST
) -> list[Row]:
    """The rows for which the visitor has ``right``.

    Args:
        where: OData filter that narrows them further.

    Raises:
        PageDenied: the visitor may read none, whatever there is.
        ProductMissing: the organization has no such table.
    """
    permitted = scene.access.filter(table.name, right)
    if permitted is None:
        raise PageDenied("You may not read this.")
    wanted = joined(permitted, where)
    try:
        found = scene.rows.rows(
            table.entity_set,
            select=table.select,
            filter=wanted,
            orderby=order or table.order,
            expand=table.expand,
            top=most,
        )
        return list(found)
    except Unavailable as problem:
        raise _of(problem) from problem


def row_of(scene: Scene, table: Table, id: str, *, where: str = "", right: Right = Right.READ) -> Row:
    """One row.

    Args:
        id: as it stands in the address or a form.

    Raises:
        PageMissing: no such row, or none that this visitor may know of.
    """
    wanted = joined(f"{table.id} eq {id_read(id)}", where)
    try:
        found = rows_of(scene, table, where=wanted, right=right, most=1)
    except PageDenied as denied:
        raise PageMissing("There is nothing at this address.") from denied
    if not found:
        raise PageMissing("There is nothing at this address.")
    return found[0]


def id_read(text: str) -> uuid.UUID:
    """An id in its usual form. Raises :class:`PageMissing` for anything else."""
    try:
        found = uuid.UUID(text)
    except ValueError as wrong:
        raise PageMissing("There is nothing at this address.") from wrong
    if str(found) != text.lower():
        raise PageMissing("There is nothing at this address.")
    return found


def joined(*terms: str) -> str:
    """Filters that hold together."""
    return " and ".join(term for term in terms if term)


def quoted(text: str) -> str:
    """A text in a filter."""
    return "'" + text.replace("'", "''") + "'"


def _of(problem: Unavailable) -> Exception:
    """A table that is not there is no outage."""
    is_missing = problem.permanent and getattr(problem, "status", 0) == 404
    return ProductMissing("The organization has no such table.") if is_missing else problem
