"""Any mix of steps, losses, deaths and second messages leaves a run in one of the states it may be in."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from core.errors import Unavailable
from core.models import User
from operations import queue, runner
from operations.errors import LostLease, OperationBusy, OperationFinished
from operations.models import Operation, OperationEvent, OperationStep
from operations.reconciler import FREE, TAKE, _ids
from operations.runs import Run
from operations.services import Resource, operation_cancel, operation_start
from operations.states import NEXT
from operations.transitions import run_claim
from operations.workflow import Answer, Done, Retry, StepContext, StepFailed, Wait
from tests.builders.operations import run_to_end, workflow

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = 4
WORKERS = st.integers(0, 2)
STATE = ("status", "step", "token", "attempt", "owner", "lease_until", "wake_at", "due_at", "finished_at")


@dataclass
class Worker:
    """A simulated process: its key, and the run in its hand. A zombie is taken for dead, and goes on."""

    key: int
    run: Run | None = None


@dataclass
class Seen:
    """What was seen of a run so far."""

    status: str = "NotStarted"
    step: int = 0
    token: int = 0
    final: tuple[Any, ...] | None = None
    told: list[str] = field(default_factory=list)


class Engine(RuleBasedStateMachine):
    """The run model: one resource, three workers, a reconciler, and a broker that loses what it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.resource = Resource("thing", uuid.uuid4(), "a thing")
        self.workers = [Worker(key) for key in (101, 102, 103)]
        self.dead: list[int] = []
        self.keys = 103
        self.seen: dict[uuid.UUID, Seen] = defaultdict(Seen)
        self.answer = "ok"
        self.shape = workflow(
            "machine", step=self._step, finished=self._finished, retry=Retry(3, timedelta(0), timedelta(0))
        )
        self.actor = User.objects.create_user(f"alice-{uuid.uuid4()}@contoso.example")

    # What a step does, and what the resource is told.

    def _step(self, step: StepContext) -> Answer:
        if self.answer == "refuse":
            raise StepFailed("Hopeless.")
        if self.answer == "stumble":
            raise Unavailable("Not now.")
        if self.answer == "break":
            raise RuntimeError("unexpected")
        return Wait(timedelta(0), "Waiting.") if self.answer == "wait" else Done(output={str(step.operation.step): 1})

    def _finished(self, operation: Operation) -> None:
        self.seen[operation.id].told.append(operation.status)

    # People.

    @rule()
    def submit(self) -> None:
        is_busy = Operation.objects.active().exists()
        try:
            plan = self.shape.plan(*["step"] * STEPS)
            operation_start(actor=None, workflow="machine", resource=self.resource, plan=plan)
            assert not is_busy
        except OperationBusy:
            assert is_busy

    @precondition(lambda self: self.seen)
    @rule()
    def cancel(self) -> None:
        operation = Operation.objects.latest("created_at")
        try:
            operation_cancel(actor=self.actor, operation_id=operation.id)
            assert operation.is_active
        except OperationFinished:
            assert not operation.is_active

    # Messages: any number of them, in any order, or none.

    @rule(number=WORKERS)
    def message(self, number: int) -> None:
        worker = self.workers[number]
        for operation in Operation.objects.order_by("-created_at")[:2]:
            if worker.run is None:
                worker.run = run_claim(operation_id=operation.id, owner=worker.key)

    # Workers.

    @rule(number=WORKERS, answer=st.sampled_from(["ok", "ok", "ok", "wait", "stumble", "break", "refuse"]))
    def work(self, number: int, answer: str) -> None:
        worker = self.workers[number]
        if worker.run is None:
            return
        self.answer = answer
        try:
            if not (runner._may_begin(worker.run) and runner._advance(worker.run)):
                worker.run = None
        except LostLease:
            worker.run = None

    @rule(number=WORKERS)
    def kill(self, number: int) -> None:
        """The process is gone, and another one comes in its place."""
        self.dead.append(self.workers[number].key)
        self.keys += 1
        self.workers[number] = Worker(self.keys)

    @rule(number=WORKERS)
    def lose_sight(self, number: int) -> None:
        """The process is taken for dead though it lives and goes on (its connection was cut)."""
        self.dead.append(self.workers[number].key)
        self.keys += 1
        self.workers[number].key = self.keys

    # Time, and the reconciler.

    @rule()
    def let_time_pass(self) -> None:
        """Waits and back-offs are over, and messages on their way have had their grace."""
        past = timezone.now() - timedelta(seconds=1)
        Operation.objects.active().filter(lease_until=None).update(due_at=None, wake_at=past)

    @rule()
    def let_leases_expire(self) -> None:
        past = timezone.now() - timedelta(seconds=1)
        Operation.objects.active().exclude(lease_until=None).update(lease_until=past, wake_at=past)

    @rule()
    def reconcile(self) -> None:
        _ids(FREE, {"dead": self.dead})
        for operation_id in _ids(TAKE, {"limit": 10, "grace": timedelta(seconds=10)}):
            assert Operation.objects.get(pk=operation_id).is_active

    # What holds after each of them.

    @invariant()
    def holds(self) -> None:
        for operation in Operation.objects.all():
            seen = self.seen[operation.id]
            self._moves_as_it_may(operation, seen)
            self._is_held_by_one(operation)
            self._is_never_forgotten(operation)
            self._has_each_step_once(operation)
            self._is_final_for_good(operation, seen)
        assert Operation.objects.active().count() <= 1

    def _moves_as_it_may(self, operation: Operation, seen: Seen) -> None:
        status = Operation.Status(seen.status)
        reached = {status} | NEXT[status] | {state for following in NEXT[status] for state in NEXT[following]}
        assert operation.status in reached
        assert operation.step >= seen.step
        assert operation.token >= seen.token
        seen.status, seen.step, seen.token = operation.status, operation.step, operation.token

    def _is_held_by_one(self, operation: Operation) -> None:
        holders = [
            worker.run
            for worker in self.workers
            if worker.run and worker.run.operation.id == operation.id and worker.run.token == operation.token
        ]
        assert len(holders) <= 1
        if operation.lease_until is None:
            assert operation.owner is None
            assert holders == []

    def _is_never_forgotten(self, operation: Operation) -> None:
        assert (operation.wake_at is not None) == operation.is_active
        assert (operation.finished_at is None) == operation.is_active

    def _has_each_step_once(self, operation: Operation) -> None:
        rows = list(OperationStep.objects.filter(operation=operation).order_by("position"))
        done = [row.position for row in rows if row.status == "done"]
        assert done == list(range(operation.step))
        assert [row.position for row in rows if row.status == "failed"] == (
            [operation.step] if operation.status == "Failed" else []
        )
        told = OperationEvent.objects.filter(operation=operation, kind="step_done").values_list("position", flat=True)
        assert sorted(position or 0 for position in told) == done
        assert operation.output == {str(position): 1 for position in done}

    def _is_final_for_good(self, operation: Operation, seen: Seen) -> None:
        if operation.is_active:
            assert seen.told == []
            return
        assert seen.told == [operation.status]
        final = tuple(getattr(operation, name) for name in STATE)
        assert seen.final in (None, final)
        seen.final = final
        assert (operation.status == "Succeeded") == (operation.step == STEPS)

    def teardown(self) -> None:
        """Whatever happened, the reconciler and one worker that does its work end every run."""
        self.answer = "ok"
        self.let_leases_expire()
        self.reconcile()
        for operation in Operation.objects.active():
            assert not run_to_end(operation.id).is_active
        self.holds()
        Operation.objects.all().delete()


def test_any_order_of_events_keeps_the_run_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "wake", lambda operation_id: None)
    run_state_machine_as_test(
        Engine,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
