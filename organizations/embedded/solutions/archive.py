"""Opening a zip from outside: everything is bounded before anything is unpacked, and nothing touches the disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

LARGEST_FILE = 32 * 1024 * 1024
LARGEST_MEMBER = 64 * 1024 * 1024
LARGEST_TOTAL = 256 * 1024 * 1024
LARGEST_XML = 32 * 1024 * 1024  # a parsed document takes some ten times its size in memory
MOST_MEMBERS = 5000
HIGHEST_RATIO = 200  # of a member above 1 MiB; text packs 20 to 1, repeated rows of a table some 100 to 1

_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


class BadArchive(Exception):
    """Not a zip, one that does harm, or one that lacks a file; the text says which."""


class BadXml(Exception):
    """Not XML, or XML with declarations that are not allowed."""


def archive_read(content: bytes, needed: Collection[str]) -> dict[str, bytes]:
    """The files ``needed`` from the root of a zip.

    Raises:
        BadArchive
    """
    if len(content) > LARGEST_FILE:
        raise BadArchive(f"The file is larger than {LARGEST_FILE} bytes.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _require_harmless(entries, len(content))
            by_name = {entry.filename: entry for entry in entries}
            if missing := [name for name in needed if name not in by_name]:
                raise BadArchive(f"The file lacks {', '.join(missing)}.")
            return {name: _read(archive, by_name[name]) for name in needed}
    except _UNREADABLE as wrong:
        raise BadArchive("The file is not a zip that can be read.") from wrong


def xml_read(content: bytes) -> Element:
    """The document's root. No document type, no entities.

    Raises:
        BadXml
    """
    if len(content) > LARGEST_XML:
        raise BadXml(f"The XML is larger than {LARGEST_XML} bytes.")
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as wrong:
        raise BadXml("The XML is not well formed, or holds declarations that are not allowed.") from wrong
    return root


def _require_harmless(entries: list[zipfile.ZipInfo], length: int) -> None:
    """No bomb, no path out of the file, no encryption, no name twice, no bytes used twice."""
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_MEMBERS or len(set(names)) != len(names):
        raise BadArchive("The file holds too many members, or a name twice.")
    if sum(entry.file_size for entry in entries) > LARGEST_TOTAL:
        raise BadArchive("The file is too large when it is unpacked.")
    if sum(entry.compress_size for entry in entries) > length:
        raise BadArchive("Members of the file overlap.")
    for entry in entries:
        if why := _harm(entry):
            raise BadArchive(f"The member '{entry.filename[:100]}' {why}.")


def _harm(entry: zipfile.ZipInfo) -> str:
    if _is_outside(entry.filename):
        return "leads out of the file"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    return "grows too large when it is unpacked" if _is_bomb(entry) else ""


def _is_outside(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0] or "\x00" in name


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    if entry.file_size > LARGEST_MEMBER:
        return True
    return entry.file_size > 1024 * 1024 and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """A member, never more than it said it holds."""
    with archive.open(entry) as member:
        content = member.read(LARGEST_MEMBER + 1)
    if len(content) > LARGEST_MEMBER:
        raise BadArchive("A member of the file is larger than it says.")
    return content
