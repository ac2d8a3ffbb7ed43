"""Files that visitors send: only types that are allowed, of the size that is allowed, and what their name says."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from websites.errors import FormRefused
from websites.objects.scene import Scene
from websites.uploads import LARGEST

LONGEST_NAME = 120
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# extension -> what browsers are told, and how such a file begins (nothing: text without NUL)
KNOWN: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", (b"RIFF",)),
    "txt": ("text/plain", ()),
    "log": ("text/plain", ()),
    "csv": ("text/csv", ()),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ZIP),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", _ZIP),
    "odt": ("application/vnd.oasis.opendocument.text", _ZIP),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", _ZIP),
    "zip": ("application/zip", _ZIP),
}
TYPE = "Files of this type cannot be sent. Possible are: {types}."
SIZE = "The file is too large: at most {limit} MB."
EMPTY, CONTENT = "The file is empty.", "The file is not what its name says."


@dataclass(frozen=True)
class FileRules:
    """What may be sent: types that are known here, megabytes up to what the runtime takes at all.

    Args:
        kilobytes: fewer than the megabytes; 0 for no such limit.
    """

    types: tuple[str, ...]
    megabytes: int
    kilobytes: int = 0

    @property
    def limit(self) -> int:
        """Bytes."""
        whole = self.megabytes * 1024 * 1024
        return min(self.kilobytes * 1024, whole) if self.kilobytes else whole

    @property
    def limit_told(self) -> str:
        """Megabytes: "5", "0.5"."""
        return f"{self.limit / (1024 * 1024):.3g}"

    @classmethod
    def of(cls, *, types: str, megabytes: str) -> FileRules:
        """From two site settings; a number that is none counts as 5."""
        named = (name.strip().lower().removeprefix(".") for name in types.split(","))
        most = LARGEST // (1024 * 1024)
        wanted = int(megabytes) if megabytes.isascii() and megabytes.isdecimal() and len(megabytes) < 6 else 5
        return cls(tuple(dict.fromkeys(name for name in named if name in KNOWN)), min(max(wanted, 1), most))


@dataclass(frozen=True)
class Upload:
    """A file that was looked at. ``mime_type`` is ours, never the browser's word."""

    name: str
    mime_type: str
    content: bytes


def upload_checked(scene: Scene, field: str, file: UploadedFile[Any], rules: FileRules) -> Upload:
    """The file, read.

    Raises:
        FormRefused: its type is not among the allowed ones, it is empty, too large, or something else than it says.
    """
    name = name_cleaned(file.name or "")
    extension = name.rpartition(".")[2].lower()
    if "." not in name or extension not in rules.types:
        raise _refused(scene, field, "File/Type", TYPE, types=", ".join(rules.types))
    content = file.read(rules.limit + 1)
    if not content:
        raise _refused(scene, field, "File/Empty", EMPTY)
    if len(content) > rules.limit:
        raise _refused(scene, field, "File/Size", SIZE, limit=rules.limit_told)
    mime_type, beginnings = KNOWN[extension]
    if not (content.startswith(beginnings) if beginnings else b"\x00" not in content):
        raise _refused(scene, field, "File/Content", CONTENT)
    return Upload(name, mime_type, content)


def name_cleaned(name: str) -> str:
    """The last part of a path, without anything that is no printable character, not hidden, not endless."""
    last = re.split(r"[\\/:]", name)[-1]
    plain = "".join(
        character
        for character in unicodedata.normalize("NFC", last)
        if unicodedata.category(character)[0] not in "CZ" or character == " "
    ).strip(" .")
    plain = re.sub(r'[<>"|?*;%]', "_", plain)
    stem, dot, extension = plain.rpartition(".")
    return f"{stem[: LONGEST_NAME - 10]}{dot}{extension[:10]}" if dot else plain[:LONGEST_NAME]


def _refused(scene: Scene, field: str, name: str, default: str, **words: str) -> FormRefused:
    text = scene.snippet(name, default)
    for word, value in words.items():
        text = text.replace(f"{{{word}}}", value)
    return FormRefused({field: text})
