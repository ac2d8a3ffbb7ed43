"""What a benchmark measures against: a PostgreSQL of its own with the product's durable settings, and a web process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Database:
    """A PostgreSQL that is running. ``folder`` is temporary and goes with it."""

    folder: Path
    pid: str


@contextmanager
def database_up(settings: str = "adminsite.settings") -> Iterator[Database]:
    """A private PostgreSQL; the environment is set for Django, which is not set up yet.

    Args:
        settings: the module of Django's settings.
    """
    from adminsite.embedded.home import Home
    from adminsite.embedded.ports import port_free
    from adminsite.embedded.postgres import Postgres
    from tests.services import process_start, process_stop, ready_wait

    folder = Path(tempfile.mkdtemp(prefix="portal-bench-")).resolve()
    home = Home(folder / "services")
    home.prepare()
    postgres = Postgres(home, port_free(), {})
    postgres.ensure_cluster()
    program = postgres.program()
    process = process_start(home, program)
    try:
        ready_wait(postgres.is_ready, process, home.log / f"{program.name}.log")
        os.environ |= {
            "PORTAL_HOME": str(folder / "home"),
            "PORTAL_DATABASE_URL": postgres.url,
            "PORTAL_REDIS_URL": "redis://127.0.0.1:1/0",
            "PORTAL_DEMO": "0",
            "PORTAL_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": settings,
        }
        yield Database(folder, (home.postgres / "postmaster.pid").read_text().split()[0])
    finally:
        process_stop(process)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def web_up(folder: Path, port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """The product's web process, as Granian runs it; whether it answers yet is for whoever asks to find out.

    Args:
        folder: where it writes ``web.log``.
        options: more of Granian's, such as how many workers there are.
    """
    command = [sys.executable, "-m", "granian", "adminsite.wsgi:application", "--interface", "wsgi"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", *options]
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)
