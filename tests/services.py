"""Private, real services for one test run: the product's own PostgreSQL and Valkey in a temporary folder.

A pytest plugin (``-p tests.services``) because it must be done before pytest-django reads the settings; xdist's
workers find the services in the environment. They die with this process, however it ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from adminsite.embedded.home import MARKER, Home
from adminsite.embedded.ports import port_free
from adminsite.embedded.postgres import NOT_DURABLE, Postgres
from adminsite.embedded.programs import Program
from adminsite.embedded.valkey import Valkey

PATIENCE = 60.0  # seconds for a service to listen; the machine may be busy

_processes: list[subprocess.Popen[bytes]] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    if "PORTAL_TEST_HOME" not in os.environ:
        _start(Path(tempfile.mkdtemp(prefix="portal-tests-")).resolve())
    elif worker := os.environ.get("PYTEST_XDIST_WORKER", ""):
        _broker_of(int(worker.removeprefix("gw")) + 1)
    return (yield)


def _broker_of(number: int) -> None:
    """A database of the broker for each of xdist's workers: one counts the messages that it sent, not the other's."""
    address = os.environ["PORTAL_REDIS_URL"].rpartition("/")[0]
    os.environ["PORTAL_REDIS_URL"] = f"{address}/{number}"


def pytest_unconfigure() -> None:
    for process in reversed(_processes):
        process_stop(process)
    if _processes:
        shutil.rmtree(os.environ["PORTAL_TEST_HOME"], ignore_errors=True)


def process_start(home: Home, program: Program, environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start one program as the supervisor would; its output goes to ``<home>/log/<name>.log``."""
    with (home.log / f"{program.name}.log").open("ab") as log:
        return subprocess.Popen(
            program.launched(home),
            cwd=program.directory,
            env={**os.environ, MARKER: str(home.path), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=0,
        )


def process_stop(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGINT) -> None:
    """Ask it to stop, kill its group when it does not."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def ready_wait(is_ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until it is ready. Fails with the log when the process ends instead, or takes too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if is_ready():
            return
        time.sleep(0.02)
    raise RuntimeError(f"It did not become ready:\n{log.read_text()}")


def is_listening(port: int) -> bool:
    """Whether somebody listens on the loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _start(folder: Path) -> None:
    home = Home(folder / "services")
    home.prepare()
    port = port_free()
    postgres = Postgres(home, port, NOT_DURABLE)
    postgres.ensure_cluster()
    valkey = Valkey(home, port_free((port,)))
    _run(home, postgres.program(), postgres.is_ready)
    _run(home, valkey.program(), lambda: is_listening(valkey.port))
    os.environ |= {
        "PORTAL_TEST_HOME": str(folder),
        "PORTAL_HOME": str(folder / "home"),
        "PORTAL_DATABASE_URL": postgres.url,
        "PORTAL_REDIS_URL": valkey.url,
        "PORTAL_DEMO": "0",
        "PORTAL_DNS_ALLOW_PRIVATE": "1",  # name servers of tests are on loopback, their names end in .test
    }


def _run(home: Home, program: Program, is_ready: Callable[[], bool]) -> None:
    process = process_start(home, program)
    _processes.append(process)
    ready_wait(is_ready, process, home.log / f"{program.name}.log")
