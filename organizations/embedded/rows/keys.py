"""Rows named by an alternate key: ``contacts(externaluseridentifier='A-1')``."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from organizations.embedded.call import Call
from organizations.embedded.errors import DataverseError, bad_request, property_missing
from organizations.embedded.models import rows_in
from organizations.embedded.path import Segment, key_guid, key_values, literal_text
from organizations.embedded.query import conditions
from organizations.embedded.query.literals import edm_type, text_value
from organizations.embedded.registry import Column, Table


@dataclass(frozen=True)
class Named:
    """What an address names: an existing row or a row to be. ``values`` are those of the key it was named by."""

    id: uuid.UUID | None
    values: Mapping[str, Any] = field(default_factory=dict)


def row_named(call: Call, table: Table, segment: Segment) -> Named:
    """The row that the parentheses of a segment name.

    Raises:
        DataverseError: 400, they hold neither an id nor a key of the table.
    """
    if segment.key is None:
        raise bad_request(f"A row of '{table.entity_set}' is named by its id or an alternate key in parentheses.")
    id = key_guid(segment)
    if id is not None:
        return Named(id)
    if "=" not in segment.key:
        raise bad_request(f"Error in query syntax: '{segment.name}({segment.key[:100]})'.")
    told = {_column(table, name).name: literal for name, literal in key_values(segment.key).items()}
    if told.keys() == {table.primary_id}:
        return Named(_guid(table, told[table.primary_id]))
    values = {name: _value(call, table.columns[name], literal) for name, literal in told.items()}
    if not any(set(key.columns) == values.keys() for key in table.keys):
        text = f"The specified key attributes are not a defined key for the {table.name} entity"
        raise bad_request(text, "0x80060890")
    return Named(_find(call, table, values), values)


def row_id(call: Call, table: Table, segment: Segment) -> uuid.UUID:
    """The id of an existing row by its id (which is not looked up) or by an alternate key.

    Raises:
        DataverseError: 400; 404 0x80060891, no row has these values.
    """
    named = row_named(call, table, segment)
    if named.id is None:
        raise key_missing(table)
    return named.id


def key_missing(table: Table) -> DataverseError:
    text = f"A record with the specified key values does not exist in {table.name} entity"
    return DataverseError(404, "0x80060891", text)


def _find(call: Call, table: Table, values: Mapping[str, Any]) -> uuid.UUID | None:
    rows = rows_in(call.tenant, table.name)
    for name, value in values.items():
        rows = rows.filter(conditions.equals(table.columns[name], value))
    found: uuid.UUID | None = rows.values_list(table.primary_id, flat=True).first()
    return found


def _column(table: Table, name: str) -> Column:
    column = table.by_property.get(name) or table.columns.get(name)
    if column is None or column.is_secret:
        raise property_missing(name, table)
    return column


def _value(call: Call, column: Column, literal: str) -> Any:
    literal = dict(call.query).get(literal, literal) if literal.startswith("@") else literal
    if column.type.is_text != literal.startswith("'"):
        text = f"The key value {literal[:100]} of '{column.name}' is not of the type '{edm_type(column.type)}'."
        raise bad_request(text)
    return text_value(column, literal_text(literal))


def _guid(table: Table, literal: str) -> uuid.UUID:
    id = key_guid(Segment("", literal_text(literal)))
    if id is None:
        raise bad_request(f"The value of '{table.primary_id}' is not a GUID.")
    return id
