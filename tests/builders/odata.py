"""Filters of the Web API over rows in memory: and, or, not, comparisons, contains, null, paths over a lookup."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Row = Mapping[str, Any]
Follow = Callable[[Row, str], Row | None]
_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|\(|\)|,|[^\s(),]+)")


def holds(row: Row, filter: str, follow: Follow) -> bool:
    """Whether ``row`` fits; ``follow`` gives the row that a navigation property leads to."""
    return not filter or _Reader(_TOKEN.findall(filter), row, follow).alternatives()


def expands(text: str) -> list[tuple[str, list[str]]]:
    """``a($select=x;$expand=b($select=y)),c`` as names with their options."""
    found = []
    for part in _split(text, ","):
        name, _, options = part.partition("(")
        found.append((name.strip(), _split(options[:-1], ";") if options else []))
    return found


def _split(text: str, separator: str) -> list[str]:
    """At separators that stand outside of all brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part]


class _Reader:
    """Reads tokens and says whether the row fits, as it goes."""

    def __init__(self, tokens: list[str], row: Row, follow: Follow) -> None:
        self._tokens, self._row, self._follow = tokens, row, follow

    def alternatives(self) -> bool:
        found = self._all()
        while self._eat("or"):
            found = self._all() or found
        return found

    def _all(self) -> bool:
        found = self._one()
        while self._eat("and"):
            found = self._one() and found
        return found

    def _one(self) -> bool:
        if self._eat("not"):
            return not self._one()
        if self._eat("("):
            found = self.alternatives()
            assert self._eat(")")
            return found
        first = self._tokens.pop(0)
        return self._call(first) if self._eat("(") else self._comparison(first)

    def _call(self, name: str) -> bool:
        column, _, wanted, _ = (self._tokens.pop(0) for _ in range(4))
        has, text = _lower(self._value(column)), _lower(_literal(wanted))
        fits = {"contains": text in has, "startswith": has.startswith(text), "endswith": has.endswith(text)}
        return fits[name]

    def _comparison(self, path: str) -> bool:
        operator, wanted = self._tokens.pop(0), _literal(self._tokens.pop(0))
        value = self._value(path)
        if operator in {"eq", "ne"}:
            return (_lower(value) == _lower(wanted)) is (operator == "eq")
        if value is None:
            return False
        less, same = _lower(value) < _lower(wanted), _lower(value) == _lower(wanted)
        return {"lt": less, "le": less or same, "gt": not less and not same, "ge": not less}[operator]

    def _value(self, path: str) -> Any:
        *navigations, column = path.split("/")
        row: Row | None = self._row
        for navigation in navigations:
            row = self._follow(row, navigation) if row else None
        return row.get(column) if row else None

    def _eat(self, token: str) -> bool:
        if self._tokens and self._tokens[0] == token:
            self._tokens.pop(0)
            return True
        return False


def _literal(token: str) -> Any:
    if token.startswith("'"):
        return token[1:-1].replace("''", "'")
    return {"null": None, "true": True, "false": False}.get(token, token)


def _lower(value: Any) -> str:
    return "" if value is None else str(value).lower()
