"""Files on cases: notes of the organization with a document, marked for the portal."""

from __future__ import annotations

import base64
import uuid

from django.utils import timezone

from websites.features.files import FileRules, Upload, upload_checked
from websites.features.once import row_id_of
from websites.features.registry import ActionCall
from websites.objects.scene import Scene
from websites.templating.drop import Drop

ON_THE_PORTAL = "*WEB*"  # what a note begins with that visitors may read
FIELD = "file"
TYPES = "pdf, png, jpg, jpeg, gif, webp, txt, log, csv, docx, xlsx, pptx, odt, ods, zip"


def rules_of(scene: Scene) -> FileRules:
    """The site's rules for files on cases."""
    settings = scene.settings
    return FileRules.of(
        types=settings.get("Cases/Attachment Types", TYPES), megabytes=settings.get("Cases/Attachment Megabytes", "")
    )


def upload_words(scene: Scene) -> Drop:
    """``upload`` for a template: ``types``, ``megabytes``, ``accept``."""
    rules = rules_of(scene)
    return Drop(
        {
            "types": lambda: ", ".join(rules.types),
            "megabytes": lambda: rules.megabytes,
            "accept": lambda: ",".join(f".{name}" for name in rules.types),
        }
    )


def upload_read(call: ActionCall) -> Upload | None:
    """The form's file, None without one. Raises :class:`websites.errors.FormRefused`."""
    file = call.files.get(FIELD)
    return upload_checked(call.scene, FIELD, file, rules_of(call.scene)) if file is not None else None


def attach(call: ActionCall, case_id: uuid.UUID, upload: Upload) -> None:
    """Write the file beneath the case, whose permission was looked at."""
    values = {
        **note_values(call.scene, case_id, ""),
        "filename": upload.name,
        "mimetype": upload.mime_type,
        "isdocument": True,
        "documentbody": base64.b64encode(upload.content).decode(),
    }
    call.scene.rows.upsert("annotations", row_id_of(call, f"file:{case_id}"), values)


def note_values(scene: Scene, case_id: uuid.UUID, text: str) -> dict[str, object]:
    """A note by the visitor; its subject says who wrote it, as the product line has it."""
    visitor = scene.visit.visitor
    who = f"{visitor.name} [contact:{visitor.contact_id}]" if visitor else ""
    return {
        "subject": f"Note created on {timezone.now():%Y-%m-%d %H:%M} by {who}"[:500],
        "notetext": ON_THE_PORTAL + text,
        "objectid_incident@odata.bind": f"/incidents({case_id})",
    }
