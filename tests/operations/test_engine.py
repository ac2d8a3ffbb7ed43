"""The way of a run, from its start to its one final state."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import structlog
from django.utils import timezone

from core.errors import NotFound
from core.models import User
from operations.errors import OperationBusy, OperationFinished
from operations.models import Operation, OperationEvent
from operations.runner import operation_run
from operations.services import operation_cancel, operation_start
from operations.workflow import Answer, Done, Retry, StepContext, Wait
from tests.builders.operations import resource, run_to_end, workflow
from tests.operations.starting import start

pytestmark = pytest.mark.django_db

Status = Operation.Status


def _kinds(operation: Operation) -> list[str]:
    return list(operation.events.values_list("kind", flat=True))


def _alice() -> User:
    return User.objects.create_user("alice@contoso.example")


def test_a_run_does_its_steps_in_order_and_succeeds() -> None:
    done: list[str] = []

    def note(step: StepContext) -> Done:
        done.append(step.argument)
        return Done(output={step.argument: True}, message=f"Did {step.argument}.")

    shape = workflow("in-order", note=note)
    operation = run_to_end(start(shape, "note:a", "note:b", "note:c").id)

    assert done == ["a", "b", "c"]
    assert operation.status == Status.SUCCEEDED
    assert operation.output == {"a": True, "b": True, "c": True}
    assert [step.message for step in operation.steps.order_by("position")] == ["Did a.", "Did b.", "Did c."]
    assert _kinds(operation) == ["started", "step_done", "step_done", "step_done", "succeeded"]
    assert (operation.owner, operation.lease_until, operation.wake_at) == (None, None, None)


def test_the_resource_is_told_once_with_the_final_row() -> None:
    shape = workflow("told-once", one=lambda step: Done(output={"address": "support"}))
    operation = run_to_end(start(shape, "one").id)
    operation_run(operation_id=operation.id)

    (told,) = shape.finished
    assert (told.id, told.status, told.output, told.step) == (operation.id, "Succeeded", {"address": "support"}, 1)
    assert told.finished_at == operation.finished_at


def test_a_step_that_waits_is_asked_again_after_its_delay_and_not_before() -> None:
    asked: list[int] = []

    def wait(step: StepContext) -> Answer:
        asked.append(step.attempt)
        return Done() if len(asked) > 2 else Wait(timedelta(hours=1), "Waiting for the name servers.")

    shape = workflow("waits", wait=wait)
    operation = start(shape, "wait")
    operation_run(operation_id=operation.id)
    operation_run(operation_id=operation.id)  # a second message comes too early
    operation.refresh_from_db()

    assert asked == [1]
    assert operation.waiting_for == "Waiting for the name servers."
    assert operation.due_at is not None
    assert timedelta(minutes=59) < operation.due_at - timezone.now() <= timedelta(hours=1)
    assert operation.wake_at == operation.due_at
    assert run_to_end(operation.id).status == Status.SUCCEEDED
    assert asked == [1, 1, 1]
    assert _kinds(operation).count("waiting") == 1  # the same reason is told once


def test_one_resource_has_one_active_run() -> None:
    shape = workflow("busy", one=lambda step: Done())
    thing = resource("Contoso Support")
    first = operation_start(actor=None, workflow="busy", resource=thing, plan=shape.plan("one"))
    with pytest.raises(OperationBusy) as refused:
        operation_start(actor=None, workflow="busy", resource=thing, plan=shape.plan("one"))

    assert refused.value.code == "operations:busy"
    run_to_end(first.id)
    again = operation_start(actor=None, workflow="busy", resource=thing, plan=shape.plan("one"))
    assert [found.id for found in Operation.objects.of_resource(thing.type, thing.id)] == [again.id, first.id]
    assert Operation.objects.of_resource(thing.type, thing.id).active().get() == again


@pytest.mark.parametrize("steps", [(), ("nothing",)])
def test_a_plan_that_the_workflow_cannot_do_is_refused(steps: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="cannot be planned"):
        start(workflow("bad-plan", one=lambda step: Done()), *steps)


def test_a_run_is_canceled_between_two_steps() -> None:
    alice = _alice()

    def cancel(step: StepContext) -> Done:
        operation_cancel(actor=alice, operation_id=step.operation.id)
        return Done()

    def never(step: StepContext) -> Done:
        raise AssertionError("it was canceled before")

    shape = workflow("canceled", cancel=cancel, never=never)
    operation = run_to_end(start(shape, "cancel", "never").id)

    assert operation.status == Status.CANCELED
    assert operation.step == 1
    assert _kinds(operation) == ["started", "cancel_requested", "step_done", "canceled"]
    assert operation.events.get(kind="cancel_requested").actor == alice
    assert [told.status for told in shape.finished] == ["Canceled"]


def test_a_waiting_run_is_canceled_without_waiting_for_its_delay() -> None:
    shape = workflow("canceled-waiting", wait=lambda step: Wait(timedelta(days=1), "Waiting."))
    operation = start(shape, "wait")
    operation_run(operation_id=operation.id)
    operation_cancel(actor=_alice(), operation_id=operation.id)

    assert Operation.objects.due(timezone.now()).filter(pk=operation.id).exists()
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()
    assert operation.status == Status.CANCELED


def test_asking_twice_to_cancel_is_asking_once() -> None:
    operation = start(workflow("canceled-twice", one=lambda step: Done()), "one")
    alice = _alice()
    operation_cancel(actor=alice, operation_id=operation.id)
    operation_cancel(actor=alice, operation_id=operation.id)

    assert _kinds(operation) == ["started", "cancel_requested"]


def test_a_run_that_has_ended_cannot_be_canceled() -> None:
    operation = run_to_end(start(workflow("ended", one=lambda step: Done()), "one").id)
    with pytest.raises(OperationFinished) as refused:
        operation_cancel(actor=_alice(), operation_id=operation.id)
    assert refused.value.code == "operations:finished"


def test_nothing_cannot_be_canceled() -> None:
    with pytest.raises(NotFound):
        operation_cancel(actor=_alice(), operation_id=uuid.uuid4())


def test_an_older_version_that_is_still_known_runs_on() -> None:
    old = workflow("versions", version=1, one=lambda step: Done(output={"version": 1}))
    operation = start(old, "one")
    workflow("versions", version=2, one=lambda step: Done(output={"version": 2}))

    assert operation.version == 1
    assert run_to_end(operation.id).output == {"version": 1}
    assert run_to_end(start(old, "one").id).output == {"version": 2}


def test_a_run_of_an_unknown_version_is_left_to_those_who_know_it() -> None:
    operation = start(workflow("newer", one=lambda step: Done()), "one")
    Operation.objects.filter(pk=operation.pk).update(version=2)
    operation_run(operation_id=operation.id)
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()

    assert operation.status == Status.NOT_STARTED
    assert operation.waiting_for == "Waiting for a worker of the version that planned this run."
    assert list(operation.events.filter(kind="waiting").values_list("code", flat=True)) == [
        "operations:unknown-version"
    ]
    workflow("newer", version=2, one=lambda step: Done())
    assert run_to_end(operation.id).status == Status.SUCCEEDED


def test_a_step_that_loses_its_worker_every_time_is_given_up() -> None:
    shape = workflow("lost", one=lambda step: Done(), retry=Retry(attempts=3))
    operation = start(shape, "one")
    Operation.objects.filter(pk=operation.pk).update(status="Running", attempt=3)
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()

    assert operation.status == Status.FAILED
    assert operation.error is not None
    assert operation.error["code"] == "operations:worker-lost"


def test_what_a_step_writes_after_somebody_else_took_the_run_does_not_count() -> None:
    def overtaken(step: StepContext) -> Done:
        Operation.objects.filter(pk=step.operation.pk).update(token=99)
        step.log("never seen")
        return Done(output={"never": True})

    shape = workflow("overtaken", overtaken=overtaken)
    operation = start(shape, "overtaken")
    with structlog.testing.capture_logs() as logs:
        operation_run(operation_id=operation.id)
    operation.refresh_from_db()

    assert (operation.status, operation.step, operation.output) == (Status.RUNNING, 0, {})
    assert not operation.steps.exists()
    assert not operation.events.filter(kind="log").exists()
    assert not shape.finished
    assert "operation.lease_lost" in [line["event"] for line in logs]


def test_a_log_line_is_there_at_once() -> None:
    seen: list[str] = []

    def talk(step: StepContext) -> Done:
        step.log("Uploading the package.")
        seen.extend(step.operation.events.filter(kind="log").values_list("message", flat=True))
        return Done()

    run_to_end(start(workflow("talks", talk=talk), "talk").id)
    assert seen == ["Uploading the package."]


def test_the_log_knows_the_operation_and_the_request_that_started_it() -> None:
    seen: list[dict[str, Any]] = []

    def look(step: StepContext) -> Done:
        seen.append(dict(structlog.contextvars.get_contextvars()))
        return Done()

    shape = workflow("logged", look=look)
    with structlog.contextvars.bound_contextvars(request_id="req-1"):
        operation = start(shape, "look")
    run_to_end(operation.id)

    assert seen == [{"operation_id": str(operation.id), "request_id": "req-1"}]
    assert structlog.contextvars.get_contextvars() == {}


def test_every_event_is_in_the_order_it_happened() -> None:
    operation = run_to_end(start(workflow("ordered", one=lambda step: Done()), "one", "one").id)
    times = list(OperationEvent.objects.filter(operation=operation).values_list("at", flat=True))
    assert times == sorted(times)
