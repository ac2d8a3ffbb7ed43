"""The cast of the page tests."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.builders.adminsite import Cast, cast


@pytest.fixture(autouse=True)
def nobody_is_locked_out() -> None:
    """Sign-ins are counted in the cache, and the tests all come from one address."""
    cache.clear()


@pytest.fixture
def people(db: None) -> Cast:
    return cast()
