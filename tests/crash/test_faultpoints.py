"""The process dies at each point where something was just written or is about to be; the next one goes on."""

from __future__ import annotations

import subprocess
import uuid
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest

from operations.faultpoints import POINTS
from tests.crash.stand import Stand

pytestmark = [pytest.mark.crash, pytest.mark.xdist_group("crash")]

KILLED = -9

# Each point, and the later passes of those that a run comes by more than once.
DEATHS = [
    ("start.before_commit", "run"),
    ("start.committed", "run"),
    ("claim.before", "run"),
    ("claim.committed", "run"),
    ("claim.committed:2", "run"),
    ("claim.committed:3", "run"),
    ("step.before", "run"),
    ("step.before:4", "run"),
    ("step.acted", "run"),
    ("step.acted:2", "run"),
    ("step.acted:3", "run"),
    ("step.acted:4", "run"),
    ("step.committed", "run"),
    ("step.committed:2", "run"),
    ("step.committed:3", "run"),
    ("release.before", "run"),
    ("release.before:2", "run"),
    ("release.committed", "run"),
    ("release.committed:2", "run"),
    ("final.before", "run"),
    ("final.called_back", "run"),
    ("final.committed", "run"),
    ("reconcile.taken", "run"),
    ("reconcile.published", "run"),
    ("cancel.requested", "cancel"),
    ("final.before", "cancel"),
    ("final.called_back", "cancel"),
    ("final.committed", "cancel"),
]


@pytest.fixture(scope="module")
def driver(services: Stand) -> Generator[subprocess.Popen[str]]:
    with services.open("-m", "tests.crash.drive") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.communicate()


def _drive(driver: subprocess.Popen[str], point: str, scenario: str, resource_id: uuid.UUID) -> int:
    assert driver.stdin is not None
    assert driver.stdout is not None
    driver.stdin.write(f"{point} {scenario} {resource_id}\n")
    driver.stdin.flush()
    return int(driver.stdout.readline())


def _end_state(stand: Stand, resource_id: uuid.UUID) -> dict[str, Any]:
    """What must be the same with and without a death: the row, its steps, what the resource was told, the trail."""
    (run,) = stand.rows(
        """SELECT id, status, step, output, error, resource_label, owner, lease_until, wake_at
             FROM operations_operation WHERE resource_id = %s""",
        str(resource_id),
    )
    steps = stand.rows(
        "SELECT position, name, status FROM operations_operationstep WHERE operation_id = %s ORDER BY 1", run[0]
    )
    kinds = stand.rows("SELECT kind FROM operations_operationevent WHERE operation_id = %s", run[0])
    trail = Counter(kind for (kind,) in kinds if kind not in ("retrying", "waiting"))
    return {"run": run[1:], "steps": steps, "trail": trail}


def test_every_fault_point_has_its_death() -> None:
    assert {point.partition(":")[0] for point, _ in DEATHS} == set(POINTS)


@pytest.mark.parametrize(("point", "scenario"), DEATHS)
def test_a_death_at_any_point_changes_nothing_in_the_end(
    point: str, scenario: str, stand: Stand, driver: subprocess.Popen[str]
) -> None:
    undisturbed, killed = uuid.uuid4(), uuid.uuid4()

    assert _drive(driver, "-", scenario, undisturbed) == 0
    assert _drive(driver, point, scenario, killed) == KILLED
    assert _drive(driver, "-", scenario, killed) == 0

    end = _end_state(stand, killed)
    assert end == _end_state(stand, undisturbed)
    assert end["run"][0] == ("Canceled" if scenario == "cancel" else "Succeeded")


def test_a_step_that_was_acted_and_not_committed_runs_twice_and_no_other(
    stand: Stand, driver: subprocess.Popen[str]
) -> None:
    resource_id = uuid.uuid4()
    _drive(driver, "step.acted", "run", resource_id)
    _drive(driver, "-", "run", resource_id)
    ran = Counter(position for _, position, _ in stand.traces())

    assert ran == {0: 2, 1: 2, 2: 2, 3: 1}  # the first was doubled; the others wait once, fail once, and just run
