"""Interactions by day as stacked bars: coordinates for the template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analytics.explorer.words import slug_of, title_of
from analytics.hub.services.charts import DayCount
from analytics.kinds import KINDS

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 920, 260, 64, 912, 16, 226
GAP = 0.2  # of a bar's place
MOST_LABELS = 10


@dataclass(frozen=True)
class Part:
    """The share of a type in a bar."""

    y: float
    height: float
    slug: str


@dataclass(frozen=True)
class Bar:
    """A day (UTC)."""

    day: date
    x: float
    width: float
    parts: tuple[Part, ...]
    counts: tuple[int, ...]  # in the order of the legend
    title: str
    label: str  # beneath it; empty where there is no room for every day's

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Line:
    """A line across, and the number that it stands for."""

    y: float
    label: str


@dataclass(frozen=True)
class Key:
    """What a colour means, and how often it occurs."""

    slug: str
    label: str
    n: int


@dataclass(frozen=True)
class Bars:
    """Everything that the template writes down."""

    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    legend: tuple[Key, ...]

    width, height, left, right, bottom = WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM

    @property
    def total(self) -> int:
        return sum(key.n for key in self.legend)


def bars_of(counted: Sequence[DayCount], *, days: int, today: date) -> Bars:
    """The chart of the last ``days`` days."""
    by_day: dict[date, dict[str, int]] = defaultdict(dict)
    for one in counted:
        by_day[one.day][one.type] = one.n
    types = _order({one.type for one in counted})
    shown = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    top = ceiling(max((sum(by_day[day].values()) for day in shown), default=0))
    place, every = (RIGHT - LEFT) / days, -(-days // MOST_LABELS)
    bars = tuple(
        _bar(day, by_day[day], types, LEFT + index * place, place, top, with_label=index % every == 0)
        for index, day in enumerate(shown)
    )
    lines = tuple(Line(_y(value, top), f"{value:,}") for value in (0, top // 2, top))
    totals = [sum(by_day[day].get(name, 0) for day in shown) for name in types]
    legend = tuple(Key(slug_of(name), title_of(name), n) for name, n in zip(types, totals, strict=True))
    return Bars(bars, lines, legend)


def ceiling(highest: int) -> int:
    """The next round number: 2, 4, 10, 20, 40, 100 and so on."""
    power = 1
    while True:
        for step in (2, 4, 10):
            if step * power >= highest:
                return step * power
        power *= 10


def _order(names: set[str]) -> list[str]:
    """A portal's own types first, always in the same order, so that a colour keeps its place."""
    return [*(name for name in KINDS if name in names), *sorted(names - KINDS.keys())]


def _bar(
    day: date, counts: Mapping[str, int], types: Sequence[str], x: float, place: float, top: int, *, with_label: bool
) -> Bar:
    parts, below = [], 0
    for name in types:
        n = counts.get(name, 0)
        if n:
            parts.append(Part(_y(below + n, top), round(n * (BOTTOM - TOP) / top, 1), slug_of(name)))
            below += n
    told = ", ".join(f"{counts[name]:,} × {title_of(name)}" for name in types if counts.get(name))
    return Bar(
        day,
        round(x + place * GAP / 2, 1),
        round(place * (1 - GAP), 1),
        tuple(parts),
        tuple(counts.get(name, 0) for name in types),
        f"{day.day} {day:%b %Y}: {told or 'nothing'}",
        f"{day.day} {day:%b}" if with_label else "",
    )


def _y(value: float, top: int) -> float:
    return round(BOTTOM - value * (BOTTOM - TOP) / top, 1)
