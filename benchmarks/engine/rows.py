"""One row of the table: an engine drains the same number of workflows, and its time and CPU are taken.

A peer is a process that says ``ready``, waits for a line, says ``begun <left>`` when submission is over, and ``done``
when the last workflow is.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from benchmarks.engine.cpu import cpu_seconds, machine_seconds
from benchmarks.engine.limit import limit_measure
from tests.crash.stand import ROOT, Stand

STEPS = 6
PEERS = Path(__file__).with_name("peers")
BUSY = 0.3  # cores that others may use while a row is taken


@dataclass(frozen=True)
class Row:
    """Workflows per second, CPU milliseconds of a workflow, and the cores that others used meanwhile."""

    engine: str
    per_second: float
    cpu_ms: float
    others: float

    @property
    def is_clean(self) -> bool:
        return self.others <= BUSY


@dataclass
class _Clock:
    """Time and CPU from ``start`` to ``stop``, of the services and the engine's processes."""

    roots: list[int]

    def start(self) -> None:
        self._began, self._cpu, self._machine = time.perf_counter(), cpu_seconds(self.roots), machine_seconds()

    def row(self, engine: str, workflows: int) -> Row:
        seconds = time.perf_counter() - self._began
        cpu, machine = cpu_seconds(self.roots) - self._cpu, machine_seconds() - self._machine
        return Row(engine, workflows / seconds, 1000 * cpu / workflows, max(0.0, machine - cpu) / seconds)


def row_of_product(stand: Stand, runs: int) -> Row:
    """The product's worker with its real transitions: runs queued while it stands still, then drained."""
    stand.start_worker(supervised=False)
    try:
        _submit(stand, 40)
        _until_drained(stand)
        with _standing_still(stand):
            _submit(stand, runs)
            clock = _Clock([*stand.service_pids, stand.worker_pid])
            clock.start()
        _until_drained(stand)
        return clock.row("Portal operations", runs)
    finally:
        stand.stop_worker()


def row_of_peer(stand: Stand, python: Path, engine: str, script: str, *arguments: str, runs: int) -> Row:
    command = [str(python), str(PEERS / script), *arguments, stand.postgres.url, str(stand.trace_file), str(runs)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        _expect(process, "ready")
        clock = _Clock([*stand.service_pids, process.pid])
        process.stdin.write("go\n")
        process.stdin.flush()
        left = int(_expect(process, "begun"))
        clock.start()
        _expect(process, "done")
        row = clock.row(engine, left)
        process.stdin.close()
        return row


def row_of_limit(stand: Stand, seconds: float) -> Row:
    clock = _Clock([*stand.service_pids, os.getpid()])
    clock.start()
    per_second = limit_measure(stand, seconds=seconds)
    row = clock.row("limit: pgbench, the same statements", int(per_second * seconds))
    return Row(row.engine, per_second, row.cpu_ms, row.others)


def row_clean(take: Callable[[], Row], *, tries: int = 3) -> Row:
    """Take the row again while others keep the machine busy; the last try counts as it is."""
    for _ in range(tries - 1):
        row = take()
        if row.is_clean:
            return row
    return take()


def _expect(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(word):
            return line[len(word) :].strip()
    raise RuntimeError(f"{process.args} ended before it said {word!r}.")


def _submit(stand: Stand, runs: int) -> None:
    stand.python("-m", "tests.crash.submit", str(runs), str(STEPS), "0", "trace-bare")


def _until_drained(stand: Stand) -> None:
    """Asks over one connection, and seldom: a connection costs PostgreSQL more than a workflow."""
    with closing(psycopg2.connect(stand.postgres.url)) as connection, connection, connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT 1 FROM operations_operation WHERE finished_at IS NULL LIMIT 1")
            if cursor.fetchone() is None:
                return
            connection.rollback()
            time.sleep(0.1)


@contextmanager
def _standing_still(stand: Stand) -> Iterator[None]:
    os.killpg(stand.worker_pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(stand.worker_pid, signal.SIGCONT)
