"""The question of a condition step: ``numberofemployees > 50 and address1_country == "Norway"``, asked of a row.

Comparisons ``= == != <> > >= < <=`` and ``is null``, ``is not null``; ``and && &``, ``or || |``, ``not !``, brackets.
Values are numbers, texts in quotes, ``true``, ``false``, ``null``. What cannot be read is not true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LONGEST = 2000
DEEPEST = 20
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<mark>==|!=|<>|>=|<=|&&|\|\||[=><&|!()])"""
    r"""|(?P<word>[A-Za-z_][A-Za-z0-9_]*))"""
)
_AND, _OR, _NOT = {"and", "&&", "&"}, {"or", "||", "|"}, {"not", "!"}


class ConditionWrong(ValueError):
    """It cannot be read."""


def condition_holds(condition: str, row: Mapping[str, Any]) -> bool:
    """Whether the row is as the condition says."""
    try:
        return _Reader(_tokens(condition), row).whole()
    except (ConditionWrong, IndexError):
        return False


def condition_columns(condition: str) -> set[str]:
    """The columns that the condition asks about."""
    words = {"and", "or", "not", "is", "null", "true", "false"}
    try:
        return {token for token in _tokens(condition) if re.match(r"[A-Za-z_]", token)} - words
    except ConditionWrong:
        return set()


def _tokens(condition: str) -> list[str]:
    if len(condition) > LONGEST:
        raise ConditionWrong("too long")
    found, at, text = [], 0, condition.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionWrong(text[at : at + 20])
        token = str(match.group(match.lastgroup or 0))
        found.append(token.lower() if match.lastgroup == "word" else token)
        at = match.end()
    return found


class _Reader:
    def __init__(self, tokens: list[str], row: Mapping[str, Any]) -> None:
        self._tokens, self._row, self._depth = tokens, row, 0

    def whole(self) -> bool:
        found = self._any()
        if self._tokens:
            raise ConditionWrong(self._tokens[0])
        return found

    def _any(self) -> bool:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ConditionWrong("nested too deeply")
        found = self._all()
        while self._eat(_OR):
            found = self._all() or found
        self._depth -= 1
        return found

    def _all(self) -> bool:
        found = self._one()
        while self._eat(_AND):
            found = self._one() and found
        return found

    def _one(self) -> bool:
        if self._eat(_NOT):
            return not self._one()
        if self._eat({"("}):
            found = self._any()
            if not self._eat({")"}):
                raise ConditionWrong("a bracket is missing")
            return found
        return self._comparison()

    def _comparison(self) -> bool:
        name = self._tokens.pop(0)
        if not re.match(r"[a-z_]", name):
            raise ConditionWrong(name)
        value = self._row.get(name)
        if not self._tokens or self._tokens[0] in _AND | _OR | {")"}:
            return bool(value)
        operator = self._tokens.pop(0)
        if operator == "is":
            is_not = self._eat({"not"})
            if self._tokens.pop(0) != "null":
                raise ConditionWrong("is what?")
            return (value is None or value == "") is not is_not
        return _compare(operator, value, _literal(self._tokens.pop(0)))

    def _eat(self, tokens: set[str]) -> bool:
        if self._tokens and self._tokens[0] in tokens:
            self._tokens.pop(0)
            return True
        return False


def _literal(token: str) -> object:
    if token[0] in "\"'":
        return token[1:-1]
    words: dict[str, object] = {"true": True, "false": False, "null": None}
    if token in words:
        return words[token]
    try:
        return float(token)
    except ValueError as wrong:
        raise ConditionWrong(token) from wrong


def _compare(operator: str, value: object, wanted: object) -> bool:
    one, other = _comparable(value), _comparable(wanted)
    if operator in {"=", "=="}:
        return one == other
    if operator in {"!=", "<>"}:
        return one != other
    if not isinstance(one, float) or not isinstance(other, float):
        return False
    marks = {">": one > other, ">=": one >= other, "<": one < other, "<=": one <= other}
    if operator not in marks:
        raise ConditionWrong(operator)
    return marks[operator]


def _comparable(value: object) -> object:
    """Numbers as numbers, texts in any case of letters, an empty text as nothing."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return float(value)
    return str(value).casefold() or None
