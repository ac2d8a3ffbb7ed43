"""Files on cases: notes of the organization with a document, marked for the portal."""

from __future__ import annotations

import uuid

from websites.features import notes
from websites.features.files import FileRules, Upload, upload_checked
from websites.features.notes import NOTES, document_values
from websites.features.once import row_id_of
from websites.features.registry import ActionCall
from websites.objects.scene import Scene
from websites.templating.drop import Drop

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
    values = {**note_values(call.scene, case_id, ""), **document_values(upload)}
    call.scene.rows.upsert(NOTES, row_id_of(call, f"file:{case_id}"), values)


def note_values(scene: Scene, case_id: uuid.UUID, text: str) -> dict[str, object]:
    """A note by the visitor on the case."""
    return notes.note_values(scene, table="incident", entity_set="incidents", id=case_id, text=text)
