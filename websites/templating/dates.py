"""Filters over dates: in the page's language, by the patterns of the product line (.NET) or of strftime. UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime as rfc822
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from liquid.exceptions import FilterArgumentError
from liquid.filter import with_context

_STYLES = {"short", "medium", "long", "full"}
_FORMAT_LIMIT = 100
_MONTHS, _YEARS = 1_200, 100  # nobody moves a date further than this
# A single letter stands for a whole pattern: date style, time style ("" = none).
_LETTERS = {
    "d": ("short", ""),
    "D": ("full", ""),
    "f": ("full", "short"),
    "F": ("full", "medium"),
    "g": ("short", "short"),
    "G": ("short", "medium"),
    "t": ("", "short"),
    "T": ("", "medium"),
}
_NET = re.compile(r"yyyy|yy|MMMM|MMM|MM|M|dddd|ddd|dd|d|HH|H|hh|h|mm|m|ss|s|tt|t|f+|zzz|'[^']*'|\\.|.", re.DOTALL)
_CLDR = {"dddd": "EEEE", "ddd": "EEE", "tt": "a", "t": "a", "zzz": "xxx"}


@with_context
def date_filter(value: object, style: object = "medium", *, context: Any) -> str:
    """A date in the page's language (``short``, ``medium``, ``long``, ``full``) or by a pattern."""
    at = time_in(value)
    if at is None:
        return "" if value is None or not str(value) else str(value)
    pattern, locale = str(style), _locale(context)
    if pattern in _STYLES:
        return str(format_date(at, pattern, locale=locale))
    if len(pattern) > _FORMAT_LIMIT:
        raise FilterArgumentError("the pattern of a date is too long", token=None)
    return at.strftime(pattern) if "%" in pattern else _by_net_pattern(at, pattern, locale)


def date_to_iso(value: object) -> str:
    at = time_in(value)
    return at.isoformat().replace("+00:00", "Z") if at else ""


def date_to_rfc822(value: object) -> str:
    at = time_in(value)
    return rfc822(at) if at else ""


def time_in(value: object) -> datetime | None:
    """The moment that a template has in hand: None for what is none."""
    if value == "now":
        return datetime.now(UTC)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _by_net_pattern(at: datetime, pattern: str, locale: Locale) -> str:
    if pattern in _LETTERS:
        date_style, time_style = _LETTERS[pattern]
        parts = [format_date(at, date_style, locale=locale)] if date_style else []
        parts += [format_time(at, time_style, locale=locale)] if time_style else []
        return " ".join(map(str, parts))
    cldr = "".join(_cldr(part) for part in _NET.findall(pattern))
    return str(format_datetime(at, cldr, locale=locale))


def _cldr(part: str) -> str:
    """One piece of a .NET pattern in CLDR's letters; text is quoted."""
    if part in _CLDR:
        return _CLDR[part]
    if part[0] in "yMdHhms":
        return part
    if part[0] == "f":
        return "S" * len(part)
    text = part.strip("'") if part.startswith("'") else part.removeprefix("\\")
    return "'" + text.replace("'", "''") + "'" if text.isalpha() else text.replace("'", "''")


def _locale(context: Any) -> Locale:
    return _locale_of(str(context.get(["website", "language", "code"], token=None, default="en-US")))


@lru_cache(maxsize=100)
def _locale_of(code: str) -> Locale:
    try:
        return Locale.parse(code, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en")


def _adding(unit: str) -> Any:
    """A filter that moves a date by so many of ``unit``; what cannot be is nil."""

    def moved(value: object, count: object = 0) -> datetime | None:
        at = time_in(value)
        try:
            return at + timedelta(**{unit: float(str(count))}) if at else None
        except (ValueError, OverflowError):
            return None

    return moved


def date_add_months(value: object, count: object = 0) -> datetime | None:
    """The same day some months on; the month's last day where it is shorter."""
    at = time_in(value)
    try:
        number = int(str(count))
    except ValueError:
        return None
    if at is None or abs(number) > _MONTHS:
        return None
    year, month = divmod(at.year * 12 + at.month - 1 + number, 12)
    for day in range(at.day, at.day - 4, -1):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return None


def date_add_years(value: object, count: object = 0) -> datetime | None:
    try:
        number = int(str(count))
    except ValueError:
        return None
    return date_add_months(value, number * 12) if abs(number) <= _YEARS else None


DATE_FILTERS: dict[str, Any] = {
    "date": date_filter,
    "date_to_iso": date_to_iso,
    "date_to_rfc822": date_to_rfc822,
    "date_add_days": _adding("days"),
    "date_add_hours": _adding("hours"),
    "date_add_minutes": _adding("minutes"),
    "date_add_seconds": _adding("seconds"),
    "date_add_months": date_add_months,
    "date_add_years": date_add_years,
}
