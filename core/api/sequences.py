"""Cursor paging of a list that is no table of ours, such as what another server has just told."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from core.api.paging import PAGE_SIZE, PAGE_SIZE_CAP
from core.api.serializers import QueryInvalid

AFTER, BEFORE = "after:", "before:"
Row = TypeVar("Row")


@dataclass(frozen=True)
class NamedPage(Generic[Row]):
    """One page, and the cursors of its neighbours; empty where there is none."""

    rows: Sequence[Row]
    next: str
    previous: str

    def answer(self, request: Request, shown: list[Any]) -> dict[str, Any]:
        """The page's answer, with ``shown`` as its rows."""
        return {"results": shown, "next": _address(request, self.next), "previous": _address(request, self.previous)}


def page_by_name(rows: Iterable[Row], *, name: Callable[[Row], str], asked: Mapping[str, Any]) -> NamedPage[Row]:
    """The asked page of ``rows`` in the order of their names, which must differ.

    Args:
        asked: what the query said, checked by :class:`core.api.paging.PageQuery`.

    Raises:
        QueryInvalid: the cursor is none of this list.
    """
    ordered = sorted(rows, key=name)
    size = min(asked.get("page_size", PAGE_SIZE), PAGE_SIZE_CAP)
    begin = _begin([name(row) for row in ordered], asked.get("cursor", AFTER), size)
    page = ordered[begin : begin + size]
    has_more = begin + size < len(ordered)
    return NamedPage(
        page,
        next=f"{AFTER}{name(page[-1])}" if page and has_more else "",
        previous=f"{BEFORE}{name(page[0])}" if page and begin else "",
    )


def _begin(names: Sequence[str], cursor: str, size: int) -> int:
    if cursor.startswith(AFTER):
        return bisect_right(names, cursor.removeprefix(AFTER))
    if cursor.startswith(BEFORE):
        return max(0, bisect_left(names, cursor.removeprefix(BEFORE)) - size)
    raise QueryInvalid({"cursor": [ErrorDetail("This is not a cursor of this list.", code="bad-cursor")]})


def _address(request: Request, cursor: str) -> str | None:
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor) if cursor else None
