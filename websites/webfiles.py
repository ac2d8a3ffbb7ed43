"""Contents of web files: notes of the organization, kept in memory and on disk, looked at again every few seconds."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import logging
import mimetypes
import os
import tempfile
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from core.errors import Unavailable
from websites.ports import OrganizationRows
from websites.site.values import WebFile

logger = logging.getLogger(__name__)
NOTES = "annotations"  # the table that holds the contents
FRESH = 8.0  # seconds
LARGEST = 25 * 1024 * 1024
MEMORY = 32 * 1024 * 1024
PLAIN = "application/octet-stream"


@dataclass(frozen=True)
class FileContent:
    """What a web file holds. ``version`` is the note's."""

    body: bytes
    content_type: str
    name: str
    version: str

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


@dataclass(frozen=True)
class _Kept:
    content: FileContent
    looked_at: float


class FileStore:
    """Contents by organization and file.

    Args:
        folder: where they are kept for a time without the organization.
    """

    def __init__(self, folder: Path, limit: int = MEMORY) -> None:
        self._folder = folder
        self._kept: OrderedDict[tuple[UUID, str], _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._limit = limit
        self._size = 0

    def content(self, source: OrganizationRows, organization_id: UUID, file: WebFile) -> FileContent | None:
        """The file's content; None where it has none, or more than :data:`LARGEST` bytes.

        Raises:
            core.errors.Unavailable: the organization is away, and the content was never read.
        """
        key = (organization_id, file.id)
        kept = self._kept.get(key)
        if kept and time.monotonic() - kept.looked_at < FRESH:
            return kept.content
        before = kept.content if kept else self._from_disk(key)
        try:
            found = _read(source, file, before)
        except Unavailable:
            if before is None:
                raise
            logger.warning("A web file is shown as it was: the organization is away", extra={"file": file.name})
            found = before
        if found is not None:
            self._keep(key, found, is_new=found is not before)
        return found

    def doubt(self, organization_id: UUID) -> None:
        """Look at every file of the organization again before it is shown the next time."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == organization_id]:
                self._kept[key] = _Kept(self._kept[key].content, float("-inf"))

    def _keep(self, key: tuple[UUID, str], content: FileContent, *, is_new: bool) -> None:
        with self._lock:
            if old := self._kept.pop(key, None):
                self._size -= len(old.content.body)
            self._kept[key] = _Kept(content, time.monotonic())
            self._size += len(content.body)
            while self._size > self._limit and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped.content.body)
        if is_new:
            self._to_disk(key, content)

    def _to_disk(self, key: tuple[UUID, str], content: FileContent) -> None:
        head = {"content_type": content.content_type, "name": content.name, "version": content.version}
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
                file.write(json.dumps(head).encode() + b"\n" + content.body)
            os.replace(file.name, path)
        except OSError as problem:
            logger.warning("A web file was not kept: %s", problem.strerror)

    def _from_disk(self, key: tuple[UUID, str]) -> FileContent | None:
        try:
            head, _, body = self._path(key).read_bytes().partition(b"\n")
            return FileContent(body=body, **json.loads(head))
        except (OSError, ValueError, TypeError):
            return None

    def _path(self, key: tuple[UUID, str]) -> Path:
        return self._folder / f"{key[0]}" / f"{UUID(key[1])}.file"


def _read(source: OrganizationRows, file: WebFile, before: FileContent | None) -> FileContent | None:
    """The newest note's content; its body is asked for only where the note is another version."""
    note = next(
        source.rows(
            NOTES,
            select=("annotationid", "filename", "mimetype", "filesize", "versionnumber"),
            filter=f"_objectid_value eq {file.id} and isdocument eq true",
            orderby="createdon desc",
            top=1,
        ),
        None,
    )
    if note is None or int(note.get("filesize") or 0) > LARGEST:
        return None
    version = f"{note['annotationid']}/{note.get('versionnumber')}"
    if before and before.version == version:
        return before
    whole = source.row(NOTES, UUID(str(note["annotationid"])), select=("documentbody",))
    try:
        body = base64.b64decode(str((whole or {}).get("documentbody") or ""))
    except (ValueError, binascii.Error):
        return None
    if not body or len(body) > LARGEST:
        return None
    name = str(note.get("filename") or file.name)
    content_type = str(note.get("mimetype") or mimetypes.guess_type(name)[0] or PLAIN).strip().lower()
    return FileContent(body, content_type, name, version)
