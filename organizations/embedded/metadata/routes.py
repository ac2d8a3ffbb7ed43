"""``EntityDefinitions…`` and ``RelationshipDefinitions…``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from organizations.embedded.call import Call, Reply
from organizations.embedded.errors import DataverseError, bad_request, segment_missing
from organizations.embedded.metadata.attributes import CLASSES, base_names, is_of_class
from organizations.embedded.metadata.parts import NAMESPACE, Definition
from organizations.embedded.metadata.query import Asked, Finder, asked_parse, kept, missing, shown
from organizations.embedded.metadata.relationships import MANY_TO_MANY, ONE_TO_MANY, many_to_many, one_to_many
from organizations.embedded.metadata.tables import PARTS, Tables
from organizations.embedded.path import Segment, key_values, literal_text
from organizations.embedded.registry import COLLECTIONS, RELATIONSHIPS, TABLES

METADATA = frozenset({"EntityDefinitions", "RelationshipDefinitions"})
CLASS_OF: Mapping[str, str] = {
    "EntityDefinitions": "EntityMetadata",
    "Attributes": "AttributeMetadata",
    "Keys": "EntityKeyMetadata",
    "OneToManyRelationships": ONE_TO_MANY,
    "ManyToOneRelationships": ONE_TO_MANY,
    "ManyToManyRelationships": MANY_TO_MANY,
    "RelationshipDefinitions": "RelationshipMetadataBase",
}
_CAST = f"{NAMESPACE}."
_RELATIONSHIP_CLASSES = {ONE_TO_MANY, MANY_TO_MANY}


def metadata_reply(call: Call, segments: Sequence[Segment]) -> Reply:
    """GET of a definition, of a list of them, or of a part of one.

    Raises:
        DataverseError: 404, there is no such definition or part; 400 and 501 for options.
    """
    tables, first = Tables(call), segments[0]
    listed = tables.all() if first.name == "EntityDefinitions" else _relationships(tables)
    return _list_or_one(tables, listed, list(segments), first.name)


def _list_or_one(tables: Tables, listed: list[Definition], segments: list[Segment], path: str) -> Reply:
    """``segments`` begin with the list's own name; a cast may follow it, then the key, then what goes on."""
    first, *rest = segments
    type_ = CLASS_OF[first.name]
    if first.key is None and rest and rest[0].name.startswith(_CAST) and rest[0].key is None:
        type_ = rest[0].name.removeprefix(_CAST)
        return _list(tables, _cast(listed, type_, first.name), rest[1:], f"{path}/{rest[0].name}", type_)
    if first.key is None:
        return _list(tables, listed, rest, path, type_)
    one = _keyed(listed, first)
    if rest and rest[0].name.startswith(_CAST):
        type_ = rest[0].name.removeprefix(_CAST)
        if not _cast([one], type_, first.name):
            raise _not_found(first)
        rest = rest[1:]
    return _one(tables, one, rest, path, type_)


def _list(tables: Tables, listed: list[Definition], rest: list[Segment], path: str, type_: str) -> Reply:
    if [segment.name for segment in rest] == ["$count"]:
        asked = asked_parse(tables.call.query)
        return Reply(content=str(len(kept(asked, listed, type_))).encode(), content_type="text/plain")
    if rest:
        raise segment_missing(rest[0].name)
    asked = asked_parse(tables.call.query)
    _require_base(asked, type_)
    found = kept(asked, listed, type_)
    value = [shown(asked, one, type_, _navigations(one, type_), _finder(tables)) for one in found]
    counted = {"@odata.count": len(found)} if asked.count else {}
    return Reply(json={"@odata.context": f"{tables.call.api_url}$metadata#{path}", **counted, "value": value})


def _one(tables: Tables, one: Definition, rest: list[Segment], path: str, type_: str) -> Reply:
    if not rest:
        asked = asked_parse(tables.call.query)
        if asked.filter is not None or asked.count:
            raise bad_request("The query of a single definition takes $select and $expand only.")
        _require_base(asked, type_)
        seen = shown(asked, one, type_, _navigations(one, type_), _finder(tables))
        return Reply(json={"@odata.context": f"{tables.call.api_url}$metadata#{path}/$entity", **seen})
    name = rest[0].name
    if type_ == "EntityMetadata" and name in PARTS:
        return _list_or_one(tables, tables.part(TABLES[one["LogicalName"]], name), rest, f"{path}/{name}")
    if name in ("OptionSet", "GlobalOptionSet") and name in one and len(rest) == 1:
        if one[name] is None:
            return Reply(status=204)
        seen = shown(asked_parse(tables.call.query), one[name], "OptionSetMetadata", {}, dict.get)
        return Reply(json={"@odata.context": f"{tables.call.api_url}$metadata#{path}/{name}/$entity", **seen})
    if name in one and len(rest) == 1 and name not in _navigations(one, type_):
        context = f"{tables.call.api_url}$metadata#{path}/{name}"
        return Reply(json={"@odata.context": context, "value": one[name]})
    raise segment_missing(name)


def _finder(tables: Tables) -> Finder:
    def find(definition: Definition, name: str) -> Any:
        if name in PARTS:
            return tables.part(TABLES[definition["LogicalName"]], name)
        return definition[name]

    return find


def _navigations(one: Definition, type_: str) -> Mapping[str, str]:
    if type_ == "EntityMetadata":
        return {name: CLASS_OF[name] for name in PARTS}
    return {name: "OptionSetMetadata" for name in ("OptionSet", "GlobalOptionSet") if name in one}


def _cast(listed: list[Definition], class_: str, name: str) -> list[Definition]:
    if name == "Attributes" and class_ in CLASSES:
        return [one for one in listed if is_of_class(one, class_)]
    if name == "RelationshipDefinitions" and class_ in _RELATIONSHIP_CLASSES:
        return [one for one in listed if one["@odata.type"].endswith(class_)]
    raise segment_missing(f"{_CAST}{class_}")


def _keyed(listed: list[Definition], segment: Segment) -> Definition:
    """The definition with this MetadataId, LogicalName or SchemaName."""
    key = segment.key or ""
    if "=" in key:
        told = key_values(key)
        name, value = next(iter(told.items()))
        if len(told) != 1 or name not in ("MetadataId", "LogicalName", "SchemaName"):
            raise bad_request(f"Error in query syntax: '{segment.name}({key[:100]})'.")
        wanted = literal_text(value)
    else:
        name, wanted = "MetadataId", key
    wanted = wanted.lower() if name == "MetadataId" else wanted
    found = next((one for one in listed if one.get(name) == wanted), None)
    if found is None:
        raise _not_found(segment)
    return found


def _not_found(segment: Segment) -> DataverseError:
    return DataverseError(404, "0x80060888", f"Could not find '{segment.name}({(segment.key or '')[:200]})'.")


def _require_base(asked: Asked, type_: str) -> None:
    """A property of a derived class is selected behind a cast only."""
    for name in asked.select or () if type_ == "AttributeMetadata" else ():
        if name not in base_names():
            raise missing(name, type_)


def _relationships(tables: Tables) -> list[Definition]:
    found = [one_to_many(one) for one in COLLECTIONS] + [many_to_many(both) for both in RELATIONSHIPS]
    return [one for one in found if tables.is_there(one)]
