"""What a template may see of a value: the names that are listed, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any


class Drop(Mapping[str, object]):
    """A read-only object for templates. Each value is made when it is asked for, once.

    Args:
        fields: name, in lower case -> function that makes the value. Templates may write it in any case of letters.
    """

    def __init__(self, fields: Mapping[str, Callable[[], object]]) -> None:
        self._fields = fields
        self._made: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        if name not in self._fields:
            name = str(name).lower()
        if name not in self._made:
            self._made[name] = self._fields[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __str__(self) -> str:
        return ""

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


def fields_of(values: Mapping[str, object]) -> dict[str, Callable[[], object]]:
    """Fields of a :class:`Drop` whose values are there already."""
    return {name: partial(_itself, value) for name, value in values.items()}


def _itself(value: object) -> object:
    return value


class Table(Mapping[str, object]):
    """Names, in any case of letters, to objects made one at a time; nil for a name that is not there.

    Args:
        source: what the names stand for.
        make: makes the object a template sees.
    """

    def __init__(self, source: Mapping[str, Any], make: Callable[[Any], object]) -> None:
        self._source = source
        self._make = make

    @cached_property
    def _names(self) -> dict[str, str]:
        return {name.lower(): name for name in self._source}

    def __getitem__(self, name: str) -> object:
        found = self._names.get(str(name).lower())
        return None if found is None else self._make(self._source[found])

    def __iter__(self) -> Iterator[str]:
        return iter(self._source)

    def __len__(self) -> int:
        return len(self._source)

    def __str__(self) -> str:
        return ""
