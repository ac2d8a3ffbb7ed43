"""What people see of a run."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from operations.models import Operation, OperationStep
from operations.progress import operation_progress
from operations.runner import operation_run
from operations.services import operation_start
from operations.workflow import Done, StepContext, StepFailed, Wait
from tests.builders.operations import resource, run_to_end, workflow

pytestmark = pytest.mark.django_db


def _start(name: str, *steps: str, **handlers: Any) -> Operation:
    return operation_start(actor=None, workflow=name, resource=resource(), plan=workflow(name, **handlers).plan(*steps))


def _past_run(name: str, seconds: dict[str, float]) -> None:
    """A run of the same plan that took so long, step by step."""
    operation = run_to_end(_start(name, *seconds, install=lambda step: Done()).id)
    for position, taken in enumerate(seconds.values()):
        step = OperationStep.objects.get(operation=operation, position=position)
        step.started_at = step.finished_at - timedelta(seconds=taken)
        step.save()


def test_a_new_run_has_not_begun_any_step() -> None:
    progress = operation_progress(_start("seen-new", "one", "two", one=lambda step: Done(), two=lambda step: Done()))

    assert progress.percent == 0
    assert [step.status for step in progress.steps] == ["not_started", "not_started"]
    assert progress.current == progress.steps[0]
    assert progress.expected_seconds_left is None
    assert not progress.is_slow


def test_a_waiting_step_says_what_it_waits_for() -> None:
    operation = _start(
        "seen-waiting",
        "one",
        "two",
        one=lambda step: Done(message="The address is reserved."),
        two=lambda step: Wait(timedelta(seconds=30), "Another import is running."),
    )
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()
    progress = operation_progress(operation)

    assert [step.status for step in progress.steps] == ["done", "waiting"]
    assert progress.steps[0].message == "The address is reserved."
    assert progress.steps[1].message == "Another import is running."
    assert [line.message for line in progress.steps[1].log] == ["Another import is running."]
    assert progress.percent == 50


def test_a_running_step_shows_its_try_and_its_log() -> None:
    seen: list[Any] = []

    def look(step: StepContext) -> Done:
        step.log("Uploading the package.")
        seen.append(operation_progress(Operation.objects.get(pk=step.operation.pk)))
        return Done()

    run_to_end(_start("seen-running", "look", look=look).id)
    (step,) = seen[0].steps

    assert (step.status, step.attempts) == ("running", 1)
    assert [line.message for line in step.log] == ["Uploading the package."]


def test_a_failed_step_stands_as_failed_and_the_rest_as_not_started() -> None:
    def fail(step: StepContext) -> Done:
        raise StepFailed("The package is not there.", code="test:missing")

    operation = run_to_end(_start("seen-failed", "fail", "never", fail=fail, never=lambda step: Done()).id)
    progress = operation_progress(operation)

    assert [step.status for step in progress.steps] == ["failed", "not_started"]
    assert progress.steps[0].message == "The package is not there."
    assert progress.current is None
    assert progress.percent == 0


def test_a_run_that_has_succeeded_is_at_a_hundred_percent() -> None:
    operation = run_to_end(_start("seen-done", "one", one=lambda step: Done(skipped=True)).id)
    progress = operation_progress(operation)

    assert progress.percent == 100
    assert [step.status for step in progress.steps] == ["skipped"]


def test_typical_durations_are_medians_of_past_runs_of_the_same_step() -> None:
    for base, content in [(10.0, 1.0), (20.0, 2.0), (60.0, 9.0)]:
        _past_run("seen-typical", {"install:base": base, "install:content": content})
    plan = ["install:base", "install:content", "install:never-seen"]
    progress = operation_progress(_start("seen-typical", *plan, install=lambda step: Done()))

    assert [step.typical_seconds for step in progress.steps] == [20.0, 2.0, pytest.approx(9.5)]
    assert progress.expected_seconds_left == pytest.approx(31.5)


def test_the_percentage_counts_a_long_step_for_more() -> None:
    _past_run("seen-weights", {"install:long": 30.0, "install:short": 10.0})
    operation = _start(
        "seen-weights",
        "install:long",
        "install:short",
        install=lambda step: Done() if step.argument == "long" else Wait(timedelta(seconds=9), "Not yet."),
    )
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()

    assert operation_progress(operation).percent == 75


def test_a_step_that_takes_longer_than_nearly_all_before_it_is_slow() -> None:
    _past_run("seen-slow", {"install:a": 5.0})
    operation = _start("seen-slow", "install:a", install=lambda step: Wait(timedelta(seconds=9), "Not yet."))
    operation_run(operation_id=operation.id)
    operation.refresh_from_db()
    assert not operation_progress(operation).is_slow

    operation.step_started_at = timezone.now() - timedelta(seconds=6)
    assert operation_progress(operation).is_slow
    assert operation_progress(operation).expected_seconds_left == 0.0


def test_progress_takes_three_queries_however_long_the_run_is(django_assert_num_queries: Any) -> None:
    steps = [f"one:{number}" for number in range(30)]
    operation = run_to_end(_start("seen-queries", *steps, one=lambda step: Done()).id)
    with django_assert_num_queries(3):
        operation_progress(operation)
