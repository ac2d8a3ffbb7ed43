"""Filters that are other than the library's: language-aware dates, and those that could make too much of a text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from liquid import Markup
from liquid.exceptions import FilterArgumentError
from liquid.filter import string_filter, with_context

from websites.site.cleaning import html_clean
from websites.templating.budget import ITEMS, TEXT, BudgetSpent

_STYLES = {"short", "medium", "long", "full"}
_FORMAT_LIMIT = 100


@string_filter
def safe(text: str) -> Markup:
    """HTML as HTML, cleaned: what nobody may write as text stays out."""
    return html_clean(text)


@string_filter
def replace(text: str, old: object, new: object = "") -> str:
    """Every ``old`` as ``new``, unless that grows beyond what a page may hold."""
    before, after = str(old), str(new)
    if text.count(before) * len(after) > TEXT:
        raise BudgetSpent(f"more than {TEXT} characters in one text")
    return text.replace(before, after)


def join(items: object, separator: object = " ") -> str:
    """The items as one text."""
    if not isinstance(items, (list, tuple)):
        return str(items)
    parts = [str(item) for item in items[:ITEMS]]
    if sum(map(len, parts)) + len(parts) * len(str(separator)) > TEXT:
        raise BudgetSpent(f"more than {TEXT} characters in one text")
    return str(separator).join(parts)


@with_context
def date_filter(value: object, style: object = "medium", *, context: Any) -> str:
    """A date in the page's language (``short``, ``medium``, ``long``, ``full``) or by a strftime pattern. UTC."""
    at = _time(value)
    if at is None:
        return "" if value is None or not str(value) else str(value)
    if str(style) in _STYLES:
        return str(format_date(at, str(style), locale=_locale(context)))
    if len(str(style)) > _FORMAT_LIMIT:
        raise FilterArgumentError("the pattern of a date is too long", token=None)
    return at.strftime(str(style))


def _time(value: object) -> datetime | None:
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


def _locale(context: Any) -> Locale:
    code = str(context.get(["website", "language", "code"], token=None, default="en-US"))
    try:
        return Locale.parse(code, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en")


OWN_FILTERS: dict[str, Any] = {
    "safe": safe,
    "replace": replace,
    "join": join,
    "date": date_filter,
}
REMOVED_FILTERS = ("escapejs",)  # there is no script to escape for
