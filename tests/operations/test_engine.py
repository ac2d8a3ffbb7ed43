"""The way of a run, from its start to its one final state."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import structlog
from django.db import OperationalError
from django.utils import timezone

from core.errors import Conflict, NotFound, Unavailable
from core.models import User
from operations.errors import OperationBusy, OperationFinished
from operations.models import Operation, OperationEvent
from operations.runner import operation_run
from operations.services import operation_cancel, operation_start
from operations.workflow import Answer, Done, Retry, StepContext, StepFailed, Wait
from tests.builders.operations import Shape, resource, run_to_end, workflow

pytestmark = pytest.mark.django_db

Status = Operation.Status


def _start(shape: Shape, *steps: str, **more: Any) -> Operation:
    return operation_start(
        actor=None, workflow=shape.workflow.name, resource=resource(), plan=shape.plan(*steps), **more
    )


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
    operation = run_to_end(_start(shape, "note:a", "note:b", "note:c").id)

    assert done == ["a", "b", "c"]
    assert operation.status == Status.SUCCEEDED
    assert operation.output == {"a": True, "b": True, "c": True}
    assert [step.message for step in operation.steps.order_by("position")] == ["Did a.", "Did b.", "Did c."]
    assert _kinds(operation) == ["started", "step_done", "step_done", "step_done", "succeeded"]
    assert (operation.owner, operation.lease_until, operation.wake_at) == (None, None, None)


def test_the_resource_is_told_once_with_the_final_row() -> None:
    shape = workflow("told-once", one=lambda step: Done(output={"address": "support"}))
    operation = run_to_end(_start(shape, "one").id)
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
    operation = _start(shape, "wait")
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


def test_a_step_that_cannot_be_done_ends_the_run_with_its_reason() -> None:
    def refuse(step: StepContext) -> Done:
        raise StepFailed("Field Service is not installed.", code="solutions:prerequisite-missing", context={"on": "c"})

    shape = workflow("refused", one=lambda step: Done(), refuse=refuse)
    operation = run_to_end(_start(shape, "one", "refuse", "one").id)

    assert operation.status == Status.FAILED
    assert operation.error == {
        "code": "solutions:prerequisite-missing",
        "message": "Field Service is not installed.",
        "step": "refuse",
        "context": {"on": "c"},
    }
    assert operation.step == 1
    assert [step.status for step in operation.steps.order_by("position")] == ["done", "failed"]
    assert _kinds(operation) == ["started", "step_done", "failed"]
    assert [told.error for told in shape.finished] == [operation.error]


def test_an_error_that_may_pass_is_tried_again_after_a_back_off() -> None:
    tries: list[int] = []

    def stumble(step: StepContext) -> Done:
        tries.append(step.attempt)
        if step.attempt < 3:
            raise Unavailable("The organization does not answer.", code="organizations:unavailable")
        return Done()

    shape = workflow("stumbles", stumble=stumble)
    operation = _start(shape, "stumble")
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()

    assert operation.status == Status.RUNNING
    assert operation.attempt == 1
    assert operation.waiting_for == "The organization does not answer."
    assert run_to_end(operation.id).status == Status.SUCCEEDED
    assert tries == [1, 2, 3]
    assert operation.steps.get().attempts == 3
    assert _kinds(operation) == ["started", "retrying", "retrying", "step_done", "succeeded"]


@pytest.mark.parametrize(("attempt", "least", "most"), [(1, 0.5, 1.0), (2, 1.0, 2.0), (3, 2.0, 4.0), (9, 60.0, 120.0)])
def test_back_offs_double_up_to_the_longest_delay(attempt: int, least: float, most: float) -> None:
    def stumble(step: StepContext) -> Done:
        raise Unavailable("Not now.")

    operation = _start(workflow("back-off", stumble=stumble, retry=Retry(attempts=20)), "stumble")
    Operation.objects.filter(pk=operation.pk).update(attempt=attempt - 1)
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()

    assert operation.due_at is not None
    assert least - 0.2 <= (operation.due_at - operation.updated_at).total_seconds() <= most + 0.2


def test_the_other_side_may_ask_for_a_longer_pause() -> None:
    def throttled(step: StepContext) -> Done:
        raise Unavailable("Too many requests.", retry_after=300)

    operation = _start(workflow("throttled", throttled=throttled), "throttled")
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()

    assert operation.due_at is not None
    assert (operation.due_at - timezone.now()).total_seconds() > 290


def test_tries_are_capped_and_then_the_run_fails() -> None:
    def stumble(step: StepContext) -> Done:
        raise Unavailable("The organization does not answer.", code="organizations:unavailable")

    operation = run_to_end(_start(workflow("capped", stumble=stumble, retry=Retry(attempts=3)), "stumble").id)

    assert operation.status == Status.FAILED
    assert operation.error is not None
    assert operation.error["code"] == "organizations:unavailable"
    assert operation.steps.get().attempts == 3


def test_a_permanent_refusal_is_not_tried_again() -> None:
    def refused(step: StepContext) -> Done:
        raise Unavailable("The client secret is wrong.", code="organizations:refused", permanent=True)

    operation = run_to_end(_start(workflow("permanent", refused=refused), "refused").id)

    assert operation.status == Status.FAILED
    assert operation.steps.get().attempts == 1


def test_a_conflict_is_tried_again_like_everything_that_may_pass() -> None:
    def busy(step: StepContext) -> Done:
        if step.attempt == 1:
            raise Conflict("Somebody else is at it.")
        return Done()

    assert run_to_end(_start(workflow("conflict", busy=busy), "busy").id).status == Status.SUCCEEDED


def test_the_text_of_an_unexpected_error_reaches_the_log_and_no_person(caplog: pytest.LogCaptureFixture) -> None:
    def broken(step: StepContext) -> Done:
        raise RuntimeError("password=hunter2")

    shape = workflow("unexpected", broken=broken, retry=Retry(attempts=1))
    with structlog.testing.capture_logs() as logs:
        operation = run_to_end(_start(shape, "broken").id)
    (logged,) = [line for line in logs if line["event"] == "operation.step_broke"]

    assert operation.error is not None
    assert operation.error["code"] == "operations:unexpected"
    assert operation.error["reference"] == logged["reference"]
    assert operation.error["reference"] in operation.error["message"]
    assert "hunter2" not in f"{operation.error}{list(operation.events.values_list('message'))}"
    assert str(logged["exc_info"]) == "password=hunter2"


def test_a_step_that_answers_nonsense_is_an_error_of_ours() -> None:
    shape = workflow("nonsense", nonsense=lambda step: None, retry=Retry(attempts=1))  # type: ignore[arg-type,return-value]
    assert run_to_end(_start(shape, "nonsense").id).error["code"] == "operations:unexpected"  # type: ignore[index]


def test_a_finish_that_fails_leaves_nothing_half_written() -> None:
    calls: list[str] = []

    def finished(operation: Operation) -> None:
        calls.append(operation.status)
        if len(calls) == 1:
            raise RuntimeError("the portal's row is locked by a bug")

    shape = workflow("finish-fails", one=lambda step: Done(), finished=finished)
    operation = _start(shape, "one")
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()

    assert operation.status == Status.RUNNING
    assert not operation.steps.exists()
    assert run_to_end(operation.id).status == Status.SUCCEEDED
    assert calls == ["Succeeded", "Succeeded"]


def test_a_finish_that_always_fails_never_ends_the_run_half() -> None:
    def finished(operation: Operation) -> None:
        raise RuntimeError("never works")

    shape = workflow("finish-never", one=lambda step: Done(), finished=finished, retry=Retry(attempts=2))
    operation = _start(shape, "one")
    with pytest.raises(AssertionError, match="has not ended"):
        run_to_end(operation.id, limit=6)
    operation.refresh_from_db()

    assert operation.status == Status.RUNNING
    assert operation.finished_at is None
    assert operation.attempt < 2  # it is the step's own end that is tried again, not a lost worker's
    assert set(operation.events.filter(kind="retrying").values_list("code", flat=True)) == {"operations:unexpected"}


def test_a_database_that_refuses_a_step_is_named_as_what_it_is() -> None:
    def refuse(step: StepContext) -> Done:
        if step.attempt == 1:
            raise OperationalError("could not extend file: No space left on device")
        return Done()

    operation = _start(workflow("database-away", refuse=refuse), "refuse")
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()

    assert operation.waiting_for == "The database did not answer."
    assert run_to_end(operation.id).status == Status.SUCCEEDED


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
        _start(workflow("bad-plan", one=lambda step: Done()), *steps)


def test_a_run_is_canceled_between_two_steps() -> None:
    alice = _alice()

    def cancel(step: StepContext) -> Done:
        operation_cancel(actor=alice, operation_id=step.operation.id)
        return Done()

    def never(step: StepContext) -> Done:
        raise AssertionError("it was canceled before")

    shape = workflow("canceled", cancel=cancel, never=never)
    operation = run_to_end(_start(shape, "cancel", "never").id)

    assert operation.status == Status.CANCELED
    assert operation.step == 1
    assert _kinds(operation) == ["started", "cancel_requested", "step_done", "canceled"]
    assert operation.events.get(kind="cancel_requested").actor == alice
    assert [told.status for told in shape.finished] == ["Canceled"]


def test_a_waiting_run_is_canceled_without_waiting_for_its_delay() -> None:
    shape = workflow("canceled-waiting", wait=lambda step: Wait(timedelta(days=1), "Waiting."))
    operation = _start(shape, "wait")
    operation_run(operation_id=operation.id)
    operation_cancel(actor=_alice(), operation_id=operation.id)

    assert Operation.objects.due(timezone.now()).filter(pk=operation.id).exists()
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()
    assert operation.status == Status.CANCELED


def test_asking_twice_to_cancel_is_asking_once() -> None:
    operation = _start(workflow("canceled-twice", one=lambda step: Done()), "one")
    alice = _alice()
    operation_cancel(actor=alice, operation_id=operation.id)
    operation_cancel(actor=alice, operation_id=operation.id)

    assert _kinds(operation) == ["started", "cancel_requested"]


def test_a_run_that_has_ended_cannot_be_canceled() -> None:
    operation = run_to_end(_start(workflow("ended", one=lambda step: Done()), "one").id)
    with pytest.raises(OperationFinished) as refused:
        operation_cancel(actor=_alice(), operation_id=operation.id)
    assert refused.value.code == "operations:finished"


def test_nothing_cannot_be_canceled() -> None:
    with pytest.raises(NotFound):
        operation_cancel(actor=_alice(), operation_id=uuid.uuid4())


def test_an_older_version_that_is_still_known_runs_on() -> None:
    old = workflow("versions", version=1, one=lambda step: Done(output={"version": 1}))
    operation = _start(old, "one")
    workflow("versions", version=2, one=lambda step: Done(output={"version": 2}))

    assert operation.version == 1
    assert run_to_end(operation.id).output == {"version": 1}
    assert run_to_end(_start(old, "one").id).output == {"version": 2}


def test_a_run_of_an_unknown_version_is_left_to_those_who_know_it() -> None:
    operation = _start(workflow("newer", one=lambda step: Done()), "one")
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
    operation = _start(shape, "one")
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
    operation = _start(shape, "overtaken")
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

    run_to_end(_start(workflow("talks", talk=talk), "talk").id)
    assert seen == ["Uploading the package."]


def test_the_log_knows_the_operation_and_the_request_that_started_it() -> None:
    seen: list[dict[str, Any]] = []

    def look(step: StepContext) -> Done:
        seen.append(dict(structlog.contextvars.get_contextvars()))
        return Done()

    shape = workflow("logged", look=look)
    with structlog.contextvars.bound_contextvars(request_id="req-1"):
        operation = _start(shape, "look")
    run_to_end(operation.id)

    assert seen == [{"operation_id": str(operation.id), "request_id": "req-1"}]
    assert structlog.contextvars.get_contextvars() == {}


def test_every_event_is_in_the_order_it_happened() -> None:
    operation = run_to_end(_start(workflow("ordered", one=lambda step: Done()), "one", "one").id)
    times = list(OperationEvent.objects.filter(operation=operation).values_list("at", flat=True))
    assert times == sorted(times)
