"""Reading one case and what was written on it: the visitor's permissions are part of every question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from websites.access import Right
from websites.errors import PageDenied, PageMissing
from websites.features.cases.values import CASES
from websites.features.notes import ON_THE_PORTAL
from websites.objects.scene import Scene
from websites.records import Table, row_of, rows_of
from websites.records.reading import joined, quoted
from websites.site.times import time_of

INCOMING = 1  # adx_portalcommentdirectioncode
REPLY_BY = "Reply by "  # begins the subject of a visitor's comment; the activity itself names no contact
_WRITTEN_BY = re.compile(r" by (?P<name>.*) \[contact:(?P<id>[0-9a-fA-F-]{36})\]$")
MOST = 200  # entries of each kind
NUMBER = 100  # characters of a case number

COMMENTS = Table(
    name="adx_portalcomment",
    entity_set="adx_portalcomments",
    id="adx_portalcommentid",
    title="subject",
    fields=(),
    order="createdon asc",
    also_read=("subject", "description", "adx_portalcommentdirectioncode", "createdon"),
)
NOTES = Table(
    name="annotation",
    entity_set="annotations",
    id="annotationid",
    title="subject",
    fields=(),
    order="createdon asc",
    also_read=("subject", "notetext", "filename", "filesize", "mimetype", "isdocument", "createdon"),
)


@dataclass(frozen=True)
class File:
    """A document of a note."""

    id: str
    name: str
    size: int


@dataclass(frozen=True)
class Entry:
    """Something that was written on a case. ``author`` is a visitor's name, "" for the organization's people."""

    is_from_customer: bool
    author: str
    author_id: str
    text: str
    at: datetime | None
    file: File | None = None


def case_of(scene: Scene, number: str, right: Right = Right.READ) -> dict[str, Any]:
    """The case with this number.

    Raises:
        PageMissing: there is none, or none that this visitor may know of.
    """
    if not number or len(number) > NUMBER or "/" in number:
        raise PageMissing("There is no case at this address.")
    try:
        found = rows_of(scene, CASES, where=f"ticketnumber eq {quoted(number)}", right=right, most=1)
    except PageDenied as denied:
        raise PageMissing("There is no case at this address.") from denied
    if not found:
        raise PageMissing("There is no case at this address.")
    return found[0]


def entries_of(scene: Scene, case: Mapping[str, Any]) -> list[Entry]:
    """Comments and notes for the portal, oldest first."""
    case_id = case[CASES.id]
    comments = _rows(scene, COMMENTS, f"_regardingobjectid_value eq {case_id}")
    notes = _rows(scene, NOTES, joined(f"_objectid_value eq {case_id}", f"startswith(notetext,'{ON_THE_PORTAL}')"))
    found = [*map(_comment, comments), *map(_note, notes)]
    return sorted(found, key=lambda entry: str(entry.at or ""))


def file_row(scene: Scene, case: Mapping[str, Any], note_id: str) -> dict[str, Any]:
    """The note with its document, if it is one of this case and for the portal.

    Raises:
        PageMissing
    """
    wanted = joined(f"_objectid_value eq {case[CASES.id]}", f"startswith(notetext,'{ON_THE_PORTAL}')")
    row = row_of(scene, NOTES, note_id, where=wanted)
    if not row.get("filename"):
        raise PageMissing("There is no file at this address.")
    return row


def _rows(scene: Scene, table: Table, where: str) -> list[dict[str, Any]]:
    """None where the site gives no permission, or the organization lacks the table."""
    try:
        return rows_of(scene, table, where=where, most=MOST)
    except (PageDenied, PageMissing):
        return []


def _comment(row: Mapping[str, Any]) -> Entry:
    is_incoming = row.get("adx_portalcommentdirectioncode") == INCOMING
    subject = str(row.get("subject") or "")
    author = subject.removeprefix(REPLY_BY) if is_incoming and subject.startswith(REPLY_BY) else ""
    return Entry(is_incoming, author, "", str(row.get("description") or ""), time_of(row.get("createdon")))


def _note(row: Mapping[str, Any]) -> Entry:
    by = _WRITTEN_BY.search(str(row.get("subject") or ""))
    name = str(row.get("filename") or "")
    return Entry(
        is_from_customer=by is not None,
        author=by["name"] if by else "",
        author_id=by["id"].lower() if by else "",
        text=str(row.get("notetext") or "").removeprefix(ON_THE_PORTAL).strip(),
        at=time_of(row.get("createdon")),
        file=File(str(row[NOTES.id]), name, int(row.get("filesize") or 0)) if name else None,
    )
