"""The columns that our packages bring: all of their own tables, and those that they add to tables of the organization.

What a column is says the embedded organization's registry, which follows Microsoft's Common Data Model; what people
call it says ``packages/columns.csv``, one line for a name wherever it is used.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from organizations.embedded.registry import TABLES, Column, Type

NAMES = Path(__file__).parent / "packages" / "columns.csv"
_COMMON = frozenset(
    {"createdon", "modifiedon", "createdby", "modifiedby", "versionnumber", "ownerid", "statecode", "statuscode"}
)
_XML_TYPES: Mapping[Type, str] = {
    Type.PRIMARY: "primarykey",
    Type.GUID: "uniqueidentifier",
    Type.STRING: "nvarchar",
    Type.MEMO: "ntext",
    Type.INTEGER: "int",
    Type.BIGINT: "bigint",
    Type.PICKLIST: "picklist",
    Type.STATE: "state",
    Type.STATUS: "status",
    Type.BOOLEAN: "bit",
    Type.DATETIME: "datetime",
    Type.DATE: "datetime",
    Type.DECIMAL: "decimal",
    Type.MONEY: "money",
    Type.DOUBLE: "float",
    Type.LOOKUP: "lookup",
}


@dataclass(frozen=True)
class ColumnSource:
    """A column as a package describes it; ``labels`` by LCID."""

    name: str
    xml_type: str
    max_length: int | None
    is_required: bool
    labels: Mapping[int, str]


Titles = Mapping[str, Mapping[int, str]]  # what one row of each of our tables is called, by logical name and LCID


def columns_owned(table: str, titles: Titles) -> tuple[ColumnSource, ...]:
    """Every column of a table that a package brings; those that every table has are the organization's own."""
    known = TABLES.get(table)
    columns = [column for column in known.columns.values() if column.name not in _COMMON] if known else []
    return tuple(_source(column, titles) for column in columns)


def columns_added(table: str, names: Iterable[str], titles: Titles) -> tuple[ColumnSource, ...]:
    """The named columns of a table of the organization.

    Raises:
        ValueError: the table has no such column.
    """
    known = TABLES[table].columns if table in TABLES else {}
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"the table {table} has no columns {unknown}.")
    return tuple(_source(known[name], titles) for name in names)


@cache
def _names() -> Mapping[str, Mapping[int, str]]:
    with NAMES.open(newline="", encoding="utf-8") as file:
        return {row.pop("column"): {int(lcid): text for lcid, text in row.items()} for row in csv.DictReader(file)}


def _source(column: Column, titles: Titles) -> ColumnSource:
    return ColumnSource(
        name=column.name,
        xml_type=_XML_TYPES[column.type],
        max_length=column.max_length,
        is_required=column.is_required,
        labels=_labels(column, titles),
    )


def _labels(column: Column, titles: Titles) -> Mapping[int, str]:
    """A primary key, and a lookup that is named after its table, is called as the table is."""
    table = column.name.removesuffix("id")
    if column.type is Type.PRIMARY and table in titles:
        return titles[table]
    return _names().get(column.name) or titles[table]
