"""Reads the sources of our packages: one ``packages/<unique name>/package.toml`` each, checked while it is read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from portals.languages import PORTAL_LANGUAGES
from solutions.columns import ColumnSource, columns_added, columns_owned

PACKAGES = Path(__file__).parent / "packages"
ENGLISH = 1033

_T = TypeVar("_T")

_VERSION = re.compile(r"^\d{1,9}(\.\d{1,9}){3}$")
_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{1,64}$")
_KEYS = {
    "unique_name",
    "friendly_name",
    "version",
    "description",
    "features",
    "extends",
    "translations",
    "requires",
}
_OPTIONAL_KEYS = {"tables", "columns"}


class BadSource(ValueError):
    """A package's source cannot be read; the sentence names the file and what is wrong."""


@dataclass(frozen=True)
class Table:
    """A table that a package brings (or extends): its names by LCID as (one, many)."""

    logical_name: str
    labels: Mapping[int, tuple[str, str]]
    is_extended: bool
    added: tuple[str, ...] = ()  # columns that an extended table gets

    @property
    def one(self) -> Mapping[int, str]:
        """What one row is called, by LCID."""
        return {lcid: names[0] for lcid, names in self.labels.items()}

    @property
    def columns(self) -> tuple[ColumnSource, ...]:
        """The columns that the package brings."""
        if self.is_extended:
            return columns_added(self.logical_name, self.added, table_titles())
        return columns_owned(self.logical_name, table_titles())


@dataclass(frozen=True)
class PackageSource:
    """One package as its file says it. ``requires`` maps unique names to lowest versions."""

    unique_name: str
    friendly_names: Mapping[int, str]
    version: str
    description: str
    features: tuple[str, ...]
    requires: Mapping[str, str]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class ExternalSolution:
    """A solution of another product: its name for people, and a table that it is known by."""

    unique_name: str
    friendly_name: str
    table: str


@cache
def sources() -> Mapping[str, PackageSource]:
    """Every package by unique name.

    Raises:
        BadSource: a file is not as it must be.
    """
    read = [source_read(path) for path in sorted(PACKAGES.glob("*/package.toml"))]
    return {source.unique_name: source for source in read}


@cache
def table_titles() -> Mapping[str, Mapping[int, str]]:
    """What one row of each of our tables is called, by the table's logical name and LCID."""
    return {
        table.logical_name: table.one
        for source in sources().values()
        for table in source.tables
        if not table.is_extended
    }


@cache
def externals() -> Mapping[str, ExternalSolution]:
    """The solutions of other products that ours ask for, by unique name."""
    entries = tomllib.loads((PACKAGES / "external.toml").read_text("utf-8"))
    return {name: ExternalSolution(name, entry["friendly_name"], entry["table"]) for name, entry in entries.items()}


def source_read(path: Path) -> PackageSource:
    """The package that ``path`` describes.

    Raises:
        BadSource: not TOML, a key missing or unknown, a wrong name, version or language.
    """
    try:
        return _checked(tomllib.loads(path.read_text("utf-8")), folder=path.parent.name)
    except (ValueError, KeyError, TypeError) as wrong:
        raise BadSource(f"{path.parent.name}/{path.name}: {wrong}") from wrong


def _checked(entries: dict[str, Any], *, folder: str) -> PackageSource:
    if odd := (_KEYS - entries.keys()) | (entries.keys() - _KEYS - _OPTIONAL_KEYS):
        raise ValueError(f"the keys {sorted(odd)} are missing or unknown.")
    tables = entries.get("tables", {})
    if entries["unique_name"] != folder or not _NAME.match(folder):
        raise ValueError(f"the unique name must be the folder's name, not {entries['unique_name']!r}.")
    for version in (entries["version"], *entries["requires"].values()):
        if not _VERSION.match(version):
            raise ValueError(f"{version!r} is no version of four numbers.")
    extended, added = set(entries["extends"]), entries.get("columns", {})
    if added.keys() - extended:
        raise ValueError(f"the tables {sorted(added.keys() - extended)} get columns and are not extended.")
    if extended - tables.keys():
        raise ValueError(f"no labels for the tables {sorted(extended - tables.keys())}.")
    return PackageSource(
        unique_name=folder,
        friendly_names={ENGLISH: entries["friendly_name"]} | _by_language(entries["translations"]),
        version=entries["version"],
        description=entries["description"],
        features=tuple(entries["features"]),
        requires=entries["requires"],
        tables=tuple(
            _table(name, labels, name in extended, tuple(added.get(name, ()))) for name, labels in tables.items()
        ),
    )


def _table(name: str, labels: dict[str, list[str]], is_extended: bool, added: tuple[str, ...]) -> Table:
    by_language = {lcid: (one, many) for lcid, (one, many) in _by_language(labels).items()}
    if ENGLISH not in by_language:
        raise ValueError(f"the table {name} has no English name.")
    return Table(name, by_language, is_extended, added)


def _by_language(entries: dict[str, _T]) -> dict[int, _T]:
    by_language = {int(lcid): value for lcid, value in entries.items()}
    if by_language.keys() - PORTAL_LANGUAGES.keys():
        raise ValueError(f"{sorted(by_language.keys() - PORTAL_LANGUAGES.keys())} are no portal languages.")
    return by_language
