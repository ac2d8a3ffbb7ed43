"""Builds the solution zips: the same bytes every time, from the sources in this repository.

The manifest's form follows what real managed solutions look like (terraform-provider-power-platform's samples, MIT).
"""

from __future__ import annotations

import uuid
import zipfile
from dataclasses import replace
from functools import cache, lru_cache
from io import BytesIO
from xml.etree.ElementTree import Element, SubElement, indent, tostring  # written here, never parsed

from solutions.catalog import Package, Requirement, package_named, solution_title
from solutions.columns import ColumnSource
from solutions.sources import ENGLISH, PackageSource, Table, externals, sources

PUBLISHER = "portaladministrationcenter"
PREFIX = "adx"

_BEGINNING_OF_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say
_BOM = b"\xef\xbb\xbf"
_NAMESPACE = uuid.UUID("6f6d3f0e-6d0c-5f0e-9c54-0d7f3f4f5a01")
_ENTITY, _WEB_RESOURCE = "1", "61"
_ALL, _ONLY_SHELL = "0", "2"  # RootComponent behaviours: the whole table, or a table of others that gets columns

_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="text/xml" /></Types>'
)


@cache
def package_zip(unique_name: str) -> bytes:
    """The managed solution zip of one of our packages.

    Raises:
        KeyError: it is none of ours.
    """
    return _zip(package_named(unique_name), sources()[unique_name])


@lru_cache(maxsize=64)
def translation_zip(unique_name: str, version: str, components: frozenset[str]) -> bytes:
    """A package with today's texts in the version that an organization has: it brings nothing but the texts.

    Args:
        version: the installed one; the organization takes the package as an update of the same version.
        components: ``table`` and ``table.column`` that the organization has; others are left out.

    Raises:
        KeyError: it is none of ours.
    """
    source = sources()[unique_name]
    tables = tuple(table for table in source.tables if table.logical_name in components)
    there = replace(source, tables=tables, version=version)
    return _zip(replace(package_named(unique_name), version=version), there, components)


def _zip(package: Package, source: PackageSource, components: frozenset[str] | None = None) -> bytes:
    """The files of a solution, the same bytes every time. ``components``: the only ones to describe."""
    unique_name = package.unique_name
    members = {
        "[Content_Types].xml": _CONTENT_TYPES.encode(),
        "customizations.xml": _bytes(_customizations(source, components)),
        "solution.xml": _BOM + _bytes(_manifest(package, source)),
        f"WebResources/{_marker(unique_name).replace('/', '')}": _bytes(_description(package, source)),
    }
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:  # stored: deflate's bytes differ from one zlib to the next
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, _BEGINNING_OF_TIME)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # the same on every machine that builds
            archive.writestr(entry, content)
    return packed.getvalue()


def _marker(unique_name: str) -> str:
    """The web resource that says what a package is; every package has one, so others can depend on it."""
    return f"{PREFIX}_/packages/{unique_name}.xml"


def _bytes(root: Element) -> bytes:
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _root() -> Element:
    return Element(
        "ImportExportXml",
        version="9.2.24014.198",
        SolutionPackageVersion="9.2",
        languagecode=str(ENGLISH),
        generatedBy="PortalAdministrationCenter",
    )


def _text(parent: Element, name: str, text: str = "") -> Element:
    child = SubElement(parent, name)
    child.text = text
    return child


def _names(parent: Element, name: str, texts: dict[int, str], item: str = "LocalizedName") -> None:
    names = SubElement(parent, name)
    for lcid, text in texts.items():
        SubElement(names, item, description=text, languagecode=str(lcid))


def _manifest(package: Package, source: PackageSource) -> Element:
    root = _root()
    manifest = SubElement(root, "SolutionManifest")
    _text(manifest, "UniqueName", package.unique_name)
    _names(manifest, "LocalizedNames", dict(source.friendly_names))
    _names(manifest, "Descriptions", {ENGLISH: source.description}, "Description")
    _text(manifest, "Version", package.version)
    _text(manifest, "Managed", "1")
    _publisher(manifest)
    components = SubElement(manifest, "RootComponents")
    for table in source.tables:
        behavior = _ONLY_SHELL if table.is_extended else _ALL
        SubElement(components, "RootComponent", type=_ENTITY, schemaName=table.logical_name, behavior=behavior)
    SubElement(components, "RootComponent", type=_WEB_RESOURCE, schemaName=_marker(package.unique_name), behavior=_ALL)
    missing = SubElement(manifest, "MissingDependencies")
    for requirement in package.requires:
        _dependency(missing, package, requirement)
    return root


def _publisher(manifest: Element) -> None:
    publisher = SubElement(manifest, "Publisher")
    _text(publisher, "UniqueName", PUBLISHER)
    _names(publisher, "LocalizedNames", {ENGLISH: "Portal Administration Center"})
    _names(publisher, "Descriptions", {ENGLISH: "Packages of the Portal Administration Center"}, "Description")
    _text(publisher, "CustomizationPrefix", PREFIX)
    _text(publisher, "CustomizationOptionValuePrefix", "75615")


def _dependency(missing: Element, package: Package, requirement: Requirement) -> None:
    dependency = SubElement(missing, "MissingDependency")
    solution = f"{requirement.unique_name} ({requirement.minimum})"
    SubElement(dependency, "Required", _component(requirement.unique_name), solution=solution)
    SubElement(dependency, "Dependent", _component(package.unique_name))


def _component(unique_name: str) -> dict[str, str]:
    title = solution_title(unique_name)
    if external := externals().get(unique_name):
        return {"type": _ENTITY, "schemaName": external.table, "displayName": title}
    return {"type": _WEB_RESOURCE, "schemaName": _marker(unique_name), "displayName": title}


def _customizations(source: PackageSource, components: frozenset[str] | None) -> Element:
    root = Element("ImportExportXml")
    entities = SubElement(root, "Entities")
    for table in source.tables:
        _entity(entities, table, components)
    _web_resource(root, source.unique_name)
    languages = SubElement(root, "Languages")
    for lcid in sorted({lcid for table in source.tables for lcid in table.labels} | source.friendly_names.keys()):
        _text(languages, "Language", str(lcid))
    return root


def _entity(entities: Element, table: Table, components: frozenset[str] | None) -> None:
    entity = SubElement(entities, "Entity")
    name = _text(entity, "Name", table.logical_name)
    name.attrib |= {"LocalizedName": table.one[ENGLISH], "OriginalName": table.one[ENGLISH]}
    info = SubElement(SubElement(entity, "EntityInfo"), "entity", Name=table.logical_name)
    _names(info, "LocalizedNames", dict(table.one))
    many = {lcid: names[1] for lcid, names in table.labels.items()}
    _names(info, "LocalizedCollectionNames", many, "LocalizedCollectionName")
    attributes = SubElement(info, "attributes")
    for column in table.columns:
        if components is None or f"{table.logical_name}.{column.name}" in components:
            _attribute(attributes, column)


def _attribute(attributes: Element, column: ColumnSource) -> None:
    attribute = SubElement(attributes, "attribute", PhysicalName=column.name)
    _text(attribute, "Type", column.xml_type)
    _text(attribute, "Name", column.name)
    _text(attribute, "LogicalName", column.name)
    _text(attribute, "RequiredLevel", "required" if column.is_required else "none")
    if column.max_length is not None:
        _text(attribute, "MaxLength", str(column.max_length))
    _names(attribute, "displaynames", dict(column.labels), "displayname")


def _web_resource(root: Element, unique_name: str) -> None:
    resource = SubElement(SubElement(root, "WebResources"), "WebResource")
    _text(resource, "WebResourceId", "{" + str(uuid.uuid5(_NAMESPACE, unique_name)) + "}")
    _text(resource, "Name", _marker(unique_name))
    _text(resource, "DisplayName", solution_title(unique_name))
    _text(resource, "WebResourceType", "4")  # data (XML)
    _text(resource, "FileName", f"/WebResources/{_marker(unique_name).replace('/', '')}")


def _description(package: Package, source: PackageSource) -> Element:
    root = Element("package", uniqueName=package.unique_name, version=package.version)
    _text(root, "description", source.description)
    for feature in package.features:
        _text(root, "feature", feature)
    return root
