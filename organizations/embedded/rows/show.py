"""A row as JSON, with the annotations that were asked for."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from organizations.embedded.call import Call
from organizations.embedded.models import rows_in
from organizations.embedded.registry import TABLES, Column, Table, Type

FORMATTED = "OData.Community.Display.V1.FormattedValue"
LOOKUP_NAME = "Microsoft.Dynamics.CRM.lookuplogicalname"
NAVIGATION = "Microsoft.Dynamics.CRM.associatednavigationproperty"

Values = Mapping[str, Any]


def shown_columns(table: Table, select: Sequence[Column] | None) -> list[Column]:
    """What a row shows: everything, or the chosen columns and always its id."""
    if select is None:
        return list(table.by_property.values())
    primary = table.columns[table.primary_id]
    return [*select, *([] if primary in select else [primary])]


def row_json(table: Table, columns: Iterable[Column], values: Values) -> dict[str, Any]:
    """One row, its etag first."""
    shown: dict[str, Any] = {"@odata.etag": etag_of(values)}
    for column in columns:
        shown[column.property_name] = plain(column, values[column.name])
    return shown


def etag_of(values: Values) -> str:
    return f'W/"{values["versionnumber"]}"'


def plain(column: Column, value: Any) -> Any:
    """A stored value as JSON has it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{column.name} holds a {type(value).__name__}")


def annotate(
    call: Call, table: Table, columns: Sequence[Column], rows: Sequence[tuple[dict[str, Any], Values]]
) -> None:
    """Add the annotations that the Prefer header asks for to the shown rows (pairs of shown and stored)."""
    prefer = call.prefer
    if not prefer.annotations:
        return
    lookups = [column for column in columns if column.type is Type.LOOKUP]
    targets = _targets(call, lookups, [values for _, values in rows])
    for shown, values in rows:
        for column in columns:
            value = values[column.name]
            if value is None:
                continue
            target, name = targets.get(value, (None, None)) if column in lookups else (None, None)
            property_name = column.property_name
            formatted = name if column in lookups else _formatted(column, value)
            if formatted is not None and prefer.wants(FORMATTED):
                shown[f"{property_name}@{FORMATTED}"] = formatted
            if target and prefer.wants(LOOKUP_NAME):
                shown[f"{property_name}@{LOOKUP_NAME}"] = target
            if target and prefer.wants(NAVIGATION):
                shown[f"{property_name}@{NAVIGATION}"] = _navigation(column, target)


def _navigation(column: Column, target: str) -> str:
    return next(name for name, table in column.navigations.items() if table == target)


def _targets(call: Call, lookups: Sequence[Column], rows: Sequence[Values]) -> dict[uuid.UUID, tuple[str, str | None]]:
    """Id -> table and name of the rows that lookups lead to: one question a table, not one a row."""
    wanted: dict[str, set[uuid.UUID]] = defaultdict(set)
    for column in lookups:
        ids = {values[column.name] for values in rows} - {None}
        for target in column.targets:
            wanted[target] |= ids
    found: dict[uuid.UUID, tuple[str, str | None]] = {}
    for name, ids in wanted.items():
        table = TABLES[name]
        names = rows_in(call.tenant, name).filter(**{f"{table.primary_id}__in": ids})
        for id, text in names.values_list(table.primary_id, table.primary_name or table.primary_id):
            found[id] = (name, str(text) if text is not None else None)
    return found


def _formatted(column: Column, value: Any) -> str | None:
    if column.choices:
        choice = column.choices.get(value)
        return choice.label if choice else None
    if column.type is Type.BOOLEAN:
        return "Yes" if value else "No"
    if column.type is Type.MONEY:
        return f"${value:,.2f}"
    if column.type.is_number:
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{value.month}/{value.day}/{value.year} {value.hour % 12 or 12}:{value:%M %p}"
    return f"{value.month}/{value.day}/{value.year}" if isinstance(value, date) else None
