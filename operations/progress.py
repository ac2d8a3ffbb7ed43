"""How far a run is, in the words of its page and its API resource: read here once, for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from operations.models import Operation, OperationEvent, OperationStep

PAST_RUNS = 50  # the last runs of the workflow that typical durations are taken from
TOLD = ("log", "waiting", "retrying", "failed", "cancel_requested", "canceled")  # the events that are lines of a log

# Past durations by step and argument (which package), and by step alone, where this argument has no history.
TYPICAL = """
SELECT name, argument, GROUPING(argument), percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY seconds)
  FROM (SELECT step.name, run.plan -> step.position ->> 'argument' AS argument,
               EXTRACT(EPOCH FROM step.finished_at - step.started_at) AS seconds
          FROM (SELECT id, plan FROM operations_operation
                 WHERE status = 'Succeeded' AND workflow = %s AND id <> %s
                 ORDER BY finished_at DESC LIMIT %s) AS run
          JOIN operations_operationstep AS step ON step.operation_id = run.id
         WHERE step.status = 'done' AND step.started_at IS NOT NULL) AS past
 GROUP BY GROUPING SETS ((name, argument), (name))
"""


@dataclass(frozen=True)
class LogLine:
    """One thing that happened in a step."""

    at: datetime
    message: str
    kind: str


@dataclass(frozen=True)
class StepView:
    """One planned step as people see it. ``status`` is one of the API's words; durations are seconds."""

    position: int
    name: str
    title: str
    status: str
    attempts: int
    started_at: datetime | None
    finished_at: datetime | None
    message: str
    typical_seconds: float | None
    log: tuple[LogLine, ...]


@dataclass(frozen=True)
class Progress:
    """A run at a glance. ``expected_seconds_left`` is None where no past run says."""

    percent: int
    steps: tuple[StepView, ...]
    current: StepView | None
    expected_seconds_left: float | None
    is_slow: bool


@dataclass(frozen=True)
class Typical:
    """How long a step took in past runs (seconds)."""

    median: float
    p95: float


Durations = Mapping[tuple[str, str | None], Typical]  # by step and argument; by step alone under None
Lines = Mapping[int, tuple[LogLine, ...]]  # by position


def operation_progress(operation: Operation) -> Progress:
    """Where the run stands. Three queries, however long it is."""
    return progress_of(operation, lines=_lines(operation), typical=typical_durations(operation))


def progress_of(operation: Operation, *, lines: Lines, typical: Durations) -> Progress:
    """Where the run stands, by what was read before: only its steps' rows are asked for, or were prefetched."""
    committed = {step.position: step for step in operation.steps.all()}
    steps = tuple(
        _view(operation, position, planned, committed.get(position), lines.get(position, ()), typical)
        for position, planned in enumerate(operation.plan)
    )
    return Progress(
        percent=_percent(operation, steps),
        steps=steps,
        current=steps[operation.step] if operation.is_active and operation.step < len(steps) else None,
        expected_seconds_left=_seconds_left(operation, steps),
        is_slow=_is_slow(operation, typical),
    )


def typical_durations(operation: Operation) -> Durations:
    """What the steps of this workflow took in its last successful runs, this one aside."""
    with connection.cursor() as cursor:
        cursor.execute(TYPICAL, [operation.workflow, operation.id, PAST_RUNS])
        rows = cursor.fetchall()
    return {(name, None if is_any else argument): Typical(*durations) for name, argument, is_any, durations in rows}


def _lines(operation: Operation) -> Lines:
    found: dict[int, tuple[LogLine, ...]] = {}
    events = OperationEvent.objects.filter(operation=operation, kind__in=TOLD, position__isnull=False)
    for at, message, kind, position in events.values_list("at", "message", "kind", "position"):
        found[position or 0] = (*found.get(position or 0, ()), LogLine(at, message, kind))
    return found


def _of(typical: Durations, planned: Mapping[str, str]) -> Typical | None:
    return typical.get((planned["name"], planned["argument"])) or typical.get((planned["name"], None))


def _view(
    operation: Operation,
    position: int,
    planned: Mapping[str, str],
    committed: OperationStep | None,
    log: tuple[LogLine, ...],
    typical: Durations,
) -> StepView:
    known = _of(typical, planned)
    return StepView(
        position=position,
        name=planned["name"],
        title=planned["title"],
        typical_seconds=None if known is None else known.median,
        log=log,
        **_standing(operation, position, committed),
    )


def _standing(operation: Operation, position: int, committed: OperationStep | None) -> dict[str, Any]:
    if committed is not None:
        return {
            "status": committed.status,
            "attempts": committed.attempts,
            "started_at": committed.started_at,
            "finished_at": committed.finished_at,
            "message": committed.message,
        }
    standing = {"status": "not_started", "attempts": 0, "started_at": None, "finished_at": None, "message": ""}
    if operation.status != Operation.Status.RUNNING or position != operation.step:
        return standing
    is_held = operation.lease_until is not None
    return standing | {
        "status": "running" if is_held or not operation.waiting_for else "waiting",
        "attempts": operation.attempt + (1 if is_held else 0),
        "started_at": operation.step_started_at,
        "message": operation.waiting_for,
    }


def _percent(operation: Operation, steps: tuple[StepView, ...]) -> int:
    """Weighted by what the steps usually take, where every one is known; each step counts the same otherwise."""
    if operation.status == Operation.Status.SUCCEEDED:
        return 100
    known = [step.typical_seconds for step in steps]
    weights = [max(seconds, 0.1) for seconds in known if seconds is not None]
    if len(weights) != len(steps):
        weights = [1.0] * len(steps)
    done = sum(weight for weight, step in zip(weights, steps, strict=True) if step.status in ("done", "skipped"))
    return min(99, int(100 * done / (sum(weights) or 1.0)))


def _seconds_left(operation: Operation, steps: tuple[StepView, ...]) -> float | None:
    left = steps[operation.step :]
    known = [step.typical_seconds for step in left if step.typical_seconds is not None]
    if not operation.is_active or len(known) != len(left):
        return None
    return max(0.0, sum(known) - min(_seconds_in_step(operation), known[0] if known else 0.0))


def _is_slow(operation: Operation, typical: Durations) -> bool:
    if not operation.is_active or operation.step >= len(operation.plan):
        return False
    known = _of(typical, operation.plan[operation.step])
    return known is not None and _seconds_in_step(operation) > max(known.p95, 1.0)


def _seconds_in_step(operation: Operation) -> float:
    if operation.step_started_at is None:
        return 0.0
    return (timezone.now() - operation.step_started_at).total_seconds()
