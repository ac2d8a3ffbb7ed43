"""Runs operations in the test's own process, without broker and worker."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from operations.models import Operation
from operations.runner import operation_run
from operations.services import Resource
from operations.workflow import Handler, Retry, StepPlan, Workflow, workflow_register


def run_to_end(operation_id: uuid.UUID, *, limit: int = 50) -> Operation:
    """Run the operation until it ends, taking every wait and back-off as over at once.

    Raises:
        AssertionError: it has not ended after ``limit`` claims.
    """
    for _ in range(limit):
        Operation.objects.active().filter(pk=operation_id).update(due_at=None)
        operation_run(operation_id=operation_id)
        operation = Operation.objects.get(pk=operation_id)
        if not operation.is_active:
            return operation
    raise AssertionError(f"{operation} has not ended: {operation.waiting_for!r} at step {operation.step}")


@dataclass(frozen=True)
class Shape:
    """A registered workflow of a test, and what its ``finished`` was called with."""

    workflow: Workflow
    finished: list[Operation] = field(default_factory=list)

    def plan(self, *steps: str) -> list[StepPlan]:
        """``"name"`` or ``"name:argument"`` for each step."""
        parts = [step.partition(":") for step in steps]
        return [
            StepPlan(name=name, title=f"Do {name} {argument}".strip(), argument=argument) for name, _, argument in parts
        ]


def workflow(
    name: str,
    *,
    version: int = 1,
    retry: Retry | None = None,
    finished: Callable[[Operation], None] | None = None,
    **handlers: Handler,
) -> Shape:
    """Register a workflow for a test."""
    told: list[Operation] = []
    made = Workflow(name, version, handlers, finished or told.append, retry or Retry())
    workflow_register(made)
    return Shape(made, told)


def resource(label: str = "a thing", *, type: str = "test") -> Resource:
    """A thing nobody else works on."""
    return Resource(type=type, id=uuid.uuid4(), label=label)
