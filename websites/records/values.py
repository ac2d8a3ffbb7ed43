"""What a table and its fields are on a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """How a field is typed and shown."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"  # of the web
    WHOLE = "whole"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"
    FLAG = "flag"
    LOOKUP = "lookup"


@dataclass(frozen=True)
class Choice:
    """An option of a choice field; ``label`` is English, the site's words are the snippet ``Choice/<label>``."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """A column of a table on a page.

    Args:
        name: logical name of the column.
        label: English; the site's words are the snippet ``Field/<label>``.
        longest: characters at most, 0 for the kind's own limit.
        choices: of a choice; of a lookup that is typed, the rows it may lead to (value: id).
        navigation: of a lookup, the navigation property through which it is shown and written.
        shows: of a lookup, the column of the other row that is shown.
        target_set: of a lookup that is typed, the other table's entity set.
        is_translated: False where label and choices are the site's own words already.
        pattern: regular expression that a text must match, and what is said where it does not.
    """

    name: str
    kind: Kind
    label: str
    is_required: bool = False
    longest: int = 0
    choices: tuple[Choice, ...] = ()
    navigation: str = ""
    shows: str = "name"
    target_set: str = ""
    help: str = ""
    is_translated: bool = True
    pattern: str = ""
    pattern_error: str = ""
    required_error: str = ""

    @property
    def column(self) -> str:
        """What the Web API calls it when it is read."""
        return f"_{self.name}_value" if self.kind is Kind.LOOKUP else self.name

    @property
    def limit(self) -> int:
        """Characters that may be typed."""
        return self.longest or (2000 if self.kind is Kind.LONG_TEXT else 100)

    @property
    def is_number(self) -> bool:
        return self.kind in {Kind.WHOLE, Kind.DECIMAL, Kind.MONEY}

    def offering(self, choices: Iterable[Choice]) -> Field:
        """The same field with these options."""
        return replace(self, choices=tuple(choices))


@dataclass(frozen=True)
class Table:
    """A table of the organization.

    Args:
        name: logical name.
        title: the field that names a row.
        order: OData order of lists.
        also_read: columns that are read beside those of the fields.
    """

    name: str
    entity_set: str
    id: str
    title: str
    fields: tuple[Field, ...]
    order: str = ""
    also_read: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {one.name: one for one in self.fields}

    def fields_named(self, names: Iterable[str]) -> tuple[Field, ...]:
        return tuple(self.by_name[name] for name in names)

    @property
    def facts(self) -> tuple[str, ...]:
        """All fields but the one that names the row."""
        return tuple(one.name for one in self.fields if one.name != self.title)

    @property
    def select(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.id, *(one.column for one in self.fields), *self.also_read)))

    @property
    def expand(self) -> str:
        """The rows that lookups lead to, each with the one column that is shown."""
        shown = {one.navigation: one.shows for one in self.fields if one.kind is Kind.LOOKUP}
        return ",".join(f"{navigation}($select={column})" for navigation, column in shown.items())
