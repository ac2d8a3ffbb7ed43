"""What a partner's home page says: how many opportunities stand where, and what needs somebody's attention."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

from websites.features.partner.opportunities import (
    STACKS,
    details_url,
    opportunities_all,
    stacks_drop,
)
from websites.features.partner.tables import OPPORTUNITY
from websites.objects.scene import Scene
from websites.records.reading import Row
from websites.records.shown import value_shown
from websites.site.times import time_of
from websites.templating.drop import Drop

SOON = timedelta(days=7)  # an answer is due
STALLED = timedelta(days=21)  # nothing was changed
MOST = 5  # alerts
NEW, ACCEPTED = STACKS[0], STACKS[1]


def partner_drop(scene: Scene) -> Drop | None:
    """nil for somebody who may see no opportunity; asks the organization once, when the page wants to know."""
    if scene.visit.visitor is None or NEW.marker not in scene.edition.markers:
        return None
    if scene.access.filter(OPPORTUNITY.name) is None:
        return None

    @cache
    def rows() -> list[Row]:
        return opportunities_all(scene)

    fields: dict[str, Callable[[], object]] = {
        "stacks": lambda: stacks_drop(scene, rows()),
        "alerts": lambda: _alerts(scene, rows()),
    }
    return Drop(fields)


def _alerts(scene: Scene, rows: list[Row]) -> list[Drop]:
    """The most urgent first: answers that are due, then what nobody has touched for weeks."""
    now = scene.visit.now
    due = sorted((row for row in rows if NEW.holds(row) and _is_due(row, now)), key=lambda row: str(_until(row)))
    stalled = [row for row in rows if ACCEPTED.holds(row) and _is_stalled(row, now)]
    found = [_due(scene, row) for row in due] + [_stalled(scene, row) for row in stalled]
    return found[:MOST]


def _until(row: Row) -> datetime | None:
    text = str(row.get("adx_expirydate") or "")[:10]
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def _is_due(row: Row, now: datetime) -> bool:
    until = _until(row)
    return until is not None and until - now <= SOON


def _is_stalled(row: Row, now: datetime) -> bool:
    changed = time_of(row.get("modifiedon"))
    return changed is not None and now - changed > STALLED


def _due(scene: Scene, row: Row) -> Drop:
    text = scene.snippet("Partner/Answer Due", "Please answer until {date}.")
    shown = value_shown(scene, OPPORTUNITY.by_name["adx_expirydate"], row)
    return _alert(row, scene.edition.markers[NEW.marker].path, text.replace("{date}", shown))


def _stalled(scene: Scene, row: Row) -> Drop:
    return _alert(
        row, details_url(scene, row), scene.snippet("Partner/Stalled", "Nothing has happened for three weeks.")
    )


def _alert(row: Row, url: str, text: str) -> Drop:
    return Drop({"title": lambda: str(row.get("name") or ""), "url": lambda: url, "text": lambda: text})
