"""The cast of the page tests."""

from __future__ import annotations

import pytest
from django.core.cache import caches

from tests.builders.adminsite import Cast, cast


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """What a process remembers of people; what all of them do is in the database and goes with the test."""
    caches["process"].clear()


@pytest.fixture
def people(db: None) -> Cast:
    return cast()
