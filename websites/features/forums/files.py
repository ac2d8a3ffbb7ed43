"""Files on posts: notes of the organization with a document."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Sequence

from websites.access import Right
from websites.errors import PageMissing
from websites.features.files import KNOWN, FileRules, Upload, name_cleaned, upload_checked
from websites.features.forums.places import FILES, forum_here, thread_path
from websites.features.forums.reading import POST_ID, POSTS, THREAD_ID, id_of, post_in
from websites.features.registry import ActionCall, Document
from websites.live_pages import Row
from websites.objects.scene import Scene
from websites.templating.drop import Drop, fields_of

NOTE, NOTES, NOTE_ID = "annotation", "annotations", "annotationid"
POST = "objectid_adx_communityforumpost"
FIELD = "file"
TYPES = "pdf, png, jpg, jpeg, gif, webp, txt, log"
COLUMNS = (NOTE_ID, "filename", "filesize", "mimetype", "_objectid_value")


def rules_of(scene: Scene) -> FileRules:
    """Which files the site takes; none where the setting for their types is empty."""
    settings = scene.settings
    return FileRules.of(
        types=settings.get("Forums/Attachment Types", TYPES), megabytes=settings.get("Forums/Attachment Megabytes", "")
    )


def may_attach(scene: Scene) -> bool:
    visitor = scene.visit.visitor
    own = {POST: {"_adx_authorid_value": visitor.contact_id}} if visitor else {}
    return visitor is not None and bool(rules_of(scene).types) and scene.access.may(NOTE, Right.CREATE, own)


def upload_read(call: ActionCall) -> Upload | None:
    """The form's file, None without one. Raises :class:`websites.errors.FormRefused`."""
    file = call.files.get(FIELD)
    if file is None or not may_attach(call.scene):
        return None
    return upload_checked(call.scene, FIELD, file, rules_of(call.scene))


def upload_attach(scene: Scene, post_id: uuid.UUID, upload: Upload | None) -> None:
    """Write the file beneath the post; the same one whenever the form is sent again."""
    if upload is None:
        return
    values = {
        "subject": upload.name,
        "filename": upload.name,
        "mimetype": upload.mime_type,
        "isdocument": True,
        "documentbody": base64.b64encode(upload.content).decode(),
        f"{POST}@odata.bind": f"/{POSTS}({post_id})",
    }
    scene.rows.upsert(NOTES, uuid.uuid5(post_id, "file"), values)


def files_of(scene: Scene, thread: Row, posts: Sequence[Row]) -> dict[str, list[Drop]]:
    """Post id -> its files: one call, where the site takes files and the visitor may read them."""
    allowed = scene.access.filter(NOTE)
    if not posts or allowed is None or not rules_of(scene).types:
        return {}
    base = thread_path(scene, forum_here(scene), id_of(thread, THREAD_ID))
    about = " or ".join(f"_objectid_value eq {id_of(post, POST_ID)}" for post in posts)
    wanted = f"({about}) and isdocument eq true" + (f" and {allowed}" if allowed else "")
    found: dict[str, list[Drop]] = {}
    for row in scene.rows.rows(NOTES, select=COLUMNS, filter=wanted, orderby="filename asc"):
        found.setdefault(id_of(row, "_objectid_value"), []).append(_drop(base, row))
    return found


def document_of(scene: Scene, thread: Row, note_id: str) -> Document:
    """A file of a post of the thread. Raises :class:`PageMissing`."""
    try:
        row = scene.rows.row(NOTES, uuid.UUID(note_id), select=(*COLUMNS, "documentbody"))
    except ValueError as wrong:
        raise PageMissing("There is no such file.") from wrong
    if row is None:
        raise PageMissing("There is no such file.")
    post = post_in(scene, thread, id_of(row, "_objectid_value"))
    if not scene.access.may(NOTE, Right.READ, {**row, POST: post}):
        raise PageMissing("There is no such file.")
    name = name_cleaned(str(row.get("filename") or "file"))
    known = KNOWN.get(name.rpartition(".")[2].lower())
    try:
        content = base64.b64decode(str(row.get("documentbody") or ""), validate=True)
    except binascii.Error as wrong:
        raise PageMissing("The file cannot be read.") from wrong
    return Document("", known[0] if known else "application/octet-stream", content, name)


def _drop(base: str, row: Row) -> Drop:
    return Drop(
        fields_of(
            {
                "name": name_cleaned(str(row.get("filename") or "file")),
                "size": f"{max(-(-int(row.get('filesize') or 0) // 1024), 1)} KB",
                "url": f"{base}{FILES}/{id_of(row, NOTE_ID)}/",
            }
        )
    )
