"""Fixtures that every test may use. The cast: Alice (system administrator), Bob (customizer), Charlie (stranger)."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.builders.stack import Stack, stack_running


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack, None, None]:
    """The whole product, started once by `manage.py up` with demo data. For tests marked ``stack``.

    Group them (``xdist_group("stack")``), or each worker of a parallel run starts one of its own.
    """
    with stack_running(tmp_path_factory.mktemp("stack"), PORTAL_DEMO="1") as running:
        yield running
