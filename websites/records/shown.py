"""A row's values as a page shows them, in the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from websites.objects.scene import Scene
from websites.records.values import Choice, Field, Kind
from websites.site.times import time_of

CURRENCY = "Currency"  # site setting: ISO 4217 code of amounts
YES, NO = "Yes", "No"


def locale_of(scene: Scene) -> str:
    """The page's language as Babel names it."""
    try:
        return str(Locale.parse(scene.edition.language.code, sep="-"))
    except (ValueError, UnknownLocaleError):
        return "en"


def label_of(scene: Scene, field: Field) -> str:
    return scene.snippet(f"Field/{field.label}", field.label) if field.is_translated else field.label


def choice_label(scene: Scene, field: Field, choice: Choice) -> str:
    is_ours = field.is_translated and field.kind is Kind.CHOICE
    return scene.snippet(f"Choice/{choice.label}", choice.label) if is_ours else choice.label


def value_shown(scene: Scene, field: Field, row: Mapping[str, Any]) -> str:
    """The value in words; "" for none."""
    value = row.get(field.column)
    if field.kind is Kind.LOOKUP:
        other = row.get(field.navigation)
        return str(other.get(field.shows) or "") if isinstance(other, Mapping) else ""
    if field.kind is Kind.FLAG:
        word = YES if value else NO
        return scene.snippet(f"Choice/{word}", word)
    return "" if value is None or value == "" else _shown(scene, field, value)


def value_typed(field: Field, row: Mapping[str, Any]) -> str:
    """The value as it stands in a form's control."""
    value = row.get(field.column)
    if value is None:
        return ""
    if field.kind is Kind.FLAG:
        return "on" if value else ""
    if field.kind in {Kind.DATE, Kind.MOMENT}:
        return str(value)[:10]
    if field.kind in {Kind.MONEY, Kind.DECIMAL}:
        return f"{float(value):.2f}".removesuffix(".00")
    return str(value)


def _shown(scene: Scene, field: Field, value: Any) -> str:
    locale = locale_of(scene)
    if field.kind is Kind.CHOICE:
        found = next((choice for choice in field.choices if choice.value == str(value)), None)
        return choice_label(scene, field, found) if found else str(value)
    if field.kind is Kind.MONEY:
        return _money(scene, float(value), locale)
    if field.kind in {Kind.WHOLE, Kind.DECIMAL}:
        return str(format_decimal(float(value), locale=locale))
    if field.kind in {Kind.DATE, Kind.MOMENT}:
        return _moment(field, str(value), locale)
    return str(value)


def _money(scene: Scene, amount: float, locale: str) -> str:
    currency = scene.settings.get(CURRENCY, "").strip().upper()
    if len(currency) == 3 and currency.isascii() and currency.isalpha():
        return str(format_currency(amount, currency, locale=locale))
    return str(format_decimal(amount, format="#,##0.00", locale=locale))


def _moment(field: Field, text: str, locale: str) -> str:
    at = time_of(text) if len(text) > 10 else _day(text)
    if at is None:
        return text
    if field.kind is Kind.MOMENT:
        return str(format_datetime(at, "medium", locale=locale))
    return str(format_date(at, "medium", locale=locale))


def _day(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
