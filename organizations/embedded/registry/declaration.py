"""What a table, a column and a relationship are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class Type(StrEnum):
    """Column types, as the registry's columns.csv names them."""

    PRIMARY = "primary"
    GUID = "guid"
    STRING = "string"
    MEMO = "memo"
    INTEGER = "integer"
    BIGINT = "bigint"
    PICKLIST = "picklist"
    STATE = "state"
    STATUS = "status"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    DATE = "date"
    DECIMAL = "decimal"
    MONEY = "money"
    DOUBLE = "double"
    LOOKUP = "lookup"

    @property
    def is_text(self) -> bool:
        return self in (Type.STRING, Type.MEMO)

    @property
    def is_whole(self) -> bool:
        return self in (Type.INTEGER, Type.BIGINT, Type.PICKLIST, Type.STATE, Type.STATUS)

    @property
    def is_number(self) -> bool:
        return self.is_whole or self in (Type.DECIMAL, Type.MONEY, Type.DOUBLE)

    @property
    def is_guid(self) -> bool:
        return self in (Type.PRIMARY, Type.GUID, Type.LOOKUP)


class Kind(StrEnum):
    """Where a table comes from and who writes it."""

    STANDARD = "standard"  # always there
    PORTAL = "portal"  # there once a solution that brings it is installed
    SYSTEM = "system"  # always there, written by the organization itself


@dataclass(frozen=True)
class Choice:
    """An option of a choice column; ``state`` is the statecode that a status reason belongs to."""

    value: int
    label: str
    state: int | None = None


@dataclass(frozen=True)
class Column:
    """A column.

    Args:
        name: logical name. A lookup is read as ``_name_value``.
        targets: the tables a lookup may lead to.
        navigation: of a lookup with one target: the navigation property's name, in its own letter case.
        is_secret: never readable, never filterable.
        is_indexed: text that is looked up whatever its letter case.
    """

    name: str
    type: Type
    max_length: int | None = None
    targets: tuple[str, ...] = ()
    navigation: str = ""
    is_required: bool = False
    is_readonly: bool = False
    is_secret: bool = False
    is_indexed: bool = False
    choices: Mapping[int, Choice] = field(default_factory=dict)

    @property
    def property_name(self) -> str:
        """What the Web API calls it."""
        return f"_{self.name}_value" if self.type is Type.LOOKUP else self.name

    @property
    def navigations(self) -> dict[str, str]:
        """Navigation property -> target table. A lookup with several targets has one property for each."""
        if len(self.targets) == 1:
            return {self.navigation or self.name: self.targets[0]}
        return {f"{self.name}_{target}": target for target in self.targets}


@dataclass(frozen=True)
class Relationship:
    """A many-to-many relationship; each side has its navigation property."""

    name: str
    first_table: str
    first_navigation: str
    second_table: str
    second_navigation: str


@dataclass(frozen=True)
class Collection:
    """A one-to-many relationship, as its one side sees it.

    Args:
        name: of the relationship and of the collection-valued navigation property alike.
        table: the one side.
        source: the many side, the table with the lookup.
        navigation: the single-valued navigation property that leads back.
    """

    name: str
    table: str
    source: str
    lookup: str
    navigation: str


@dataclass(frozen=True)
class Key:
    """An alternate key: together its columns name one row."""

    name: str
    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with its columns by logical name."""

    name: str
    entity_set: str
    primary_name: str
    kind: Kind
    columns: Mapping[str, Column]
    keys: tuple[Key, ...] = ()
    schema_name: str = ""
    type_code: int = 0  # of the platform's own tables; others get theirs from 10000 on
    display_name: str = ""
    display_collection_name: str = ""

    @cached_property
    def primary_id(self) -> str:
        return next(column.name for column in self.columns.values() if column.type is Type.PRIMARY)

    @cached_property
    def by_property(self) -> Mapping[str, Column]:
        """The readable columns by their Web API names."""
        return {column.property_name: column for column in self.columns.values() if not column.is_secret}

    @cached_property
    def lookups(self) -> list[Column]:
        return [column for column in self.columns.values() if column.type is Type.LOOKUP]

    @property
    def has_state(self) -> bool:
        return "statecode" in self.columns

    def single_navigation(self, name: str) -> tuple[Column, str] | None:
        """The lookup and the target table behind a single-valued navigation property, letter case kept."""
        for column in self.lookups:
            if name in column.navigations:
                return column, column.navigations[name]
        return None
