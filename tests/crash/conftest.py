"""One stand for all crash tests: its start takes seconds."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.crash.stand import Stand


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stand]:
    folder = tmp_path_factory.mktemp("crash")
    for above in (folder, folder.parent):  # PostgreSQL may run as another user
        above.chmod(0o755)
    with Stand(Path(folder)) as stand:
        yield stand


@pytest.fixture
def stand(services: Stand) -> Generator[Stand]:
    """The stand without runs, messages and traces."""
    services.empty_broker()
    services.rows("TRUNCATE operations_operation CASCADE")
    services.trace_file.write_text("")
    yield services
    services.stop_worker()
