"""Notes of the organization that visitors write on a row: marked for the portal, with or without a document."""

from __future__ import annotations

import base64
import uuid
from typing import Any

from django.utils import timezone

from websites.features.files import Upload
from websites.objects.scene import Scene

NOTE, NOTES = "annotation", "annotations"
ON_THE_PORTAL = "*WEB*"  # what a note begins with that visitors may read


def note_values(scene: Scene, *, table: str, entity_set: str, id: uuid.UUID, text: str = "") -> dict[str, Any]:
    """A note by the visitor on the row; its subject says who wrote it, as the product line has it."""
    visitor = scene.visit.visitor
    who = f" by {visitor.name} [contact:{visitor.contact_id}]" if visitor else ""
    return {
        "subject": f"Note created on {timezone.now():%Y-%m-%d %H:%M}{who}"[:500],
        "notetext": ON_THE_PORTAL + text,
        f"objectid_{table}@odata.bind": f"/{entity_set}({id})",
    }


def document_values(upload: Upload) -> dict[str, Any]:
    """What makes a note one with a document."""
    return {
        "filename": upload.name,
        "mimetype": upload.mime_type,
        "isdocument": True,
        "documentbody": base64.b64encode(upload.content).decode(),
    }
