"""The way of a run, from its start to its one final state."""

from __future__ import annotations

import pytest

from operations.models import Operation
from operations.services import operation_start
from operations.workflow import Done, StepContext
from tests.builders.operations import resource, run_to_end, workflow

pytestmark = pytest.mark.django_db


def test_a_run_does_its_steps_in_order_and_succeeds() -> None:
    done: list[str] = []

    def note(step: StepContext) -> Done:
        done.append(step.argument)
        return Done(output={step.argument: True}, message=f"Did {step.argument}.")

    plan = workflow("test-order", note=note).plan("note:a", "note:b", "note:c")
    operation = run_to_end(operation_start(actor=None, workflow="test-order", resource=resource(), plan=plan).id)

    assert done == ["a", "b", "c"]
    assert operation.status == Operation.Status.SUCCEEDED
    assert operation.output == {"a": True, "b": True, "c": True}
    assert [step.message for step in operation.steps.order_by("position")] == ["Did a.", "Did b.", "Did c."]
