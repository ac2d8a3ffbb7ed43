"""The texts that our packages have, and how they compare with what an organization shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from organizations.client.describing import NAME, PLURAL, SeenTexts
from solutions.sources import Table, sources

Seen = Mapping[str, SeenTexts]  # by table and table.column, as the organization has them


@dataclass(frozen=True)
class Comparison:
    """How many texts of a language are not there (``missing``), differ from ours (``outdated``), were changed by people
    (``kept``: they stay), and are right, by LCID."""

    missing: Counter[int] = field(default_factory=Counter)
    outdated: Counter[int] = field(default_factory=Counter)
    kept: Counter[int] = field(default_factory=Counter)
    right: Counter[int] = field(default_factory=Counter)

    @property
    def is_complete(self) -> bool:
        """Whether an update would change nothing."""
        return not self.missing.total() and not self.outdated.total()

    def __add__(self, other: Comparison) -> Comparison:
        return Comparison(
            self.missing + other.missing,
            self.outdated + other.outdated,
            self.kept + other.kept,
            self.right + other.right,
        )


def package_tables(unique_name: str) -> tuple[str, ...]:
    """The tables that a package has texts for."""
    return tuple(table.logical_name for table in sources()[unique_name].tables)


def texts_compare(unique_name: str, seen: Seen, languages: Collection[int]) -> Comparison:
    """Compare a package's texts with what the organization shows; components that it has not got do not count.

    Args:
        languages: the LCIDs that are activated.
    """
    compared = Comparison()
    for component, kind, lcid, text in _texts(unique_name):
        if component not in seen or lcid not in languages:
            continue
        there = seen[component].texts.get((kind, lcid))
        if there is None or not there.text:
            compared.missing[lcid] += 1
        elif there.text == text:
            compared.right[lcid] += 1
        else:
            (compared.outdated if there.is_managed else compared.kept)[lcid] += 1
    return compared


def languages_spoken(unique_names: Collection[str]) -> set[int]:
    """The languages that any of these packages has texts in."""
    return {lcid for name in unique_names for _, _, lcid, _ in _texts(name)}


def _texts(unique_name: str) -> Iterator[tuple[str, str, int, str]]:
    """Every text of a package: component, kind, LCID, text."""
    for table in sources()[unique_name].tables:
        yield from _table_texts(table)
        for column in table.columns:
            for lcid, text in column.labels.items():
                yield f"{table.logical_name}.{column.name}", NAME, lcid, text


def _table_texts(table: Table) -> Iterator[tuple[str, str, int, str]]:
    for lcid, (one, many) in table.labels.items():
        yield table.logical_name, NAME, lcid, one
        yield table.logical_name, PLURAL, lcid, many
