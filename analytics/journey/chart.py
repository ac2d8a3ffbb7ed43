"""The chart of a journey as coordinates: a lane for each kind, a mark for each event, marks that would touch as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from analytics.journey.values import LANES, SLUGS, JourneyEvent, Span
from analytics.kinds import Kind

WIDTH, LEFT, RIGHT = 920, 160, 880  # the plot lies between LEFT and RIGHT; the case was created at RIGHT
TOP, LANE = 48, 44
APART = 26.0  # closer marks could not be told apart, nor hit with a finger
TITLES_NAMED = 5

STEPS = {
    Span.HOUR: timedelta(minutes=10),
    Span.DAY: timedelta(hours=4),
    Span.WEEK: timedelta(days=1),
    Span.MONTH: timedelta(days=5),
}


@dataclass(frozen=True)
class Mark:
    """One event, or several that lie too near to each other. ``row`` is the first one's place in the list beneath."""

    x: float
    y: float
    slug: str
    count: int
    row: int
    title: str


@dataclass(frozen=True)
class Lane:
    """The line of a kind."""

    label: str
    y: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Tick:
    """A moment on the axis."""

    x: float
    label: str


@dataclass(frozen=True)
class Chart:
    """Everything that the template writes down."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    case_label: str
    height: int

    width = WIDTH
    left = LEFT
    right = RIGHT

    @property
    def bottom(self) -> int:
        return self.height - 36


def chart_of(events: Sequence[JourneyEvent], *, case_at: datetime, span: Span) -> Chart:
    """The chart of these events, which are in the list's own order (oldest first)."""
    scale = _Scale(case_at - span.length, case_at)
    lanes = []
    for place, kind in enumerate(LANES.values()):
        y = TOP + LANE / 2 + place * LANE
        numbered = [(row, event) for row, event in enumerate(events, start=1) if event.kind is kind]
        lanes.append(Lane(kind.display_name, y, tuple(_marks(numbered, y, scale))))
    label = f"Case created {moment_words(case_at)}"
    return Chart(tuple(lanes), tuple(_ticks(span, scale)), label, TOP + LANE * len(lanes) + 36)


def moment_words(at: datetime) -> str:
    """ "22 Nov, 10:01" in the reader's zone."""
    local = timezone.localtime(at)
    return f"{local.day} {local:%b, %H:%M}"


@dataclass(frozen=True)
class _Scale:
    start: datetime
    end: datetime

    def x(self, at: datetime) -> float:
        share = (at - self.start) / (self.end - self.start)
        return round(LEFT + share * (RIGHT - LEFT), 1)


def _marks(numbered: Sequence[tuple[int, JourneyEvent]], y: float, scale: _Scale) -> list[Mark]:
    groups: list[list[tuple[int, JourneyEvent]]] = []
    for row, event in numbered:
        if groups and scale.x(event.at) - scale.x(groups[-1][0][1].at) < APART:
            groups[-1].append((row, event))
        else:
            groups.append([(row, event)])
    return [_mark(group, y, scale) for group in groups]


def _mark(group: Sequence[tuple[int, JourneyEvent]], y: float, scale: _Scale) -> Mark:
    events = [event for _, event in group]
    kind = events[0].kind
    title = _one(events[0]) if len(events) == 1 else _several(kind, events)
    # At the first one's place, so that neighbours are never nearer than APART.
    return Mark(scale.x(events[0].at), y, SLUGS[kind.name], len(events), group[0][0], title)


def _one(event: JourneyEvent) -> str:
    return f"{event.kind.display_name}: {event.text}, {moment_words(event.at)}, {event.portal.name}"


def _several(kind: Kind, events: Sequence[JourneyEvent]) -> str:
    named = "; ".join(dict.fromkeys(event.text for event in events[:TITLES_NAMED]))
    more = "; …" if len(events) > TITLES_NAMED else ""
    between = f"{moment_words(events[0].at)} to {moment_words(events[-1].at)}"
    return f"{len(events)} × {kind.display_name}, {between}: {named}{more}"


def _ticks(span: Span, scale: _Scale) -> list[Tick]:
    """At round times of the reader's own clock."""
    local = timezone.localtime(scale.start)
    at = local.replace(hour=0, minute=0, second=0, microsecond=0)
    step = STEPS[span]
    found = []
    while at <= scale.end:
        if at >= scale.start:
            found.append(Tick(scale.x(at), f"{at:%H:%M}" if span in {Span.HOUR, Span.DAY} else f"{at.day} {at:%b}"))
        at += step
    return found
