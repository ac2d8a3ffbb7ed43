"""A worker proves that it lives, and ends itself where it cannot."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from operations.liveness import Liveness
from operations.models import Operation
from operations.ownerlock import OwnerLock
from operations.runner import step_give_up
from operations.runs import Run
from operations.services import operation_start
from operations.transitions import run_claim
from operations.workflow import Done
from tests.builders.operations import resource, workflow

pytestmark = pytest.mark.django_db(transaction=True)

ALIVE = """
SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted
   AND (classid::bigint << 32) | objid::bigint = %s
"""

Make = Callable[..., Liveness]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Generator[Make]:
    """Makes a proof of life whose death is only noted, in ``deaths``."""
    monkeypatch.setattr("operations.liveness.TICK", 0.05)
    made: list[Liveness] = []

    def build(*, lease: float = 60.0, step_limit: float = 60.0, has_lock: bool = True, **more: Any) -> Liveness:
        deaths: list[float] = []
        found = Liveness(
            has_lock=has_lock,
            lease=lease,
            step_limit=step_limit,
            overrun=step_give_up,
            die=lambda: deaths.append(time.monotonic()),
            **more,
        )
        found.deaths = deaths  # type: ignore[attr-defined]
        made.append(found)
        found.start()
        return found

    yield build
    for found in made:
        found.stop()


def _deaths(liveness: Liveness) -> list[float]:
    return liveness.deaths  # type: ignore[attr-defined,no-any-return]


def _backend(key: int | None) -> int | None:
    """The PostgreSQL process that holds the key's lock."""
    with connection.cursor() as cursor:
        cursor.execute(ALIVE, [key])
        row = cursor.fetchone()
    return row[0] if row else None


def _run(owner: int | None = None) -> Run:
    shape = workflow("held", one=lambda step: Done())
    operation = operation_start(actor=None, workflow="held", resource=resource(), plan=shape.plan("one"))
    run = run_claim(operation_id=operation.id, owner=owner)
    assert run is not None
    return run


def _soon(is_so: Callable[[], object], *, seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.02)
    return False


def test_the_owner_is_given_only_while_its_lock_is_held(make: Make) -> None:
    liveness = make()
    key = liveness.owner()
    assert key == liveness.key
    assert _backend(key) is not None
    liveness.stop()
    assert _soon(lambda: _backend(key) is None)


def test_a_lock_that_was_lost_is_taken_again_with_the_same_key(make: Make) -> None:
    liveness = make()
    first = _backend(liveness.owner())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [first])

    assert _soon(lambda: _backend(liveness.key) not in (None, first), seconds=2)
    assert liveness.owner() == liveness.key


def test_no_owner_is_given_while_somebody_else_has_the_key(make: Make) -> None:
    first = make()
    first.owner()
    second = make(key=first.key)
    with pytest.raises(OperationalError, match="former session"):
        second.owner()


def test_a_killed_process_loses_its_lock_at_once(make: Make) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        liveness = Liveness(has_lock=True, lease=60, step_limit=60, overrun=step_give_up)
        os.write(writing, str(liveness.owner()).encode())
        time.sleep(60)
        os._exit(1)
    key = int(os.read(reading, 40))
    assert _backend(key) is not None
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert _soon(lambda: _backend(key) is None, seconds=1)


def test_the_lease_of_a_run_in_hand_is_renewed(make: Make) -> None:
    liveness = make(lease=0.9)
    run = _run(liveness.owner())
    with liveness.holding(run):
        time.sleep(1.5)
        operation = Operation.objects.get(pk=run.operation.pk)
        assert operation.lease_until is not None
        assert operation.lease_until > timezone.now()
        assert operation.wake_at == operation.lease_until
    assert _deaths(liveness) == []


def test_a_run_that_was_put_down_is_not_renewed(make: Make) -> None:
    liveness = make(lease=0.3)
    run = _run(liveness.owner())
    with liveness.holding(run):
        pass
    before = Operation.objects.get(pk=run.operation.pk).lease_until
    time.sleep(0.5)
    assert Operation.objects.get(pk=run.operation.pk).lease_until == before


def test_a_process_whose_run_was_taken_away_ends_itself(make: Make) -> None:
    liveness = make(lease=0.6)
    run = _run(liveness.owner())
    with liveness.holding(run):
        Operation.objects.update(token=99)
        assert _soon(lambda: _deaths(liveness))


def test_a_process_that_cannot_renew_ends_itself_before_its_lease_does(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    liveness = make(lease=1.0)
    run = _run(liveness.owner())
    began = time.monotonic()
    with liveness.holding(run):

        def refuse(*args: Any) -> None:
            raise OperationalError("the database is away")

        monkeypatch.setattr(OwnerLock, "_connect", refuse)
        liveness._lock.drop()
        assert _soon(lambda: _deaths(liveness))
    assert 0.5 <= _deaths(liveness)[0] - began < 1.0


def test_a_step_over_its_limit_is_written_down_and_ends_the_process(make: Make) -> None:
    with ExitStack() as stack:
        liveness = make(step_limit=0.3)
        run = _run(liveness.owner())
        stack.enter_context(liveness.holding(run))
        assert _soon(lambda: _deaths(liveness))
        operation = Operation.objects.get(pk=run.operation.pk)

    assert operation.attempt == 1
    assert operation.lease_until is None
    assert operation.token > run.token  # the hung step cannot write any more
    assert operation.events.get(kind="retrying").code == "operations:step-timed-out"


def test_the_limit_is_for_each_step_and_not_for_the_run(make: Make) -> None:
    liveness = make(step_limit=0.6)
    run = _run(liveness.owner())
    with liveness.holding(run):
        for _ in range(4):
            time.sleep(0.3)
            run.operation.step += 1
    assert _deaths(liveness) == []


def test_without_session_locks_the_lease_alone_is_renewed(make: Make) -> None:
    liveness = make(has_lock=False, lease=0.9)
    assert liveness.owner() is None
    run = _run()
    with liveness.holding(run):
        time.sleep(1.2)
        operation = Operation.objects.get(pk=run.operation.pk)
    assert operation.lease_until is not None
    assert operation.lease_until > timezone.now() - timedelta(seconds=0.1)
    assert _backend(liveness.key) is None
