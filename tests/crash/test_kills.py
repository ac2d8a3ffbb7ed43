"""Kills worker, pool children, broker and database under load, and counts: nothing lost, nothing committed twice.

``PORTAL_CRASH_KILLS`` says how many kills (12 in the default suite, 200 and more at night). Each step appends one line
to a file outside the engine: two lines mean that it ran twice, none that it was lost.
"""

from __future__ import annotations

import os
import random
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.crash.stand import POOL, Stand

KILLS = int(os.environ.get("PORTAL_CRASH_KILLS", "12"))
STEPS = 6
SECONDS = 0.02  # a step
STARTED = re.compile(r"started ([0-9a-f-]{36})")

pytestmark = [pytest.mark.crash, pytest.mark.xdist_group("crash"), pytest.mark.timeout(120 + 15 * KILLS)]

Kill = Callable[[Stand], None]

# What is killed, and how many steps may be in flight at that moment and so run twice.
WAYS: dict[str, tuple[Kill, int]] = {
    "worker tree": (Stand.kill_worker_tree, POOL),
    "pool child": (Stand.kill_pool_child, 1),
    "database": (Stand.restart_database, 0),  # the commit is said again
    "broker": (Stand.kill_broker, POOL),
    "emptied broker": (Stand.empty_broker, 0),
    "worker parent": (Stand.kill_worker_parent, POOL),
}


@dataclass(frozen=True)
class Killed:
    """One kill: when, and how long until a step ran again (seconds)."""

    way: str
    at: float
    recovered_after: float


class Load:
    """Keeps runs coming from a process of its own, and remembers those whose start was answered."""

    def __init__(self, stand: Stand) -> None:
        self._process = stand.open("-m", "tests.crash.submit", "stream", str(STEPS), str(SECONDS))
        self.accepted: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        self.accepted.extend(found[1] for line in self._process.stdout if (found := STARTED.fullmatch(line.strip())))

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(30) == 0
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


def test_nothing_is_lost_and_nothing_committed_twice_whatever_is_killed(
    stand: Stand, record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(KILLS)
    load = Load(stand)
    stand.start_worker()
    _until_steps_run(stand, after=0.0)
    killed = [_kill(stand, way, chance) for way in _ways()]
    load.stop()
    drained_after = _drain(stand)

    _no_run_is_lost(stand, load.accepted)
    _no_step_is_committed_twice(stand)
    doubled = _doubled(stand)
    allowed = sum(WAYS[kill.way][1] for kill in killed)
    report = _report(killed, len(load.accepted), doubled, allowed, drained_after)
    record_property("kills", report)
    with capsys.disabled():
        print(f"\n{report}")  # noqa: T201 - the count is what this test is for
    assert doubled <= allowed, report
    assert max(kill.recovered_after for kill in killed) < 30, report


def test_a_worker_that_is_asked_to_stop_lets_go_between_two_steps(stand: Stand) -> None:
    stand.python("-m", "tests.crash.submit", "4", "12", "0.5")
    stand.start_worker(supervised=False)
    _until_steps_run(stand, after=0.0)
    stand.stop_worker(signal.SIGTERM)

    left = stand.rows("SELECT status, step, attempt, owner, lease_until FROM operations_operation")
    assert [row[2:] for row in left] == [(0, None, None)] * 4
    assert "Running" in {row[0] for row in left} <= {"Running", "NotStarted"}  # one that nobody had claimed yet
    assert max(row[1] for row in left) in range(1, 12)  # one that was claimed at the last moment may be at 0
    stand.start_worker()
    _drain(stand)
    assert _doubled(stand) == 0
    _no_step_is_committed_twice(stand)


def test_a_step_that_hangs_is_stopped_with_its_process_and_tried_again(stand: Stand) -> None:
    stand.python("-m", "tests.crash.submit", "hang")
    stand.start_worker()
    _drain(stand)

    assert stand.rows("SELECT status FROM operations_operation") == [("Succeeded",)]
    assert stand.rows("SELECT attempts FROM operations_operationstep ORDER BY position") == [(1,), (2,), (1,)]
    codes = stand.rows("SELECT code FROM operations_operationevent WHERE kind = 'retrying'")
    assert codes == [("operations:step-timed-out",)]


def _ways() -> list[str]:
    names = list(WAYS)
    return [names[number % len(names)] for number in range(KILLS)]


def _kill(stand: Stand, way: str, chance: random.Random) -> Killed:
    time.sleep(chance.uniform(0.4, 1.2))
    at = time.time()
    WAYS[way][0](stand)
    return Killed(way, at, _until_steps_run(stand, after=time.time()) - at)


def _until_steps_run(stand: Stand, *, after: float) -> float:
    """Wait until a step has begun after that time, and say when."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        began = next((at for _, _, at in reversed(stand.traces()) if at > after), None)
        if began is not None:
            return began
        time.sleep(0.05)
    raise AssertionError(f"No step ran for a minute:\n{(stand.home.log / 'worker.log').read_text()[-4000:]}")


def _drain(stand: Stand) -> float:
    """Wait until every run has ended, and say how long that took (seconds)."""
    began = time.monotonic()
    while time.monotonic() - began < 90:
        if not stand.rows("SELECT 1 FROM operations_operation WHERE finished_at IS NULL LIMIT 1"):
            return time.monotonic() - began
        time.sleep(0.1)
    left = stand.rows("SELECT * FROM operations_operation WHERE finished_at IS NULL")
    raise AssertionError(f"{left}\n{(stand.home.log / 'worker.log').read_text()[-4000:]}")


def _no_run_is_lost(stand: Stand, accepted: list[str]) -> None:
    """Every accepted run succeeded, told its resource in the same transaction, and ran every step."""
    rows = stand.rows("SELECT id::text, status, resource_label, error FROM operations_operation")
    assert {status for _, status, _, _ in rows} == {"Succeeded"}, rows
    assert {label for _, _, label, _ in rows} == {"finished Succeeded"}
    assert set(accepted) <= {found for found, *_ in rows}
    assert len(accepted) > KILLS
    ran = {(operation, position) for operation, position, _ in stand.traces()}
    assert ran == {(found, position) for found, *_ in rows for position in range(STEPS)}


def _no_step_is_committed_twice(stand: Stand) -> None:
    """By the steps' rows, which a constraint guards, and by the events, which nothing but the fence does."""
    counted = stand.rows(
        """SELECT run.id, jsonb_array_length(run.plan),
                  (SELECT count(*) FROM operations_operationstep WHERE operation_id = run.id AND status = 'done'),
                  (SELECT count(*) FROM operations_operationevent WHERE operation_id = run.id AND kind = 'step_done'),
                  (SELECT count(*) FROM operations_operationevent WHERE operation_id = run.id AND kind = 'succeeded')
             FROM operations_operation AS run"""
    )
    assert [row for row in counted if row[1:] != (row[1], row[1], row[1], 1)] == []


def _doubled(stand: Stand) -> int:
    """How many executions were one too many."""
    ran = Counter((operation, position) for operation, position, _ in stand.traces())
    return sum(times - 1 for times in ran.values())


def _report(killed: list[Killed], runs: int, doubled: int, allowed: int, drained_after: float) -> str:
    lines = [
        f"{len(killed)} kills, {runs} runs: 0 lost, 0 committed twice, {doubled} executions doubled (<= {allowed})"
    ]
    for way in WAYS:
        times = sorted(kill.recovered_after for kill in killed if kill.way == way)
        if times:
            lines.append(
                f"  {way}: next step after {times[len(times) // 2]:.1f} s (median), {times[-1]:.1f} s (longest)"
            )
    return "\n".join([*lines, f"  drained {drained_after:.1f} s after the last"])
