"""An opportunity's timeline: what happened, and what people noted, newest first."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from websites.access import Right
from websites.features.partner.tables import NOTE, OPPORTUNITY
from websites.objects.scene import Scene
from websites.records import rows_of
from websites.records.reading import Row
from websites.records.shown import value_shown
from websites.site.times import time_of
from websites.templating.drop import Drop

NAME, TEXT = 100, 2000  # characters


def note_write(scene: Scene, opportunity: Row, *, name: str, text: str = "", id: uuid.UUID | None = None) -> None:
    """Add to the timeline of an opportunity that the visitor has just changed, or may add to.

    Args:
        name: what happened.
        text: what the visitor wrote.
        id: of the row, where the form must not make two.
    """
    visitor = scene.visit.visitor
    values = {
        "adx_name": name[:NAME],
        "adx_description": text[:TEXT] or None,
        "adx_date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "adx_assignedto": visitor.name[:160] if visitor else None,
        "adx_opportunityid@odata.bind": f"/opportunities({opportunity[OPPORTUNITY.id]})",
    }
    scene.rows.upsert(NOTE.entity_set, id or uuid.uuid4(), values)


def may_note(scene: Scene, opportunity: Row) -> bool:
    """Whether the visitor may add a note: the permission of the notes follows the opportunity's."""
    return scene.access.may(NOTE.name, Right.CREATE, {"adx_opportunityid": opportunity})


def notes_drop(scene: Scene, opportunity: Row) -> list[Drop]:
    """The notes of an opportunity that the visitor may see."""
    if scene.access.filter(NOTE.name) is None:
        return []
    where = f"_adx_opportunityid_value eq {opportunity[OPPORTUNITY.id]}"
    return [_note(scene, row) for row in rows_of(scene, NOTE, where=where)]


def _note(scene: Scene, row: Row) -> Drop:
    return Drop(
        {
            "title": lambda: row.get("adx_name") or "",
            "text": lambda: row.get("adx_description") or "",
            "author": lambda: row.get("adx_assignedto") or "",
            "at": lambda: time_of(row.get("adx_date")),
            "when": lambda: value_shown(scene, NOTE.by_name["adx_date"], row),
        }
    )
