"""A case's page: its facts, what has happened, and what the visitor may do. A file of it is answered as a file."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Mapping
from typing import Any

from websites.access import Right
from websites.errors import PageMissing
from websites.features.cases.attaching import upload_words
from websites.features.cases.reading import Entry, File, case_of, entries_of, file_row
from websites.features.cases.values import (
    LONGEST_TEXT,
    PRIORITIES,
    TYPES,
    case_url,
    choice_label,
    is_open,
    status_label,
)
from websites.features.files import KNOWN, name_cleaned
from websites.features.once import once_of
from websites.features.registry import Document, Opened
from websites.objects.scene import Heading, Scene
from websites.site.cleaning import message_html
from websites.site.times import time_of
from websites.templating.drop import Drop

FILES = "files"


def case_open(scene: Scene) -> Opened:
    """``case`` for a case's number, the file for ``<number>/files/<id>``.

    Raises:
        PageMissing: no such case, or none of this visitor's.
    """
    number, _, rest = scene.tail.partition("/")
    case = case_of(scene, number)
    if rest:
        kind, _, note_id = rest.partition("/")
        if kind != FILES:
            raise PageMissing("There is nothing at this address.")
        return Opened(document=_document(scene, case, note_id))
    title = str(case.get("title") or number)
    return Opened({"case": case_drop(scene, case)}, Heading(title))


def case_drop(scene: Scene, case: Mapping[str, Any]) -> Drop:
    """The case for a template."""
    number = str(case.get("ticketnumber") or "")
    may_write = scene.access.may("incident", Right.WRITE, case)
    timeline = [_entry(scene, number, entry) for entry in entries_of(scene, case)]
    return Drop(
        {
            "number": lambda: number,
            "title": lambda: str(case.get("title") or ""),
            "description": lambda: message_html(str(case.get("description") or "")),
            "status": lambda: status_label(scene, case),
            "is_open": lambda: is_open(case),
            "type": lambda: choice_label(scene, "Type", TYPES, case.get("casetypecode")),
            "priority": lambda: choice_label(scene, "Priority", PRIORITIES, case.get("prioritycode")),
            "created_on": lambda: time_of(case.get("createdon")),
            "modified_on": lambda: time_of(case.get("modifiedon")),
            "resolution": lambda: message_html(str(case.get("adx_resolution") or "")),
            "resolved_on": lambda: time_of(case.get("adx_resolutiondate")),
            "timeline": lambda: timeline,
            "may_reply": lambda: is_open(case) and scene.access.may("incident", Right.APPEND_TO, case),
            "may_close": lambda: is_open(case) and may_write,
            "may_reopen": lambda: not is_open(case) and may_write,
            "longest": lambda: LONGEST_TEXT,
            "upload": lambda: upload_words(scene),
            "once": lambda: once_of(scene),
        }
    )


def _entry(scene: Scene, number: str, entry: Entry) -> Drop:
    visitor = scene.visit.visitor
    is_own = visitor is not None and (
        entry.author_id == visitor.contact_id.lower() or (not entry.author_id and entry.author == visitor.name)
    )
    return Drop(
        {
            "is_from_customer": lambda: entry.is_from_customer,
            "is_own": lambda: entry.is_from_customer and is_own,
            "author": lambda: entry.author,
            "at": lambda: entry.at,
            "html": lambda: message_html(entry.text),
            "file": lambda: _file(scene, number, entry.file) if entry.file else None,
        }
    )


def _file(scene: Scene, number: str, file: File) -> Drop:
    return Drop(
        {
            "name": lambda: file.name,
            "kilobytes": lambda: max(-(-file.size // 1024), 1),
            "url": lambda: f"{case_url(scene, number)}{FILES}/{file.id}/",
        }
    )


def _document(scene: Scene, case: Mapping[str, Any], note_id: str) -> Document:
    row = file_row(scene, case, note_id)
    name = name_cleaned(str(row["filename"]))
    found = scene.rows.row("annotations", uuid.UUID(str(row["annotationid"])), select=("documentbody",))
    try:
        content = base64.b64decode(str((found or {}).get("documentbody") or ""), validate=True)
    except binascii.Error as wrong:
        raise PageMissing("The file cannot be read.") from wrong
    known = KNOWN.get(name.rpartition(".")[2].lower())
    return Document("", known[0] if known else "application/octet-stream", content, name)
