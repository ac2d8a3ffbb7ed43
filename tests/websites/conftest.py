"""A portal runtime in this process: the real door, the real views, rows in memory."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import override_settings

from tests.builders.websites import RowsInMemory, SiteInMemory, runtime_of
from tests.websites.browsing import browser_close
from tests.websites.visitor import Visitor
from websites.runtime import Runtime, runtime_use


@pytest.fixture(scope="session", autouse=True)
def the_browser_ends() -> Generator[None, None, None]:
    yield
    browser_close()


@pytest.fixture
def rows() -> RowsInMemory:
    return RowsInMemory()


@pytest.fixture
def site(rows: RowsInMemory) -> SiteInMemory:
    return SiteInMemory(rows)


@pytest.fixture
def held(rows: RowsInMemory, tmp_path: Path) -> Generator[Runtime, None, None]:
    """The process's memory."""
    made = runtime_of(rows, tmp_path / "websites")
    runtime_use(made)
    yield made
    runtime_use(None)


@pytest.fixture
def visitor(held: Runtime, db: None) -> Generator[Visitor, None, None]:
    """Asks the websites application, as the edge does."""
    runtime_settings = {
        "ROOT_URLCONF": "websites.urls",
        "MIDDLEWARE": ["websites.middleware.PortalMiddleware"],
        "ALLOWED_HOSTS": ["*"],
        "APPEND_SLASH": False,
        "FILE_UPLOAD_HANDLERS": ["websites.uploads.PortalFileHandler"],
    }
    for signal in (request_started, request_finished):  # they would end the test's transaction
        signal.disconnect(close_old_connections)
    with override_settings(**runtime_settings):
        yield Visitor()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
