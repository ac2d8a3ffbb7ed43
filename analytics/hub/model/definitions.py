"""What may stand in the definition of a type, checked when it is put. Unknown parts are refused, never dropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analytics.hub.errors import HubError, bad_request
from analytics.hub.events import FIELD_TYPES
from analytics.hub.names import FIELD, TYPE, name_check
from analytics.hub.storable import json_kept

Definition = dict[str, Any]
MOST_FIELDS = 200
LARGEST = 200_000  # characters of a definition

_COMMON = frozenset(
    [
        "apiEntitySetName",
        "attributes",
        "defaultDataSource",
        "description",
        "displayName",
        "entityType",
        "fields",
        "largeImage",
        "localizedAttributes",
        "mediumImage",
        "schemaItemTypeLink",
        "smallImage",
        "timestampFieldName",
        "typeName",
    ]
)
# What the hub tells of itself; a client that puts back what it read sends these too.
READ_ONLY = frozenset(
    ["instancesCount", "lastChangedUtc", "provisioningState", "tenantId", "dataSources", "dataSourcePrecedenceRules"]
)
INTERACTION = _COMMON | frozenset(
    ["idPropertyNames", "isActivity", "participantProfiles", "primaryParticipantProfilePropertyName"]
)
PROFILE = _COMMON | {"strongIds"}
_FIELD = frozenset(
    [
        "arrayValueSeparator",
        "enumValidValues",
        "fieldName",
        "fieldType",
        "isArray",
        "isAvailableInGraph",
        "isEnum",
        "isFlagEnum",
        "isImage",
        "isLocalizedString",
        "isName",
        "isRequired",
        "maxLength",
        "propertyId",
        "schemaItemPropLink",
    ]
)


def definition_read(body: Mapping[str, Any], known: frozenset[str]) -> Definition:
    """The definition that a request's body holds, bare or as ARM's ``properties``.

    Raises:
        HubError: 400 ``UnknownProperty``, ``InvalidDefinition``.
    """
    told = body.get("properties", body)
    if not isinstance(told, dict):
        raise bad_request("InvalidDefinition", "The properties are not a JSON object.")
    if told is body:
        told = {name: value for name, value in body.items() if name not in ("id", "name", "type", "etag")}
    unknown = sorted(told.keys() - known - READ_ONLY)
    if unknown:
        raise bad_request("UnknownProperty", f"The hub does not know {', '.join(unknown)[:200]} here.")
    if json_kept(told) is None:
        raise _invalid("The definition holds a text or a number that cannot be stored")
    return {name: value for name, value in told.items() if name in known and value is not None}


def interaction_check(name: str, told: Definition) -> Definition:
    """The definition of an interaction type, completed.

    Raises:
        HubError: 400, what is wrong.
    """
    made = _type_check(name, told, "Interaction")
    fields = {one["fieldName"] for one in made["fields"]}
    ids = made.get("idPropertyNames")
    if not isinstance(ids, list) or not ids or not all(isinstance(one, str) for one in ids):
        raise _invalid("idPropertyNames names at least one field")
    _declared(ids, fields, "idPropertyNames")
    about = made.get("primaryParticipantProfilePropertyName")
    if about is not None:
        _declared([about], fields, "primaryParticipantProfilePropertyName")
    for participant in _objects(made, "participantProfiles"):
        name_check(TYPE, participant.get("participantName"), "a participant")
        name_check(TYPE, participant.get("profileTypeName"), "a participant's profile type")
        for reference in _objects(participant, "participantPropertyReferences"):
            _declared([reference.get("sourcePropertyName")], fields, "participantPropertyReferences")
    if not isinstance(made.setdefault("isActivity", False), bool):
        raise _invalid("isActivity is true or false")
    return made


def profile_check(name: str, told: Definition) -> Definition:
    """The definition of a profile type, completed.

    Raises:
        HubError: 400, what is wrong.
    """
    made = _type_check(name, told, "Profile")
    fields = {one["fieldName"] for one in made["fields"]}
    strong = _objects(made, "strongIds")
    if not strong:
        raise _invalid("strongIds has at least one entry: by what a profile is known")
    for one in strong:
        name_check(TYPE, one.get("strongIdName"), "a strong id")
        keys = one.get("keyPropertyNames")
        if not isinstance(keys, list) or not keys:
            raise _invalid("keyPropertyNames of a strong id names at least one field")
        _declared(keys, fields, "keyPropertyNames")
    return made


def change_check(before: Definition, after: Definition) -> None:
    """Whether a type may become the other: what is stored must stay readable.

    Raises:
        HubError: 409 ``InvalidChange``.
    """
    for name in ("isActivity", "idPropertyNames", "strongIds"):
        if before.get(name) != after.get(name):
            raise HubError(409, "InvalidChange", f"{name} is fixed when the type is created.")
    kinds = {one["fieldName"]: one["fieldType"] for one in before["fields"]}
    for one in after["fields"]:
        if kinds.get(one["fieldName"], one["fieldType"]) != one["fieldType"]:
            raise HubError(409, "InvalidChange", f"The type of the field {one['fieldName']} cannot be changed.")


def _type_check(name: str, told: Definition, kind: str) -> Definition:
    if told.get("typeName", name) != name:
        raise _invalid("typeName is the name in the address")
    if told.get("entityType", kind) != kind:
        raise _invalid(f"entityType is {kind}")
    made = {"apiEntitySetName": name, **told, "typeName": name, "entityType": kind}
    name_check(TYPE, made["apiEntitySetName"], "an entity set")
    if len(str(made)) > LARGEST:
        raise _invalid(f"A definition has at most {LARGEST} characters")
    fields = _objects(made, "fields")
    if not 0 < len(fields) <= MOST_FIELDS:
        raise _invalid(f"A type has from 1 to {MOST_FIELDS} fields")
    names = [_field_check(one) for one in fields]
    if len(set(names)) != len(names):
        raise _invalid("Two fields have the same name")
    made["fields"] = [{"fieldType": "Edm.String", "isRequired": False, "isArray": False, **one} for one in fields]
    stamp = made.get("timestampFieldName")
    if stamp is not None:
        _declared([stamp], set(names), "timestampFieldName")
    for one in made["fields"]:
        if one["fieldName"] == stamp and one["fieldType"] not in ("Edm.DateTimeOffset", "Edm.DateTime", "Edm.String"):
            raise _invalid("The field that timestampFieldName names is no Edm.DateTimeOffset")
    return made


def _field_check(field: Definition) -> str:
    unknown = sorted(field.keys() - _FIELD)
    if unknown:
        raise bad_request("UnknownProperty", f"The hub does not know {', '.join(unknown)[:200]} in a field.")
    name = name_check(FIELD, field.get("fieldName"), "a field")
    if str(field.get("fieldType", "Edm.String")) not in FIELD_TYPES:
        raise _invalid(f"The type of the field {name} is not one of {', '.join(sorted(FIELD_TYPES))}")
    longest = field.get("maxLength")
    if longest is not None and (type(longest) is not int or not 0 < longest <= 32_000):
        raise _invalid(f"maxLength of the field {name} is a number from 1 to 32,000")
    if any(not isinstance(field.get(flag, False), bool) for flag in ("isArray", "isRequired")):
        raise _invalid(f"isArray and isRequired of the field {name} are true or false")
    return name


def _objects(told: Definition, name: str) -> list[Definition]:
    found = told.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _invalid(f"{name} is not a list of objects")
    return found


def _declared(names: list[Any], fields: set[str], where: str) -> None:
    for name in names:
        if not isinstance(name, str) or name not in fields:
            raise _invalid(f"{where} names {str(name)[:80]!r}, which is not among the fields")


def _invalid(text: str) -> HubError:
    return bad_request("InvalidDefinition", f"{text}.")
