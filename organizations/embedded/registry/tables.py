"""Reads the declaration from the CSV files beside this module; they were made once from the platform's own and are
kept by hand since."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from organizations.embedded.registry.declaration import Choice, Column, Kind, Relationship, Table, Type

_HERE = Path(__file__).parent
_SYSTEM_USER = ("systemuser",)
_EVERYBODY = "*"  # choices that hold for every table with that column


def _read(name: str) -> Iterator[dict[str, str]]:
    with (_HERE / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _choices() -> dict[tuple[str, str], dict[int, Choice]]:
    found: dict[tuple[str, str], dict[int, Choice]] = defaultdict(dict)
    for row in _read("choices.csv"):
        state = int(row["state"]) if row["state"] else None
        found[row["table"], row["column"]][int(row["value"])] = Choice(int(row["value"]), row["label"], state)
    return found


_CHOICES = _choices()


def _choices_of(table: str, column: str) -> Mapping[int, Choice]:
    return _CHOICES.get((table, column)) or _CHOICES.get((_EVERYBODY, column)) or {}


def _column(row: dict[str, str]) -> Column:
    type_ = Type(row["type"])
    flags = row["flags"].split("|")
    return Column(
        name=row["column"],
        type=type_,
        max_length=int(row["max_length"]) if row["max_length"] else None,
        targets=tuple(row["targets"].split("|")) if row["targets"] else (),
        navigation=row["navigation"],
        is_required=row["required"] == "1",
        is_readonly="readonly" in flags or type_ is Type.PRIMARY,
        is_secret="secret" in flags,
        is_indexed="indexed" in flags,
        choices=_choices_of(row["table"], row["column"]) if type_ is Type.PICKLIST else {},
    )


def _common(table: dict[str, str]) -> Iterator[Column]:
    """The columns that every table has."""
    yield Column("createdon", Type.DATETIME, is_readonly=True)
    yield Column("modifiedon", Type.DATETIME, is_readonly=True)
    yield Column("createdby", Type.LOOKUP, targets=_SYSTEM_USER, navigation="createdby", is_readonly=True)
    yield Column("modifiedby", Type.LOOKUP, targets=_SYSTEM_USER, navigation="modifiedby", is_readonly=True)
    yield Column("versionnumber", Type.BIGINT, is_readonly=True)
    if table["has_owner"] == "1":
        yield Column("ownerid", Type.LOOKUP, targets=_SYSTEM_USER, navigation="ownerid")
    if table["has_state"] == "1":
        name = table["table"]
        yield Column("statecode", Type.STATE, choices=_choices_of(name, "statecode"))
        yield Column("statuscode", Type.STATUS, choices=_choices_of(name, "statuscode"))


def _tables() -> dict[str, Table]:
    columns: dict[str, dict[str, Column]] = defaultdict(dict)
    for row in _read("columns.csv"):
        columns[row["table"]][row["column"]] = _column(row)
    return {
        row["table"]: Table(
            name=row["table"],
            entity_set=row["entity_set"],
            primary_name=row["primary_name"],
            kind=Kind(row["kind"]),
            columns={**columns[row["table"]], **{column.name: column for column in _common(row)}},
        )
        for row in _read("tables.csv")
    }


TABLES: Mapping[str, Table] = _tables()
TABLES_BY_SET: Mapping[str, Table] = {table.entity_set: table for table in TABLES.values()}
LANGUAGES: tuple[dict[str, str], ...] = tuple(_read("languages.csv"))  # rows of languagelocale
RELATIONSHIPS: tuple[Relationship, ...] = tuple(Relationship(**row) for row in _read("relationships.csv"))
