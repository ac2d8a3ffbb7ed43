"""From a request's JSON object to the values of a row: every name and every type checked."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from organizations.embedded.call import Call
from organizations.embedded.errors import (
    NAMESPACE,
    DataverseError,
    bad_request,
    not_served,
    payload_wrong,
    value_out_of_range,
    value_too_long,
)
from organizations.embedded.path import Segment, below_api, key_guid, path_parse
from organizations.embedded.query.literals import edm_type
from organizations.embedded.query.many import many_of
from organizations.embedded.registry import TABLES, Column, Table, Type
from organizations.embedded.rows.keys import row_id

BIND, TYPE = "@odata.bind", "@odata.type"
# Edm.Date and Edm.DateTimeOffset: Python alone would take ``20200101`` and ``2020-W01-1`` too
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,12})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII | re.IGNORECASE)
_IGNORED = re.compile(r"(.*)?@(odata\.(type|etag|id|context|editLink)|OData\.Community.*|Microsoft\..*)")


@dataclass(frozen=True)
class Changes:
    """Checked values of one row; ``bound`` are the rows that must exist: (table, id)."""

    values: dict[str, Any] = field(default_factory=dict)
    bound: frozenset[tuple[str, uuid.UUID]] = frozenset()


def changes_read(call: Call, table: Table, body: Mapping[str, Any]) -> Changes:
    """The values that a JSON object names.

    Raises:
        DataverseError: 400 for an unknown or read-only name and for a value of a wrong type, length or range.
    """
    values: dict[str, Any] = {}
    bound: set[tuple[str, uuid.UUID]] = set()
    for name, value in body.items():
        if name.endswith(BIND):
            column, target, id = _bind(call, table, name.removesuffix(BIND), value)
            values[column.name] = id
            if id is not None:
                bound.add((target, id))
        elif value is None and (cleared := table.single_navigation(name)) and not cleared[0].is_readonly:
            values[cleared[0].name] = None  # a navigation property that is null leads nowhere, as with @odata.bind
        elif name == TYPE:
            _require_type(table, value)
        elif (annotated := _IGNORED.fullmatch(name)) is None:
            column = _writable(table, name)
            values[column.name] = _checked(table, column, value)
        elif annotated[1] and not _is_declared(table, annotated[1]):
            raise _unwritten(table, annotated[1])
    return Changes(values, frozenset(bound))


def _require_type(table: Table, value: object) -> None:
    if not isinstance(value, str) or value.lstrip("#") != f"{NAMESPACE}.{table.name}":
        raise payload_wrong(table, f"'{TYPE}' is '{str(value)[:100]}', not '{NAMESPACE}.{table.name}'.")


def _is_declared(table: Table, name: str) -> bool:
    """Whether an annotation of this name annotates something: clients send rows back as they read them."""
    is_column = name in table.columns or name in table.by_property
    return is_column or table.single_navigation(name) is not None or many_of(table, name) is not None


def _writable(table: Table, name: str) -> Column:
    column = table.columns.get(name)
    if column is None:
        if name in table.by_property:
            raise payload_wrong(table, f"A lookup is written as its navigation property with {BIND}, not as '{name}'.")
        if table.single_navigation(name) or many_of(table, name):
            raise not_served("Creating a related row together with a row")
        raise _undeclared(table, name)
    if column.type is Type.LOOKUP:
        raise payload_wrong(table, f"The lookup '{name}' is written as its navigation property with {BIND}.")
    if column.is_readonly and column.type is not Type.PRIMARY:
        raise payload_wrong(table, f"The property '{name}' cannot be written.")
    return column


def _undeclared(table: Table, name: str) -> DataverseError:
    return payload_wrong(
        table,
        "For more information on this error please follow this help link "
        "https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : Microsoft.Crm.CrmException: "
        f"Invalid property '{name}' was found in entity '{NAMESPACE}.{table.name}'. ---> "
        "Microsoft.OData.ODataException: Does not support untyped value in non-open type.",
    )


def _unwritten(table: Table, name: str) -> DataverseError:
    return payload_wrong(
        table,
        "InnerException : Microsoft.OData.ODataException: An undeclared property "
        f"'{name}' which only has property annotations in the payload but no property value was found in "
        "the payload. In OData, only declared navigation properties and declared named streams can be represented "
        "as properties without values.",
    )


def _bind(call: Call, table: Table, navigation: str, value: object) -> tuple[Column, str, uuid.UUID | None]:
    found = table.single_navigation(navigation)
    if found is None:
        raise _unwritten(table, navigation)
    column, target = found
    if column.is_readonly:
        raise payload_wrong(table, f"The property '{navigation}' cannot be written.")
    return column, target, None if value is None else reference_id(call, TABLES[target], value)


def reference_id(call: Call, target: Table, reference: object) -> uuid.UUID:
    """The id in ``/set(guid)`` or behind ``/set(key='value')``, with or without the slash, or absolute.

    Raises:
        DataverseError: 400, it is no reference to a row of ``target`` in this organization.
    """
    if not isinstance(reference, str):
        raise bad_request("A reference to a row is a string.", "0x80048d19")
    if (quick := _simple_reference(target, reference)) is not None:
        return quick
    segments = path_parse(below_api(call.api_url, reference).split("?")[0])
    if len(segments) != 1 or segments[0].name != target.entity_set or segments[0].key is None:
        raise bad_request(
            f"The reference '{reference[:200]}' does not name a row of '{target.entity_set}'.", "0x80048d19"
        )
    return key_guid(segments[0]) or row_id(call, target, segments[0])


def _simple_reference(target: Table, reference: str) -> uuid.UUID | None:
    """``/set(guid)`` without a parser: what nearly everybody sends, a thousand times in a request."""
    head = f"/{target.entity_set}("
    if not reference.startswith(head) or len(reference) != len(head) + 37:
        return None
    return key_guid(Segment("", reference[len(head) : -1]))


def _checked(table: Table, column: Column, value: Any) -> Any:
    if value is None:
        if column.type is Type.PRIMARY:
            raise payload_wrong(table, f"The id '{column.name}' cannot be null; leave it out to be given one.")
        return None
    try:
        return _READERS[column.type](table, column, value)
    except (ValueError, TypeError, InvalidOperation) as wrong:
        raise payload_wrong(
            table,
            f"Cannot convert the literal '{str(value)[:100]}' to the expected type '{edm_type(column.type)}'.",
        ) from wrong


def _text(table: Table, column: Column, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    if "\x00" in value:
        raise ValueError(value)
    if column.max_length and len(value) > column.max_length:
        raise value_too_long(table, column.name, column.max_length)
    return value


def _whole(table: Table, column: Column, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(value)
    limit = 2**63 if column.type is Type.BIGINT else 2**31
    if not -limit <= value < limit or (column.choices and value not in column.choices):
        raise value_out_of_range(table, column.name, value)
    return value


def _boolean(table: Table, column: Column, value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _decimal(table: Table, column: Column, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    found = Decimal(str(value))
    if abs(found) >= 10**13:
        raise value_out_of_range(table, column.name, value)
    return found.quantize(Decimal("0.0001") if column.type is Type.MONEY else Decimal("0.0000000001"))


def _double(table: Table, column: Column, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return float(value)


def _guid(table: Table, column: Column, value: Any) -> uuid.UUID:
    if not isinstance(value, str):
        raise TypeError(value)
    return uuid.UUID(value)


def _datetime(table: Table, column: Column, value: Any) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise TypeError(value)
    found = datetime.fromisoformat(value.upper().replace("Z", "+00:00"))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).replace(microsecond=0)


def _date(table: Table, column: Column, value: Any) -> date:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise TypeError(value)
    return date.fromisoformat(value)


_READERS: Mapping[Type, Callable[[Table, Column, Any], Any]] = {
    Type.STRING: _text,
    Type.MEMO: _text,
    Type.INTEGER: _whole,
    Type.BIGINT: _whole,
    Type.PICKLIST: _whole,
    Type.STATE: _whole,
    Type.STATUS: _whole,
    Type.BOOLEAN: _boolean,
    Type.DECIMAL: _decimal,
    Type.MONEY: _decimal,
    Type.DOUBLE: _double,
    Type.GUID: _guid,
    Type.PRIMARY: _guid,
    Type.DATETIME: _datetime,
    Type.DATE: _date,
}
