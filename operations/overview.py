"""The progress of many runs at once, for lists: without their logs, and with as many queries for 200 as for one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from django.db.models import prefetch_related_objects

from operations import progress as reading
from operations.models import Operation
from operations.progress import Progress

Typical = Mapping[tuple[str, str | None], "reading._Typical"]


def operations_progress(operations: Sequence[Operation]) -> Mapping[uuid.UUID, Progress]:
    """Where each run stands: one query for the steps, and one for each workflow's typical durations."""
    prefetch_related_objects(operations, "steps")
    one_of = {operation.workflow: operation for operation in operations}
    durations = {workflow: reading._typical(operation) for workflow, operation in one_of.items()}
    return {operation.pk: _progress(operation, durations[operation.workflow]) for operation in operations}


def _progress(operation: Operation, typical: Typical) -> Progress:
    committed = {step.position: step for step in operation.steps.all()}
    steps = tuple(
        reading._view(operation, position, planned, committed.get(position), (), typical)
        for position, planned in enumerate(operation.plan)
    )
    return Progress(
        percent=reading._percent(operation, steps),
        steps=steps,
        current=steps[operation.step] if operation.is_active and operation.step < len(steps) else None,
        expected_seconds_left=reading._seconds_left(operation, steps),
        is_slow=reading._is_slow(operation, typical),
    )
