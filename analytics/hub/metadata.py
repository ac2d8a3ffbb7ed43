"""``$metadata``: the hub's types as CSDL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring  # written here, never parsed

from analytics.hub.models import Hub, InteractionType, ProfileType

_EDMX, _EDM = "http://docs.oasis-open.org/odata/ns/edmx", "http://docs.oasis-open.org/odata/ns/edm"


def metadata_written(hub: Hub) -> bytes:
    """The document."""
    root = Element("edmx:Edmx", {"xmlns:edmx": _EDMX, "Version": "4.0"})
    schema = SubElement(SubElement(root, "edmx:DataServices"), "Schema", {"xmlns": _EDM, "Namespace": hub.name})
    base = _type(schema, "Interaction", ["InteractionId"], [])
    for name, kind in (("InteractionId", "Edm.String"), ("InteractionType", "Edm.String"), ("TimeStamp", _STAMP)):
        SubElement(base, "Property", {"Name": name, "Type": kind, "Nullable": "false"})
    for told in InteractionType.objects.filter(hub=hub, deleted_at=None):
        _type(schema, told.name, [], told.definition["fields"], base=f"{hub.name}.Interaction")
    container = SubElement(schema, "EntityContainer", {"Name": "Container"})
    SubElement(container, "EntitySet", {"Name": "Interactions", "EntityType": f"{hub.name}.Interaction"})
    for profile in ProfileType.objects.filter(hub=hub):
        keys = profile.definition["strongIds"][0]["keyPropertyNames"]
        made = _type(schema, profile.name, keys, profile.definition["fields"])
        of = f"Collection({hub.name}.Interaction)"
        SubElement(made, "NavigationProperty", {"Name": "Interactions", "Type": of})
        own = {"Name": profile.entity_set, "EntityType": f"{hub.name}.{profile.name}"}
        SubElement(container, "EntitySet", own)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _type(schema: Element, name: str, keys: Iterable[str], fields: Iterable[dict[str, Any]], base: str = "") -> Element:
    made = SubElement(schema, "EntityType", {"Name": name, **({"BaseType": base} if base else {})})
    for key in keys:
        SubElement(SubElement(made, "Key"), "PropertyRef", {"Name": key})
    for field in fields:
        kind = field["fieldType"]
        told = {"Name": field["fieldName"], "Type": f"Collection({kind})" if field["isArray"] else kind}
        SubElement(made, "Property", told if not field["isRequired"] else {**told, "Nullable": "false"})
    return made


_STAMP = "Edm.DateTimeOffset"
