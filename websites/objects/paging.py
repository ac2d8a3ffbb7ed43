"""A page of a list as templates see it."""

from __future__ import annotations

from typing import Any

from websites.paging import Paging
from websites.templating.drop import Drop


def paging_drop(paging: Paging[Any]) -> Drop:
    return Drop(
        {
            "number": lambda: paging.number,
            "count": lambda: paging.count,
            "total": lambda: paging.total,
            "previous_url": lambda: paging.previous_url,
            "next_url": lambda: paging.next_url,
        }
    )
