"""What a visitor typed as a value: numbers as they are written in many places, patterns that never run away."""

from __future__ import annotations

import pytest

from websites.records import Field, Kind
from websites.records.typed import TypedWrong, matches, typed_value


@pytest.mark.parametrize(
    ("typed", "locale", "value"),
    [
        ("1250", "en_US", 1250.0),
        ("1,250.50", "en_US", 1250.5),
        ("1.250,50", "en_US", 1250.5),
        ("1,250", "en_US", 1250.0),
        ("1,250", "de_DE", 1.25),
        ("1.250", "de_DE", 1250.0),
        ("1.250,5", "de_DE", 1250.5),
        ("1250.50", "de_DE", 1250.5),
        ("1 250,50", "fr_FR", 1250.5),
        ("1\u202f250", "fr_FR", 1250.0),
        ("1'250.50", "de_CH", 1250.5),
        ("1,250,000", "en_US", 1250000.0),
        ("0.126", "en_US", 0.13),
        (".5", "en_US", 0.5),
        ("1,00,000", "hi_IN", 100000.0),
    ],
)
def test_an_amount_is_understood_as_it_is_written_there(typed: str, locale: str, value: float) -> None:
    assert typed_value(Field("x", Kind.MONEY, "Amount"), typed, locale=locale) == value


@pytest.mark.parametrize("typed", ["1e9", "nan", "inf", "--1", "1..2", "1,2,3", "0x10", "1_000", "12 cats", "9" * 40])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(TypedWrong):
        typed_value(Field("x", Kind.MONEY, "Amount"), typed, locale="en_US")


@pytest.mark.parametrize(
    ("pattern", "typed", "fits"),
    [
        (r"^\d{5}$", "12345", True),
        (r"\d{5}", "1234", False),
        (r"[A-Z]{2}-\d+", "AB-17", True),
        (r"[A-Z]{2}-\d+", "AB-17 or so", False),
    ],
)
def test_a_pattern_holds_for_the_whole_text(pattern: str, typed: str, fits: bool) -> None:
    assert matches(pattern, typed) is fits


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(a?){40}a{40}", "a*a*a*a*a*b", "(", "x" * 600])
def test_a_pattern_that_could_run_for_ever_is_not_applied(pattern: str) -> None:
    assert matches(pattern, "a" * 2000)
