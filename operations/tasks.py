"""All of Celery's part in the engine."""

from __future__ import annotations

import uuid

from celery import shared_task

from operations import liveness, queue
from operations.runner import operation_run, step_give_up


@shared_task(name=queue.TASK, acks_late=True, ignore_result=True)
def run(operation_id: str) -> None:
    """Run an operation on, as far as it goes now."""
    liveness.ensure_started(overrun=step_give_up)
    operation_run(operation_id=uuid.UUID(operation_id))
