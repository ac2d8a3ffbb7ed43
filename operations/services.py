"""Starting, hurrying and cancelling operations. The runner and the reconciler are the only other writers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import NotFound
from core.models import User
from operations import queue
from operations.errors import OperationBusy, OperationFinished
from operations.faultpoints import faultpoint
from operations.models import Operation, OperationEvent
from operations.workflow import StepPlan, Workflow, plan_as_json, workflow_named

ONE_ACTIVE = "operations_one_active_per_resource"


@dataclass(frozen=True)
class Resource:
    """What an operation works on. ``organization_id`` decides who may see the operation."""

    type: str
    id: uuid.UUID
    label: str
    organization_id: uuid.UUID | None = None


def operation_start(
    *,
    actor: User | None,
    workflow: str,
    resource: Resource,
    plan: Sequence[StepPlan],
    input: Mapping[str, Any] | None = None,
) -> Operation:
    """Write the run and wake it on commit; the answer never waits for the broker.

    Raises:
        Conflict: ``operations:busy``: the resource has an active run already.
        ValueError: the plan is empty or names a step the workflow does not have.
    """
    shape = workflow_named(workflow)
    _check_plan(shape, plan)
    with transaction.atomic():
        operation = _write(actor, shape, resource, plan, input or {})
        faultpoint("start.before_commit")
        queue.wake(operation.id)
    faultpoint("start.committed")
    return operation


def operation_cancel(*, actor: User, operation_id: uuid.UUID) -> None:
    """Ask an active run to stop before its next step. Asking twice is asking once.

    Raises:
        NotFound: there is no such run.
        Conflict: ``operations:finished``: it has ended already.
    """
    now = timezone.now()
    with transaction.atomic():
        asked = Operation.objects.active().filter(pk=operation_id, cancel_requested_at=None)
        if asked.update(cancel_requested_at=now, due_at=None, updated_at=now):
            OperationEvent.objects.create(
                operation_id=operation_id, at=now, kind=OperationEvent.Kind.CANCEL_REQUESTED, actor=actor
            )
            queue.wake(operation_id)
            Operation.objects.filter(pk=operation_id, lease_until=None).update(wake_at=now)
        elif not Operation.objects.active().filter(pk=operation_id).exists():
            _refuse_cancel(operation_id)
    faultpoint("cancel.requested")


def operation_hurry(*, operation_id: uuid.UUID) -> bool:
    """End a run's wait or back-off now, because what it waits for may be there. False where it does not wait.

    A run that a worker holds at this moment is left alone: it is looking already.
    """
    now = timezone.now()
    with transaction.atomic():
        waiting = Operation.objects.active().filter(pk=operation_id, lease_until=None)
        found = waiting.update(due_at=None, wake_at=now, updated_at=now)
        if found:
            queue.wake(operation_id)
    return bool(found)


def _check_plan(shape: Workflow, plan: Sequence[StepPlan]) -> None:
    unknown = [step.name for step in plan if step.name not in shape.handlers]
    if not plan or unknown:
        raise ValueError(f"{shape.name} cannot be planned with the steps {[step.name for step in plan]}.")


def _write(
    actor: User | None, shape: Workflow, resource: Resource, plan: Sequence[StepPlan], values: Mapping[str, Any]
) -> Operation:
    now = timezone.now()
    operation = Operation(
        workflow=shape.name,
        version=shape.version,
        resource_type=resource.type,
        resource_id=resource.id,
        resource_label=resource.label[:200],
        organization_id=resource.organization_id,
        actor=actor,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id") or "")[:64],
        plan=plan_as_json(plan),
        input=dict(values),
        wake_at=now + timedelta(seconds=settings.OPERATIONS_GRACE_SECONDS),
    )
    try:
        with transaction.atomic():
            operation.save(force_insert=True)
    except IntegrityError as refused:
        if ONE_ACTIVE not in str(refused):
            raise
        raise OperationBusy("Something is being done here already.", context={"resource": resource.label}) from refused
    OperationEvent.objects.create(operation=operation, at=now, kind=OperationEvent.Kind.STARTED, actor=actor)
    return operation


def _refuse_cancel(operation_id: uuid.UUID) -> None:
    if Operation.objects.filter(pk=operation_id).exists():
        raise OperationFinished("This has ended already.")
    raise NotFound("There is no such operation.")
