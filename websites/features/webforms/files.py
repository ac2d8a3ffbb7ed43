"""The file that comes with a step: a note on the step's row, where entity permissions let the visitor write one."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from websites.access import Right
from websites.errors import FormRefused, PageDenied
from websites.features.files import KNOWN, FileRules, Upload, upload_checked
from websites.features.notes import NOTE, NOTES, document_values, note_values
from websites.features.once import row_id_of
from websites.features.registry import ActionCall
from websites.objects.scene import Scene
from websites.records import Field, typed_values
from websites.records.definitions import Definition
from websites.site.form_values import FormFile, FormStep, Mode
from websites.templating.drop import Drop
from websites.uploads import LARGEST

FIELD = "file"
_ALIKE = {"image/jpg": "image/jpeg", "application/x-zip-compressed": "application/zip"}


def file_of(scene: Scene, step: FormStep) -> FormFile | None:
    """The file that this visitor may send with the step."""
    file = step.file if step.mode is not Mode.READ_ONLY else None
    if file is None or not rules_of(file).types or not _may_ever(scene, step.table):
        return None
    return file


def is_stuck(scene: Scene, step: FormStep) -> bool:
    """Whether the step wants a file that this visitor cannot send."""
    wanted = step.file is not None and step.file.is_required and step.mode is not Mode.READ_ONLY
    return wanted and file_of(scene, step) is None


def rules_of(file: FormFile) -> FileRules:
    """What the form's makers allow, of what portals take at all."""
    is_narrow = file.is_restricted and bool(file.accept)
    types = types_accepted(file.accept) if is_narrow else tuple(KNOWN)
    return FileRules(types, LARGEST // (1024 * 1024), file.kilobytes)


def types_accepted(accept: str) -> tuple[str, ...]:
    """Extensions that ``accept`` means: ``image/*, application/pdf, .docx``."""
    wanted = [part for part in re.split(r"[,;\s]+", accept.lower()) if part]
    return tuple(name for name, (mime, _) in KNOWN.items() if any(_means(part, name, mime) for part in wanted))


def _means(part: str, name: str, mime: str) -> bool:
    if "/" not in part:
        return part.removeprefix("*").removeprefix(".") == name
    kind, _, rest = part.partition("/")
    return _ALIKE.get(part, part) == mime or (rest in {"", "*"} and kind in {"*", mime.partition("/")[0]})


def upload_words(scene: Scene, step: FormStep) -> Drop | None:
    """``upload`` for a template, with what is wrong with it; None where no file may be sent."""
    file = file_of(scene, step)
    if file is None:
        return None
    rules = rules_of(file)
    return Drop(
        {
            "label": lambda: file.label,
            "is_required": lambda: file.is_required,
            "types": lambda: ", ".join(rules.types),
            "megabytes": lambda: rules.limit_told,
            "accept": lambda: ",".join(f".{name}" for name in types_accepted(file.accept) or rules.types),
            "errors": lambda: {name: text for name, text in scene.form.errors.items() if name == FIELD},
        }
    )


def upload_read(call: ActionCall, step: FormStep) -> Upload | None:
    """The step's file; one that nobody asked for counts as none.

    Raises:
        FormRefused: it is missing, or not as it must be.
    """
    file, sent = file_of(call.scene, step), call.files.get(FIELD)
    if file is None:
        return None
    if sent is not None:
        return upload_checked(call.scene, FIELD, sent, rules_of(file))
    if file.is_required:
        raise FormRefused({FIELD: call.scene.snippet("Form/Required", "Please fill in this field.")})
    return None


def step_sent(call: ActionCall, step: FormStep, fields: tuple[Field, ...]) -> tuple[dict[str, Any], Upload | None]:
    """What was typed, and the file.

    Raises:
        FormRefused: what is wrong with either, told at once.
    """
    values: dict[str, Any] = {}
    upload, errors = None, {}
    try:
        values = typed_values(call, fields)
    except FormRefused as refused:
        errors = refused.errors
    try:
        upload = upload_read(call, step)
    except FormRefused as refused:
        errors = {**errors, **refused.errors}
    if errors:
        raise FormRefused(errors)
    return values, upload


def attaching_check(scene: Scene, table: str, id: uuid.UUID, row: Mapping[str, Any]) -> None:
    """Raises :class:`PageDenied` where no permission covers a note on this row. Asked before anything is written."""
    note = {"_objectid_value": str(id), f"objectid_{table}": row}
    may_write = all(scene.access.may(NOTE, right, note) for right in (Right.CREATE, Right.APPEND))
    if not may_write or not scene.access.may(table, Right.APPEND_TO, row):
        raise PageDenied("You may not attach a file here.")


def attach(call: ActionCall, definition: Definition, id: uuid.UUID, upload: Upload) -> None:
    """Write the file beneath the row; the same one whenever the form is sent again."""
    on = note_values(call.scene, table=definition.table, entity_set=definition.entity_set, id=id)
    call.scene.rows.upsert(NOTES, row_id_of(call, f"file:{id}"), {**on, **document_values(upload)})


def _may_ever(scene: Scene, table: str) -> bool:
    of_note = all(scene.access.may_beneath(NOTE, right, table) for right in (Right.CREATE, Right.APPEND))
    return of_note and scene.access.may(table, Right.APPEND_TO)
