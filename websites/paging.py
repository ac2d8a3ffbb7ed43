"""Pages of a list in an address: ``?page=2``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Self, TypeVar
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

    @classmethod
    def made(
        cls, items: Sequence[Item], number: int, *, total: int, per_page: int, path: str, params: Mapping[str, str]
    ) -> Self:
        """Page ``number``, which holds ``items``, with the links to its neighbours."""
        count = max(-(-total // per_page), 1)

        def url(to: int) -> str:
            query = urlencode({**params, **({"page": str(to)} if to > 1 else {})})
            return f"{path}?{query}" if query else path

        return cls(
            items=items,
            number=number,
            count=count,
            total=total,
            previous_url=url(number - 1) if number > 1 else "",
            next_url=url(number + 1) if number < count else "",
        )


def page_of(items: Sequence[Item], *, asked: str, size: str, path: str, params: Mapping[str, str]) -> Paging[Item]:
    """The asked page, the nearest there is for a number out of range, the first for anything else.

    Args:
        asked: the visitor's ``page`` parameter.
        size: the site setting for the page size.
        params: the other parameters, kept in the links.
    """
    asked_number, per_page = numbers_of(asked, size)
    number = min(asked_number, max(-(-len(items) // per_page), 1))
    shown = items[(number - 1) * per_page : number * per_page]
    return Paging.made(shown, number, total=len(items), per_page=per_page, path=path, params=params)


def numbers_of(asked: str, size: str) -> tuple[int, int]:
    """The number of the asked page and how many items a page holds, both within reason."""
    return max(_number(asked, 1), 1), min(max(_number(size, SIZE), 1), LARGEST)


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else default
