"""Reading a solution package: its manifest and its customizations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from organizations.embedded.call import ENTITY
from organizations.embedded.errors import DataverseError
from organizations.embedded.solutions.archive import BadArchive, BadXml, archive_read, xml_read
from organizations.embedded.solutions.customizations import BadCustomizations, Customizations, customizations_read
from organizations.embedded.solutions.labels import LabelText

ATTRIBUTE = 2  # component type of a column
MOST_COMPONENTS = 20_000
NEEDED = ("solution.xml", "customizations.xml", "[Content_Types].xml")

_UNIQUE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,64}")
_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){1,3}")
_REQUIRED_SOLUTION = re.compile(r"(?P<name>.*\S)\s*\((?P<version>[\d.]+)\)\s*")


class BadPackage(DataverseError):
    """A package that cannot be read, with the platform's code."""


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
    labels: tuple[LabelText, ...] = ()

    def friendly_name(self, lcid: int) -> str:
        return self.friendly_names.get(lcid) or next(iter(self.friendly_names.values()), self.unique_name)


def package_read(content: bytes) -> Package:
    """Read a package.

    Raises:
        BadPackage: 400: no such zip, no such XML, a wrong name or version.
    """
    try:
        members = archive_read(content, NEEDED)
    except BadArchive as wrong:
        raise _invalid_file(str(wrong)) from wrong
    try:
        manifest = xml_read(members["solution.xml"]).find("SolutionManifest")
        customizations = customizations_read(xml_read(members["customizations.xml"]))
    except (BadXml, BadCustomizations) as wrong:
        raise _invalid_xml(str(wrong)) from wrong
    if manifest is None:
        raise _invalid_xml("solution.xml has no SolutionManifest.")
    return _package(manifest, customizations)


def version_key(version: str) -> tuple[int, ...]:
    """A version that compares as numbers: 1.10 comes after 1.9."""
    parts = [int(part) for part in version.split(".")]
    return tuple(parts + [0] * (4 - len(parts)))


def _package(manifest: Element, customizations: Customizations) -> Package:
    unique_name, version = _text(manifest, "UniqueName"), _text(manifest, "Version")
    if not _UNIQUE_NAME.fullmatch(unique_name):
        raise BadPackage(400, "0x8004f002", f"Invalid character specified for solution unique name: '{unique_name}'.")
    if not _VERSION.fullmatch(version):
        raise BadPackage(400, "0x8004f01e", f"The solution version '{version[:40]}' is not valid.")
    publisher = manifest.find("Publisher")
    if publisher is None:
        raise _invalid_xml("solution.xml names no Publisher.")
    return Package(
        unique_name=unique_name,
        friendly_names=_names(manifest.find("LocalizedNames")),
        description=next(iter(_names(manifest.find("Descriptions"), 2000).values()), ""),
        version=version,
        is_managed=_is_managed(manifest),
        publisher=_text(publisher, "UniqueName"),
        publisher_names=_names(publisher.find("LocalizedNames")),
        prefix=_text(publisher, "CustomizationPrefix"),
        components=_components(manifest, customizations),
        dependencies=tuple(_dependency(found) for found in manifest.iterfind("MissingDependencies/MissingDependency")),
        labels=customizations.labels,
    )


def _components(manifest: Element, customizations: Customizations) -> tuple[Component, ...]:
    """Root components, and the columns that are added to tables of others (those of a whole table come with it)."""
    roots = [_component(found) for found in manifest.iterfind("RootComponents/RootComponent")]
    whole = {root.schema_name.lower() for root in roots if root.type == ENTITY and root.behavior == 0}
    columns = [
        Component(ATTRIBUTE, f"{table}.{column}") for table, column in customizations.columns if table not in whole
    ]
    if len(roots) + len(columns) > MOST_COMPONENTS:
        raise _invalid_xml(f"The solution has more than {MOST_COMPONENTS} components.")
    return (*roots, *columns)


def _is_managed(manifest: Element) -> bool:
    """0 unmanaged, 1 managed, 2 both (a file of a source control system, which imports as unmanaged)."""
    told = _text(manifest, "Managed")
    if told not in ("0", "1", "2"):
        raise _invalid_xml("Managed in solution.xml is neither 0, 1 nor 2.")
    return told == "1"


def _text(parent: Element, name: str) -> str:
    text = (parent.findtext(name) or "").strip()
    if len(text) > 256:
        raise _invalid_xml(f"{name} in solution.xml is too long.")
    return text


def _names(parent: Element | None, longest: int = 256) -> dict[int, str]:
    children = list(parent) if parent is not None else []
    names = {_number(child.get("languagecode")): child.get("description", "") for child in children}
    if any(len(name) > longest for name in names.values()):
        raise _invalid_xml("A name or a description in solution.xml is too long.")
    return names


def _component(element: Element) -> Component:
    name = element.get("schemaName") or element.get("id") or ""
    if len(name) > 256 or "\x00" in name:
        raise _invalid_xml("The name of a component in solution.xml is too long.")
    return Component(
        type=_number(element.get("type")),
        schema_name=name,
        display_name=element.get("displayName", "")[:256],
        behavior=_number(element.get("behavior", "0")),
    )


def _dependency(element: Element) -> Dependency:
    required, dependent = element.find("Required"), element.find("Dependent")
    if required is None or dependent is None:
        raise _invalid_xml("A MissingDependency lacks its Required or its Dependent.")
    told = required.get("solution", "")
    found = _REQUIRED_SOLUTION.fullmatch(told) if len(told) <= 160 else None
    if len(told) > 160 or (found and len(found["name"]) > 100):
        raise _invalid_xml("The name of a required solution is too long.")
    return Dependency(
        required=_component(required),
        dependent=_component(dependent),
        solution=found["name"] if found else "",
        version=found["version"] if found and _VERSION.fullmatch(found["version"]) else "",
    )


def _number(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise _invalid_xml("A number in solution.xml is missing or wrong.")
    return int(text)


def _invalid_file(why: str) -> BadPackage:
    return BadPackage(
        400,
        "0x80048060",
        "The solution file is invalid. The compressed file must contain the following files at its root: "
        "solution.xml, customizations.xml, and [Content_Types].xml. Customization files exported from previous "
        f"versions of Microsoft Dynamics 365 are not supported. {why}",
    )


def _invalid_xml(why: str) -> BadPackage:
    return BadPackage(400, "0x8004802c", f"The import file is invalid. {why}")
