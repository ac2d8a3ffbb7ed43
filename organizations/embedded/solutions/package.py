"""Reading a solution package: a zip from outside, so everything about it is bounded, and nothing touches the disk."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from organizations.embedded.errors import DataverseError

LARGEST_PACKAGE = 32 * 1024 * 1024
LARGEST_MEMBER = 64 * 1024 * 1024
LARGEST_TOTAL = 256 * 1024 * 1024
MOST_MEMBERS = 5000
NEEDED = ("solution.xml", "customizations.xml", "[Content_Types].xml")

_UNIQUE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,64}")
_VERSION = re.compile(r"\d{1,9}(\.\d{1,9}){1,3}")
_REQUIRED_SOLUTION = re.compile(r"(?P<name>.*\S)\s*\((?P<version>[\d.]+)\)\s*")


@dataclass(frozen=True)
class Component:
    """A component; of a table, ``schema_name`` is the logical name."""

    type: int
    schema_name: str
    display_name: str = ""
    behavior: int = 0


@dataclass(frozen=True)
class Dependency:
    """``dependent`` needs ``required``, which ``solution`` brings from ``version`` on ("" = of no solution)."""

    required: Component
    dependent: Component
    solution: str
    version: str


@dataclass(frozen=True)
class Package:
    """What a package's manifest and customizations say."""

    unique_name: str
    friendly_names: dict[int, str]  # LCID -> name
    description: str
    version: str
    is_managed: bool
    publisher: str
    publisher_names: dict[int, str]
    prefix: str
    components: tuple[Component, ...]
    dependencies: tuple[Dependency, ...]

    def friendly_name(self, lcid: int) -> str:
        return self.friendly_names.get(lcid) or next(iter(self.friendly_names.values()), self.unique_name)


def package_read(content: bytes) -> Package:
    """Read a package.

    Raises:
        DataverseError: 400 with the platform's code: no such zip, no such XML, a wrong name or version.
    """
    members = _members(content)
    manifest = _xml(members["solution.xml"]).find("SolutionManifest")
    _xml(members["customizations.xml"])
    if manifest is None:
        raise _invalid_xml("solution.xml has no SolutionManifest.")
    return _package(manifest)


def version_key(version: str) -> tuple[int, ...]:
    """A version that compares as numbers: 1.10 comes after 1.9."""
    parts = [int(part) for part in version.split(".")]
    return tuple(parts + [0] * (4 - len(parts)))


def _members(content: bytes) -> dict[str, bytes]:
    if len(content) > LARGEST_PACKAGE:
        raise _invalid_file()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _require_harmless(entries)
            by_name = {entry.filename: entry for entry in entries}
            if any(name not in by_name for name in NEEDED):
                raise _invalid_file()
            return {name: _read(archive, by_name[name]) for name in NEEDED}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as wrong:
        raise _invalid_file() from wrong


def _require_harmless(entries: list[zipfile.ZipInfo]) -> None:
    """No bomb, no path out of the package, no encryption, no name twice."""
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_MEMBERS or len(set(names)) != len(names):
        raise _invalid_file()
    if sum(entry.file_size for entry in entries) > LARGEST_TOTAL:
        raise _invalid_file()
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        is_outside = ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in parts[0]
        if is_outside or entry.file_size > LARGEST_MEMBER or entry.flag_bits & 0x1:
            raise _invalid_file()


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """A member, never more than it said it holds."""
    with archive.open(entry) as member:
        content = member.read(LARGEST_MEMBER + 1)
    if len(content) > LARGEST_MEMBER:
        raise _invalid_file()
    return content


def _xml(content: bytes) -> Element:
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as wrong:
        raise _invalid_xml("The XML is not well formed, or holds declarations that are not allowed.") from wrong
    return root


def _package(manifest: Element) -> Package:
    unique_name, version = _text(manifest, "UniqueName"), _text(manifest, "Version")
    if not _UNIQUE_NAME.fullmatch(unique_name):
        raise DataverseError(
            400, "0x8004f002", f"Invalid character specified for solution unique name: '{unique_name}'."
        )
    if not _VERSION.fullmatch(version):
        raise DataverseError(400, "0x8004f01e", f"The solution version '{version[:40]}' is not valid.")
    publisher = manifest.find("Publisher")
    if publisher is None:
        raise _invalid_xml("solution.xml names no Publisher.")
    return Package(
        unique_name=unique_name,
        friendly_names=_names(manifest.find("LocalizedNames")),
        description=next(iter(_names(manifest.find("Descriptions")).values()), ""),
        version=version,
        is_managed=_text(manifest, "Managed") == "1",
        publisher=_text(publisher, "UniqueName"),
        publisher_names=_names(publisher.find("LocalizedNames")),
        prefix=_text(publisher, "CustomizationPrefix"),
        components=tuple(_component(found) for found in manifest.iterfind("RootComponents/RootComponent")),
        dependencies=tuple(_dependency(found) for found in manifest.iterfind("MissingDependencies/MissingDependency")),
    )


def _text(parent: Element, name: str) -> str:
    return (parent.findtext(name) or "").strip()


def _names(parent: Element | None) -> dict[int, str]:
    children = list(parent) if parent is not None else []
    return {_number(child.get("languagecode")): child.get("description", "") for child in children}


def _component(element: Element) -> Component:
    return Component(
        type=_number(element.get("type")),
        schema_name=element.get("schemaName") or element.get("id") or "",
        display_name=element.get("displayName", ""),
        behavior=_number(element.get("behavior", "0")),
    )


def _dependency(element: Element) -> Dependency:
    required, dependent = element.find("Required"), element.find("Dependent")
    if required is None or dependent is None:
        raise _invalid_xml("A MissingDependency lacks its Required or its Dependent.")
    found = _REQUIRED_SOLUTION.fullmatch(required.get("solution", ""))
    return Dependency(
        required=_component(required),
        dependent=_component(dependent),
        solution=found["name"] if found else "",
        version=found["version"] if found and _VERSION.fullmatch(found["version"]) else "",
    )


def _number(text: str | None) -> int:
    if text is None or not text.isdecimal() or len(text) > 9:
        raise _invalid_xml("A number in solution.xml is missing or wrong.")
    return int(text)


def _invalid_file() -> DataverseError:
    return DataverseError(
        400,
        "0x80048060",
        "The solution file is invalid. The compressed file must contain the following files at its root: "
        "solution.xml, customizations.xml, and [Content_Types].xml. Customization files exported from previous "
        "versions of Microsoft Dynamics 365 are not supported.",
    )


def _invalid_xml(why: str) -> DataverseError:
    return DataverseError(400, "0x8004802c", f"The import file is invalid. {why}")
