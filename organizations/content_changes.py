"""What changed in an organization, told to every process that shows something of it, at the commit.

An embedded organization says so itself with every write. A real one cannot reach the database: a plug-in or web hook
of it calls the portal's signed address instead, and the process that is asked passes the word on.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from core.notices import Ear, notice_send

CHANNEL = "portal_content"


@dataclass(frozen=True)
class ContentChange:
    """``organization_id`` as this product or as the organization itself has it; no ``entity_set`` = anything."""

    organization_id: uuid.UUID
    entity_set: str = ""


def content_changed(organization_id: uuid.UUID, *entity_sets: str) -> None:
    """Tell that rows of these tables changed, or, where none is named, that everything may have."""
    notice_send(CHANNEL, *(f"{organization_id} {name}" for name in entity_sets or ("",)))


def content_ear() -> Ear:
    """What a process listens with; :func:`change_of` reads what it hears."""
    return Ear(CHANNEL)


def change_of(told: str) -> ContentChange | None:
    """None for words that are none of ours."""
    organization, _, entity_set = told.partition(" ")
    try:
        return ContentChange(uuid.UUID(organization), entity_set)
    except ValueError:
        return None
