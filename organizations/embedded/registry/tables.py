"""Reads the declaration from the CSV files beside this module; they were made once from the platform's own and are
kept by hand since."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from organizations.embedded.registry.declaration import Choice, Collection, Column, Key, Kind, Relationship, Table, Type

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


TITLES: Mapping[str, str] = {row["column"]: row["title"] for row in _read("titles.csv")}  # of columns, for people
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


def _named(table: str, position: int) -> dict[str, Any]:
    """A table's names for people and its type code; made of the logical name where names.csv has none."""
    row = _NAMES.get(table)
    if row is not None:
        return {**{name: row[name] for name in _NAMED}, "type_code": int(row["object_type_code"])}
    words = re.sub(r"^(adx|msdyn)_", "", table).replace("_", " ").title()
    return {
        "schema_name": table,
        "type_code": 10000 + position,
        "display_name": words,
        "display_collection_name": f"{words}s",
    }


_NAMED = ("schema_name", "display_name", "display_collection_name")
_NAMES = {row["table"]: row for row in _read("names.csv")}


def _tables() -> dict[str, Table]:
    columns: dict[str, dict[str, Column]] = defaultdict(dict)
    for row in _read("columns.csv"):
        columns[row["table"]][row["column"]] = _column(row)
    keys: dict[str, list[Key]] = defaultdict(list)
    for row in _read("keys.csv"):
        keys[row["table"]].append(Key(row["name"], row["table"], tuple(row["columns"].split("|"))))
    return {
        row["table"]: Table(
            name=row["table"],
            entity_set=row["entity_set"],
            primary_name=row["primary_name"],
            kind=Kind(row["kind"]),
            columns={**columns[row["table"]], **{column.name: column for column in _common(row)}},
            keys=tuple(keys[row["table"]]),
            **_named(row["table"], position),
        )
        for position, row in enumerate(_read("tables.csv"))
    }


def _collections(tables: Mapping[str, Table]) -> Iterator[Collection]:
    """A one-to-many relationship for each lookup and target, by its own name or by the rule of :func:`_by_rule`."""
    named = {(row["table"], row["lookup"], row["target"]): row["name"] for row in _read("collections.csv")}
    ways = Counter(
        (table.name, target) for table in tables.values() for lookup in table.lookups for target in lookup.targets
    )
    for table in tables.values():
        for lookup in table.lookups:
            for navigation, target in lookup.navigations.items():
                is_alone = ways[table.name, target] == 1
                name = named.get((table.name, lookup.name, target)) or _by_rule(table.name, lookup, target, is_alone)
                yield Collection(name, target, table.name, lookup.name, navigation)


def _by_rule(table: str, lookup: Column, target: str, is_alone: bool) -> str:
    """As the platform names most: ``lk_contact_createdby``, ``adx_website_webpage``."""
    if lookup.name in ("createdby", "modifiedby"):
        return f"lk_{table}_{lookup.name}"
    if lookup.name == "ownerid":
        return f"user_{table}"
    prefix = "adx_" if "adx_" in (table[:4], target[:4]) else ""
    name = f"{prefix}{target.removeprefix('adx_')}_{table.removeprefix('adx_')}"
    return name if is_alone or target == "systemuser" else f"{name}_{lookup.name.removeprefix('adx_')}"


TABLES: Mapping[str, Table] = _tables()
COLLECTIONS: tuple[Collection, ...] = tuple(_collections(TABLES))
TABLES_BY_SET: Mapping[str, Table] = {table.entity_set: table for table in TABLES.values()}
LANGUAGES: tuple[dict[str, str], ...] = tuple(_read("languages.csv"))  # rows of languagelocale
RELATIONSHIPS: tuple[Relationship, ...] = tuple(Relationship(**row) for row in _read("relationships.csv"))
