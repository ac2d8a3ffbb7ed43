"""Pages of a list in an address: ``?page=2``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

Item = TypeVar("Item")
SIZE = 10
LARGEST = 50


@dataclass(frozen=True)
class Paging(Generic[Item]):
    """One page of ``total`` items. Numbers begin with 1."""

    items: Sequence[Item]
    number: int
    count: int
    total: int
    previous_url: str
    next_url: str


def page_of(items: Sequence[Item], *, asked: str, size: str, path: str, params: Mapping[str, str]) -> Paging[Item]:
    """The asked page, the nearest there is for a number out of range, the first for anything else.

    Args:
        asked: the visitor's ``page`` parameter.
        size: the site setting for the page size.
        params: the other parameters, kept in the links.
    """
    per_page = min(max(_number(size, SIZE), 1), LARGEST)
    count = max(-(-len(items) // per_page), 1)
    number = min(max(_number(asked, 1), 1), count)

    def url(to: int) -> str:
        query = urlencode({**params, **({"page": str(to)} if to > 1 else {})})
        return f"{path}?{query}" if query else path

    return Paging(
        items=items[(number - 1) * per_page : number * per_page],
        number=number,
        count=count,
        total=len(items),
        previous_url=url(number - 1) if number > 1 else "",
        next_url=url(number + 1) if number < count else "",
    )


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else default
