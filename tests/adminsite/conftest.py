"""The cast of the page tests."""

from __future__ import annotations

import pytest

from tests.builders.adminsite import Cast, cast


@pytest.fixture
def people(db: None) -> Cast:
    return cast()
