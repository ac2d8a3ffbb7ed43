"""What a visitor asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.http import QueryDict

from websites.hosts import PortalAtHost
from websites.visitors.values import Visitor

QUERY_LIMIT = 4_000  # characters of a whole query string
PARAMS = 50
VALUE = 2_000  # characters of one value


@dataclass(frozen=True)
class Happened:
    """Something that the visitor did on a page, said by :func:`websites.tracking.interaction`."""

    name: str
    id: str
    text: str
    language: str
    results: int | None = None  # of a search


@dataclass(frozen=True)
class Visit:
    """One request, without anything that a page must not depend on (cookies, addresses).

    Args:
        visitor: who is signed in. A page made for somebody is made for nobody else, and never kept.
        happened: what is to be captured when the page is finished.
    """

    portal: PortalAtHost
    path: str  # decoded
    query: str  # as it came
    params: Mapping[str, str]
    now: datetime
    visitor: Visitor | None = None
    happened: list[Happened] = field(default_factory=list, compare=False)


def params_of(query: str) -> dict[str, str]:
    """The last value of each name, as many and as long as a page may see."""
    found = QueryDict(query, encoding="utf-8")
    return {name[:VALUE]: str(found.get(name) or "")[:VALUE].replace("\x00", "") for name in list(found)[:PARAMS]}
