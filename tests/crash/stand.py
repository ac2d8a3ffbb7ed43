"""The engine with services of its own: durable PostgreSQL, Valkey, and a real worker that is restarted when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg2  # type: ignore[import-untyped]
import redis

from adminsite.embedded.home import Home
from adminsite.embedded.ports import port_free
from adminsite.embedded.postgres import Postgres
from adminsite.embedded.programs import Program
from adminsite.embedded.valkey import Valkey
from tests.services import is_listening, process_start, process_stop, ready_wait

ROOT = Path(__file__).resolve().parents[2]
RESTART = 1.0  # seconds until the supervisor starts a dead worker again
POOL = 4


@dataclass
class Stand:
    """Services and worker under ``folder``. Use as a context manager; ``start_worker`` begins to supervise."""

    folder: Path
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _keeper: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.home = Home(self.folder / "stand")
        self.home.prepare()
        self.postgres = Postgres(self.home, port_free())
        self.valkey = Valkey(self.home, port_free((self.postgres.port,)))
        self.trace_file = self.folder / "trace.txt"
        self.trace_file.touch()

    def __enter__(self) -> Stand:
        self.postgres.ensure_cluster()
        self.start_postgres()
        self.start_valkey()
        self.python("manage.py", "migrate", "--verbosity", "0")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_worker()
        for name in ("valkey", "postgres"):
            process_stop(self._processes[name])

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.crash.settings",
            "PORTAL_HOME": str(self.folder / "home"),
            "PORTAL_DATABASE_URL": self.postgres.url,
            "PORTAL_REDIS_URL": self.valkey.url,
            "PORTAL_TRACE_FILE": str(self.trace_file),
            "PORTAL_DEMO": "0",
        }

    def python(self, *arguments: str) -> str:
        """Run a Python program of the product on this stand; it must succeed. Returns what it printed."""
        command = [sys.executable, *arguments]
        found = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=100)
        if found.returncode:
            raise RuntimeError(found.stdout + found.stderr)
        return found.stdout

    def open(self, *arguments: str) -> subprocess.Popen[str]:
        """The same for a program that is talked to; its log goes to ``<home>/log/python.log``."""
        with (self.home.log / "python.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def start_postgres(self) -> None:
        self._start(self.postgres.program(), self.postgres.is_ready)

    def start_valkey(self) -> None:
        self._start(self.valkey.program(), lambda: is_listening(self.valkey.port))

    def start_worker(self, *options: str, supervised: bool = True) -> None:
        """The product's worker, restarted after RESTART seconds whenever it ends."""
        self._worker = ("-m", "celery", "-A", "adminsite.celery:app", "worker", "--loglevel=warning", *WORKER, *options)
        self._stopped.clear()
        self._launch_worker()
        if supervised:
            self._keeper = threading.Thread(target=self._keep, daemon=True)
            self._keeper.start()

    def stop_worker(self, number: signal.Signals = signal.SIGKILL) -> None:
        self._stopped.set()
        if self._keeper is not None:
            self._keeper.join()
            self._keeper = None
        if "worker" in self._processes:
            process = self._processes.pop("worker")
            if number != signal.SIGKILL:
                process.send_signal(number)
                process.wait(30)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def kill_worker_tree(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._processes["worker"].pid, signal.SIGKILL)

    def kill_worker_parent(self) -> None:
        self._processes["worker"].kill()

    def kill_pool_child(self) -> None:
        for child in self.pool_children()[:1]:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    @property
    def worker_pid(self) -> int:
        return self._processes["worker"].pid

    @property
    def service_pids(self) -> list[int]:
        return [self._processes[name].pid for name in ("postgres", "valkey")]

    def stop_valkey(self) -> None:
        process_stop(self._processes["valkey"])

    def pool_children(self) -> list[int]:
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.worker_pid)], capture_output=True, text=True)
        return sorted(int(pid) for pid in found.stdout.split())

    def kill_broker(self) -> None:
        """Kill it, and start it again half a second later."""
        self._kill("valkey")
        time.sleep(0.5)
        self.start_valkey()

    def empty_broker(self) -> None:
        """Everything it holds is gone."""
        redis.Redis.from_url(self.valkey.url).flushall()

    def restart_database(self) -> None:
        """Immediate stop, as in a crash: connections are cut, nothing is flushed, recovery at the start."""
        process = self._processes["postgres"]
        process.send_signal(signal.SIGQUIT)
        process.wait(30)
        time.sleep(0.5)
        (self.home.postgres / "postmaster.pid").unlink(missing_ok=True)
        self.start_postgres()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database, past the engine."""
        connection = psycopg2.connect(self.postgres.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def traces(self) -> list[tuple[str, int, float]]:
        """Every step that ran: operation, position, when."""
        lines = [line.split() for line in self.trace_file.read_text().splitlines()]
        return [(parts[1], int(parts[2]), float(parts[3])) for parts in lines]

    def _start(self, program: Program, is_ready: Any) -> None:
        process = process_start(self.home, program)
        self._processes[program.name] = process
        ready_wait(is_ready, process, self.home.log / f"{program.name}.log")

    def _kill(self, name: str) -> None:
        process = self._processes[name]
        process.kill()
        process.wait(10)

    def _launch_worker(self) -> None:
        with (self.home.log / "worker.log").open("ab") as log:
            self._processes["worker"] = subprocess.Popen(
                [sys.executable, *self._worker],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )

    def _keep(self) -> None:
        while not self._stopped.wait(0.05):
            process = self._processes["worker"]
            if process.poll() is not None:
                if self._stopped.wait(RESTART):
                    return
                with suppress(ProcessLookupError):  # what is left of the dead one, as the product's launcher does
                    os.killpg(process.pid, signal.SIGKILL)
                self._launch_worker()


WORKER = ("--concurrency", str(POOL), "--without-gossip", "--without-mingle", "--pool", "prefork")
