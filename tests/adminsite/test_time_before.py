"""How long before the case something was, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adminsite.templatetags.journey import time_before

CASE = datetime(2026, 11, 29, 7, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "less than a minute"), (59, "less than a minute"), (61, "1 minute")]
)
def test_nothing_was_done_0_minutes_before(seconds: int, words: str) -> None:
    assert time_before(CASE - timedelta(seconds=seconds), CASE).replace("\xa0", " ") == words
