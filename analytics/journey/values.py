"""The journey as values."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from urllib.parse import urlencode

from django.db import models

from analytics.kinds import ARTICLE, BLOG_POST, FORUM_THREAD, SEARCH, Kind

# The lanes from top to bottom, by stored name; the slug names a lane's shape, colour and filter.
LANES: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in (ARTICLE, SEARCH, BLOG_POST, FORUM_THREAD)})
SLUGS: Mapping[str, str] = MappingProxyType(
    {ARTICLE.name: "article", SEARCH.name: "search", BLOG_POST.name: "blog", FORUM_THREAD.name: "thread"}
)


class Span(models.TextChoices):
    """How long before the case the journey begins."""

    HOUR = "1h", "1 hour"
    DAY = "1d", "24 hours"
    WEEK = "7d", "7 days"
    MONTH = "30d", "30 days"

    @property
    def length(self) -> timedelta:
        return _LENGTHS[self]


_LENGTHS = {
    Span.HOUR: timedelta(hours=1),
    Span.DAY: timedelta(days=1),
    Span.WEEK: timedelta(days=7),
    Span.MONTH: timedelta(days=30),
}
LONGEST = Span.MONTH


@dataclass(frozen=True)
class Asked:
    """What of the journey is shown. No kinds stand for all of them, no portal for every portal.

    Args:
        span: None where nobody chose one: then the shortest that shows all of the last day.
    """

    span: Span | None = None
    kinds: frozenset[str] = frozenset()
    portal: uuid.UUID | None = None

    def fitted(self, events: Iterable[JourneyEvent], case_at: datetime) -> Asked:
        """The same with a span that was chosen, or fits."""
        if self.span is not None:
            return self
        last_day = [event.at for event in events if event.at >= case_at - Span.DAY.length]
        is_short = bool(last_day) and min(last_day) >= case_at - Span.HOUR.length
        return replace(self, span=Span.HOUR if is_short else Span.DAY)

    @property
    def length(self) -> timedelta:
        return (self.span or Span.DAY).length

    def shows(self, event: JourneyEvent, case_at: datetime) -> bool:
        return (
            event.at >= case_at - self.length
            and (not self.kinds or event.slug in self.kinds)
            and self.portal in {None, event.portal.id}
        )


@dataclass(frozen=True)
class PortalSeen:
    """A portal as the journey names it."""

    id: uuid.UUID
    name: str
    url: str


# Where an event that names no portal came from: another sender into a hub of the organization's.
ELSEWHERE = PortalSeen(uuid.UUID(int=0), "Elsewhere", "")


@dataclass(frozen=True)
class JourneyEvent:
    """One thing that the contact did. ``results`` is how much a search found, where the portal said so."""

    id: str
    kind: Kind
    at: datetime
    text: str
    item_id: str
    portal: PortalSeen
    results: int | None = None

    @property
    def slug(self) -> str:
        return SLUGS[self.kind.name]

    @property
    def found_nothing(self) -> bool:
        return self.kind is SEARCH and self.results == 0

    @property
    def url(self) -> str:
        """The same search at the portal; "" for what has no address that can be told from its id."""
        if self.kind is not SEARCH or not self.portal.url:
            return ""
        return f"{self.portal.url.rstrip('/')}/search?{urlencode({'q': self.text})}"


@dataclass(frozen=True)
class Silence:
    """A hub that told nothing, and whose portals are therefore missing."""

    portals: tuple[str, ...]
    code: str
    text: str


@dataclass(frozen=True)
class Activity:
    """Everything that the hubs told of a contact before a case, the oldest first."""

    events: tuple[JourneyEvent, ...]
    silences: tuple[Silence, ...] = ()
    unconnected: tuple[str, ...] = ()  # names of portals that send their interactions nowhere
    portals: tuple[PortalSeen, ...] = ()  # those that send to a hub, or have sent something of this
    has_hub: bool = False  # there was somebody to ask
    is_cut: bool = False  # there was more than is read at once


@dataclass(frozen=True)
class ReadArticle:
    """An article that the customer opened before the case."""

    title: str
    times: int
    last_at: datetime
