"""Every attempt at one solution in one organization: runs of this room for it, and the steps of others that did it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from operations.models import Operation, OperationEvent, OperationStep
from operations.progress import TOLD, LogLine
from solutions.plan import IMPORTS, RESOURCE, UNINSTALL

SHOWN = 10
LOOKED_AT = 50  # runs that planned the solution; most of them found it there

Lines = Mapping[tuple[uuid.UUID, int | None], list[LogLine]]


@dataclass(frozen=True)
class Attempt:
    """One attempt. ``why`` says what it was part of; ``status`` is a word of steps or operations."""

    operation: Operation
    why: str
    status: str
    began: datetime
    ended: datetime | None
    message: str
    log: tuple[LogLine, ...]


def attempts_at(organization_id: uuid.UUID, unique_name: str) -> tuple[Attempt, ...]:
    """The latest attempts, the newest first. Three queries."""
    return _attempts(organization_id, unique_name)[:SHOWN]


def attempts_count(organization_id: uuid.UUID, unique_name: str) -> int:
    """How many attempts there have been, as far as they are looked for."""
    return len(_attempts(organization_id, unique_name))


def _attempts(organization_id: uuid.UUID, unique_name: str) -> tuple[Attempt, ...]:
    planned = Q(plan__contains=[{"argument": unique_name}])
    runs = Operation.objects.filter(planned, organization_id=organization_id).select_related("actor")
    found = list(runs.order_by("-created_at")[:LOOKED_AT])
    steps = {(step.operation_id, step.position): step for step in OperationStep.objects.filter(operation__in=found)}
    lines = _lines(found)
    attempts = (_attempt(run, unique_name, steps, lines) for run in found)
    return tuple(attempt for attempt in attempts if attempt)


def _attempt(
    run: Operation, unique_name: str, steps: Mapping[tuple[uuid.UUID, int], OperationStep], lines: Lines
) -> Attempt | None:
    if run.resource_type == RESOURCE and run.input.get("unique_name") == unique_name:
        return _whole(run, lines)
    position = _position(run, unique_name)
    step = steps.get((run.pk, position)) if position is not None else None
    if step is None or step.status == OperationStep.Status.SKIPPED:
        return None
    return Attempt(
        operation=run,
        why=run.resource_label if run.resource_type == RESOURCE else f"Part of {run.resource_label}",
        status=step.status,
        began=step.started_at or step.finished_at,
        ended=step.finished_at,
        message=step.message or (_error(run) if step.status == OperationStep.Status.FAILED else ""),
        log=tuple(lines.get((run.pk, position), ())),
    )


def _whole(run: Operation, lines: Lines) -> Attempt:
    log = [line for position in range(len(run.plan)) for line in lines.get((run.pk, position), ())]
    began = run.started_at or run.created_at
    return Attempt(run, run.resource_label, run.status, began, run.finished_at, _error(run), tuple(log))


def _position(run: Operation, unique_name: str) -> int | None:
    kinds = (*IMPORTS, UNINSTALL)
    places = (at for at, step in enumerate(run.plan) if step["argument"] == unique_name and step["name"] in kinds)
    return next(places, None)


def _error(run: Operation) -> str:
    return str(run.error["message"]) if run.error else ""


def _lines(runs: Iterable[Operation]) -> Lines:
    found: dict[tuple[uuid.UUID, int | None], list[LogLine]] = defaultdict(list)
    events = OperationEvent.objects.filter(operation__in=list(runs), kind__in=TOLD)
    for run, position, at, message, kind in events.values_list("operation_id", "position", "at", "message", "kind"):
        found[run, position].append(LogLine(at, message, kind))
    return found
