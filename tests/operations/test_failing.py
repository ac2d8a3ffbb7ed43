"""A step that fails: what is tried again and when, what ends the run, and what people read of it."""

from __future__ import annotations

import pytest
import structlog
from django.db import OperationalError
from django.utils import timezone

from core.errors import Conflict, Unavailable
from operations.models import Operation
from operations.runner import operation_run
from operations.workflow import Done, Retry, StepContext, StepFailed
from tests.builders.operations import run_to_end, workflow
from tests.operations.starting import start

pytestmark = pytest.mark.django_db

Status = Operation.Status


def _kinds(operation: Operation) -> list[str]:
    return list(operation.events.values_list("kind", flat=True))


def test_a_step_that_cannot_be_done_ends_the_run_with_its_reason() -> None:
    def refuse(step: StepContext) -> Done:
        raise StepFailed("Field Service is not installed.", code="solutions:prerequisite-missing", context={"on": "c"})

    shape = workflow("refused", one=lambda step: Done(), refuse=refuse)
    operation = run_to_end(start(shape, "one", "refuse", "one").id)

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
    operation = start(shape, "stumble")
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

    operation = start(workflow("back-off", stumble=stumble, retry=Retry(attempts=20)), "stumble")
    Operation.objects.filter(pk=operation.pk).update(attempt=attempt - 1)
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()

    assert operation.due_at is not None
    assert least - 0.2 <= (operation.due_at - operation.updated_at).total_seconds() <= most + 0.2


def test_the_other_side_may_ask_for_a_longer_pause() -> None:
    def throttled(step: StepContext) -> Done:
        raise Unavailable("Too many requests.", retry_after=300)

    operation = start(workflow("throttled", throttled=throttled), "throttled")
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()

    assert operation.due_at is not None
    assert (operation.due_at - timezone.now()).total_seconds() > 290


def test_tries_are_capped_and_then_the_run_fails() -> None:
    def stumble(step: StepContext) -> Done:
        raise Unavailable("The organization does not answer.", code="organizations:unavailable")

    operation = run_to_end(start(workflow("capped", stumble=stumble, retry=Retry(attempts=3)), "stumble").id)

    assert operation.status == Status.FAILED
    assert operation.error is not None
    assert operation.error["code"] == "organizations:unavailable"
    assert operation.steps.get().attempts == 3


def test_a_permanent_refusal_is_not_tried_again() -> None:
    def refused(step: StepContext) -> Done:
        raise Unavailable("The client secret is wrong.", code="organizations:refused", permanent=True)

    operation = run_to_end(start(workflow("permanent", refused=refused), "refused").id)

    assert operation.status == Status.FAILED
    assert operation.steps.get().attempts == 1


def test_a_conflict_is_tried_again_like_everything_that_may_pass() -> None:
    def busy(step: StepContext) -> Done:
        if step.attempt == 1:
            raise Conflict("Somebody else is at it.")
        return Done()

    assert run_to_end(start(workflow("conflict", busy=busy), "busy").id).status == Status.SUCCEEDED


def test_the_text_of_an_unexpected_error_reaches_the_log_and_no_person(caplog: pytest.LogCaptureFixture) -> None:
    def broken(step: StepContext) -> Done:
        raise RuntimeError("password=hunter2")

    shape = workflow("unexpected", broken=broken, retry=Retry(attempts=1))
    with structlog.testing.capture_logs() as logs:
        operation = run_to_end(start(shape, "broken").id)
    (logged,) = [line for line in logs if line["event"] == "operation.step_broke"]

    assert operation.error is not None
    assert operation.error["code"] == "operations:unexpected"
    assert operation.error["reference"] == logged["reference"]
    assert operation.error["reference"] in operation.error["message"]
    assert "hunter2" not in f"{operation.error}{list(operation.events.values_list('message'))}"
    assert str(logged["exc_info"]) == "password=hunter2"


def test_a_step_that_answers_nonsense_is_an_error_of_ours() -> None:
    shape = workflow("nonsense", nonsense=lambda step: None, retry=Retry(attempts=1))  # type: ignore[arg-type,return-value]
    assert run_to_end(start(shape, "nonsense").id).error["code"] == "operations:unexpected"  # type: ignore[index]


def test_a_finish_that_fails_leaves_nothing_half_written() -> None:
    calls: list[str] = []

    def finished(operation: Operation) -> None:
        calls.append(operation.status)
        if len(calls) == 1:
            raise RuntimeError("the portal's row is locked by a bug")

    shape = workflow("finish-fails", one=lambda step: Done(), finished=finished)
    operation = start(shape, "one")
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
    operation = start(shape, "one")
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

    operation = start(workflow("database-away", refuse=refuse), "refuse")
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()

    assert operation.waiting_for == "The database did not answer."
    assert run_to_end(operation.id).status == Status.SUCCEEDED
