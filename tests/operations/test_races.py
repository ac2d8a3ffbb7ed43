"""Many workers at the same runs, on PostgreSQL: every step is committed once, whoever gets there first."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from operations.errors import OperationBusy
from operations.models import Operation, OperationEvent, OperationStep
from operations.runner import operation_run
from operations.services import operation_start
from operations.workflow import Answer, Done, StepContext, Wait
from tests.builders.operations import resource, workflow

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(bodies: list[Callable[[], None]]) -> None:
    """Let every body begin at the same moment, and fail where one of them fails."""
    barrier = threading.Barrier(len(bodies))
    errors: list[BaseException] = []

    def run(body: Callable[[], None]) -> None:
        try:
            barrier.wait()
            body()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_eight_workers_commit_each_step_of_twenty_runs_once() -> None:
    ran: Counter[tuple[uuid.UUID, int]] = Counter()
    mutex = threading.Lock()

    def count(step: StepContext) -> Answer:
        with mutex:
            ran[step.operation.id, step.operation.step] += 1
        if step.argument == "wait" and not step.operation.waiting_for:
            return Wait(timedelta(0), "Waiting a moment.")
        return Done()

    shape = workflow("race", count=count)
    plan = shape.plan("count", "count:wait", "count", "count", "count")
    ids = [operation_start(actor=None, workflow="race", resource=resource(), plan=plan).id for _ in range(20)]

    def work() -> None:
        while Operation.objects.active().exists():
            for operation_id in ids:
                operation_run(operation_id=operation_id)

    _at_once([work] * 8)

    assert Operation.objects.filter(status="Succeeded").count() == 20
    assert OperationStep.objects.count() == 100
    assert OperationEvent.objects.filter(kind__in=["step_done", "succeeded"]).count() == 120
    assert {key: times for key, times in ran.items() if key[1] != 1 and times != 1} == {}
    assert {times for key, times in ran.items() if key[1] == 1} == {2}  # asked again after its wait
    assert Counter(told.id for told in shape.finished) == dict.fromkeys(ids, 1)


def test_of_two_submits_at_once_one_starts_and_the_other_is_told() -> None:
    shape = workflow("race-start", one=lambda step: Done())
    thing = resource()
    answers: list[str] = []

    def submit() -> None:
        try:
            operation_start(actor=None, workflow="race-start", resource=thing, plan=shape.plan("one"))
            answers.append("started")
        except OperationBusy:
            answers.append("busy")

    _at_once([submit] * 4)
    assert sorted(answers) == ["busy", "busy", "busy", "started"]
    assert Operation.objects.count() == 1


def test_a_refused_start_leaves_the_callers_transaction_usable() -> None:
    from django.db import transaction

    shape = workflow("race-refused", one=lambda step: Done())
    thing = resource()
    operation_start(actor=None, workflow="race-refused", resource=thing, plan=shape.plan("one"))
    with transaction.atomic():
        with pytest.raises(OperationBusy):
            operation_start(actor=None, workflow="race-refused", resource=thing, plan=shape.plan("one"))
        assert Operation.objects.count() == 1
