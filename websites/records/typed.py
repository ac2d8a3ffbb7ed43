"""What a visitor typed into a field, as a value of its column; a sentence where it is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from urllib.parse import urlsplit

from babel.numbers import get_group_symbol
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from websites.records.values import Field, Kind

LARGEST = 1_000_000_000_000.0  # of an amount
WHOLE = 2_147_483_647
PATTERN = 500  # characters of a regular expression that is looked at
REPEATS = 3  # without an end, in one regular expression


class TypedWrong(ValueError):
    """``name`` is the snippet's (``Record/…``), ``text`` the English sentence."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name, self.text = name, text


REQUIRED = ("Record/Required", "Please fill in “{field}”.")
TOO_LONG = ("Record/Too Long", "“{field}” may have {limit} characters at most.")
NO_NUMBER = ("Record/No Number", "“{field}” must be a number, such as {example}.")
NO_AMOUNT = ("Record/No Amount", "“{field}” must be a number between 0 and {limit}.")
NO_DATE = ("Record/No Date", "“{field}” must be a date, written as year-month-day: 2026-12-31.")
NO_EMAIL = ("Record/No E-mail", "“{field}” must be an e-mail address, such as name@example.com.")
NO_ADDRESS = ("Record/No Address", "“{field}” must be a web address that begins with https:// or http://.")
NO_CHOICE = ("Record/No Choice", "Please choose one of the options for “{field}”.")
NO_MATCH = ("Record/No Match", "“{field}” is not written as it must be.")


def typed_value(field: Field, text: str, *, locale: str) -> object:
    """The value of the column; None for nothing typed.

    Args:
        locale: of the page, "de_DE": how numbers are written there.

    Raises:
        TypedWrong: it is no value of this field.
    """
    typed = text.strip()
    if field.kind is Kind.FLAG:
        return typed in {"on", "true", "1", "yes"}
    if not typed:
        if field.is_required:
            raise TypedWrong(*REQUIRED)
        return None
    return _READERS[field.kind](field, typed, locale)


def _text(field: Field, typed: str, locale: str) -> str:
    if len(typed) > field.limit:
        raise TypedWrong(*TOO_LONG)
    if field.pattern and not matches(field.pattern, typed):
        raise TypedWrong(*NO_MATCH)
    return typed


def _email(field: Field, typed: str, locale: str) -> str:
    try:
        validate_email(typed)
    except ValidationError as wrong:
        raise TypedWrong(*NO_EMAIL) from wrong
    return _text(field, typed, locale)


def _address(field: Field, typed: str, locale: str) -> str:
    try:
        parts = urlsplit(typed)
    except ValueError as wrong:
        raise TypedWrong(*NO_ADDRESS) from wrong
    if parts.scheme not in {"http", "https"} or not parts.hostname or not typed.isprintable() or " " in typed:
        raise TypedWrong(*NO_ADDRESS)
    return _text(field, typed, locale)


def _number(typed: str, locale: str) -> float:
    """As it is written in the page's language, or anywhere else where that leaves no doubt."""
    plain = _with_point(_SPACES.sub("", typed), get_group_symbol(locale))
    if not _NUMBER.fullmatch(plain):
        raise TypedWrong(*NO_NUMBER)
    return float(plain)


def _with_point(typed: str, group: str) -> str:
    """The last of two marks is the decimal one; a single one is, unless it groups thousands in this language."""
    marks = [mark for mark in ".," if mark in typed]
    if not marks:
        return typed
    decimal = max(marks, key=typed.rfind)
    behind = len(typed) - typed.rfind(decimal) - 1
    if len(marks) == 1 and (typed.count(decimal) > 1 or (decimal == group and behind == 3)):
        return _without_groups(typed)
    whole, _, part = typed.rpartition(decimal)
    return f"{_without_groups(whole)}.{part}"


def _without_groups(whole: str) -> str:
    """The digits of thousands that are grouped as they must be; else the text as it is, which is no number."""
    return whole.replace(",", "").replace(".", "") if _GROUPED.fullmatch(whole) else whole


def _amount(field: Field, typed: str, locale: str) -> float:
    found = _number(typed, locale)
    if not 0 <= found <= LARGEST:
        raise TypedWrong(*NO_AMOUNT)
    return round(found, 2)


def _whole(field: Field, typed: str, locale: str) -> int:
    found = _number(typed, locale)
    if found != int(found):
        raise TypedWrong(*NO_NUMBER)
    if not 0 <= found <= WHOLE:
        raise TypedWrong(*NO_AMOUNT)
    return int(found)


def _date(field: Field, typed: str, locale: str) -> str:
    try:
        found = date.fromisoformat(typed)
    except ValueError as wrong:
        raise TypedWrong(*NO_DATE) from wrong
    if len(typed) != 10 or not 1900 <= found.year <= 2200:
        raise TypedWrong(*NO_DATE)
    return typed


def _choice(field: Field, typed: str, locale: str) -> int | str:
    if typed not in {choice.value for choice in field.choices}:
        raise TypedWrong(*NO_CHOICE)
    return typed if field.kind is Kind.LOOKUP else int(typed)


def matches(pattern: str, typed: str) -> bool:
    """Whether the whole text fits. A pattern that is none, or that could run for ever, counts as fitting."""
    if len(pattern) > PATTERN or _RUNS_AWAY.search(pattern) or len(_REPEATS.findall(pattern)) > REPEATS:
        return True
    try:
        return re.fullmatch(pattern.removeprefix("^").removesuffix("$"), typed) is not None
    except re.error:
        return True


_REPEATS = re.compile(r"(?<!\\)[+*]|\{\d+,\}")
_RUNS_AWAY = re.compile(r"[+*}]\)?[+*{]|\([^)]*[+*|?][^)]*\)[+*{]|\\\d")  # nested repeats, back references
_SPACES = re.compile(r"[\s'\u2019]")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{2,3}(?:\1\d{2,3})*)?|[+-]?\d*")
_NUMBER = re.compile(r"[+-]?(?:\d{1,18}(\.\d{1,9})?|\.\d{1,9})")
_READERS: Mapping[Kind, Callable[[Field, str, str], object]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.PHONE: _text,
    Kind.EMAIL: _email,
    Kind.ADDRESS: _address,
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _amount,
    Kind.MONEY: _amount,
    Kind.DATE: _date,
    Kind.MOMENT: _date,
    Kind.CHOICE: _choice,
    Kind.LOOKUP: _choice,
}
