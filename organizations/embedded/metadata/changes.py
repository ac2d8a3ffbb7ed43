"""RetrieveMetadataChanges: definitions by an EntityQueryExpression, as narrow as it asks. Every answer is a whole one:
definitions change with solutions only, so a client's version stamp is not taken."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from organizations.embedded.call import Call
from organizations.embedded.errors import bad_request, not_served
from organizations.embedded.metadata.parts import Definition
from organizations.embedded.metadata.tables import PARTS, RELATIONS, Tables
from organizations.embedded.registry import TABLES

_PARTS_BY_QUERY = {"AttributeQuery": ("Attributes",), "KeyQuery": ("Keys",), "RelationshipQuery": RELATIONS}
_QUERY = {"Properties", "Criteria", *_PARTS_BY_QUERY}
VERSION_STAMP = "1!00000000"


def metadata_changes(call: Call, parameters: Mapping[str, str]) -> dict[str, Any]:
    """The function's answer.

    Raises:
        DataverseError: 400, the query cannot be read; 501, it asks for what is not served.
    """
    left = parameters.keys() - {"Query"}
    if left:
        raise not_served(f"The parameter '{min(left)}' of RetrieveMetadataChanges")
    query = _object(parameters.get("Query", ""))
    _require(query, _QUERY)
    tables = Tables(call)
    names = _properties(query)
    found = [one for one in tables.all() if _matches(query, one)]
    shown = [_shown(tables, one, names, query) for one in found]
    return {"EntityMetadata": shown, "ServerVersionStamp": VERSION_STAMP, "DeletedMetadata": None}


def _shown(tables: Tables, one: Definition, names: Sequence[str] | None, query: Mapping[str, Any]) -> Definition:
    seen = _chosen(one, [name for name in names if name not in PARTS] if names is not None else None)
    for query_name, parts in _PARTS_BY_QUERY.items():
        inner = query.get(query_name)
        for part in parts:
            if names is not None and part not in names:
                continue
            listed = tables.part(TABLES[one["LogicalName"]], part)
            chosen = None if inner is None else _properties(inner)
            seen[part] = [_chosen(found, chosen) for found in listed if _matches(inner or {}, found)]
    return seen


def _chosen(one: Definition, names: Sequence[str] | None) -> Definition:
    """A name that this class has not is left out: the query is one for attributes of all classes."""
    if names is None:
        return one
    wanted = {*names, "MetadataId", "LogicalName", "SchemaName", "@odata.type", "HasChanged"}
    return {name: value for name, value in one.items() if name in wanted}


def _properties(query: object) -> list[str] | None:
    """The names to show; None for all of them."""
    if not isinstance(query, Mapping):
        raise bad_request("A query of definitions is an object.")
    told = query.get("Properties")
    if told is None:
        return []
    if not isinstance(told, Mapping) or told.keys() - {"AllProperties", "PropertyNames", "@odata.type"}:
        raise bad_request("'Properties' is a MetadataPropertiesExpression.")
    if told.get("AllProperties"):
        return None
    names = told.get("PropertyNames", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise bad_request("'PropertyNames' is a list of names.")
    return names


def _matches(query: Mapping[str, Any], one: Definition) -> bool:
    _require(query, _QUERY)
    return _holds(query.get("Criteria") or {}, one)


def _holds(criteria: object, one: Definition, depth: int = 0) -> bool:
    if not isinstance(criteria, Mapping) or depth > 20:
        raise bad_request("'Criteria' is a MetadataFilterExpression.")
    _require(criteria, {"Conditions", "FilterOperator", "Filters"})
    operator = criteria.get("FilterOperator", "And")
    if operator not in ("And", "Or"):
        raise bad_request("The 'FilterOperator' is And or Or.")
    parts = [_condition(told, one) for told in criteria.get("Conditions") or []]
    parts += [_holds(told, one, depth + 1) for told in criteria.get("Filters") or []]
    return (all(parts) if operator == "And" else any(parts)) if parts else True


def _condition(told: object, one: Definition) -> bool:
    if not isinstance(told, Mapping):
        raise bad_request("A condition is a MetadataConditionExpression.")
    _require(told, {"PropertyName", "ConditionOperator", "Value"})
    name, value = told.get("PropertyName"), told.get("Value")
    if name not in one:
        raise bad_request(f"Could not find a property named '{name}' for the condition.")
    wanted = value.get("Value") if isinstance(value, Mapping) else value
    match told.get("ConditionOperator"):
        case "Equals":
            return _plain(one[name]) == _plain(wanted)
        case "NotEquals":
            return _plain(one[name]) != _plain(wanted)
        case operator:
            raise not_served(f"The condition operator '{operator}' of RetrieveMetadataChanges")


def _plain(value: Any) -> str:
    """Values come as text with their type named beside."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise bad_request("The parameter Query is not an EntityQueryExpression.") from wrong
    if not isinstance(found, dict):
        raise bad_request("The parameter Query is not an EntityQueryExpression.")
    return found


def _require(told: Mapping[str, Any], known: set[str]) -> None:
    left = {name for name, value in told.items() if value is not None} - known - {"@odata.type"}
    if left:
        raise not_served(f"'{min(left)}' in a query of definitions")
