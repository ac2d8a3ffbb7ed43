"""Writes a run's moves, each in one statement. Saying one twice is safe: the fence lets the first one through."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction

from operations import statements
from operations.errors import LostLease
from operations.faultpoints import faultpoint
from operations.metrics import steps_retried
from operations.models import Operation
from operations.outage import through_outage
from operations.prepared import Prepared
from operations.runs import Problem, Run
from operations.workflow import Done, Wait, workflow_version, workflows_known

logger = structlog.get_logger(__name__)

Params = Mapping[str, Any]
Row = tuple[Any, ...]
_NOTHING = "{}"


def run_claim(*, operation_id: uuid.UUID, owner: int | None) -> Run | None:
    """Take the run, or None where it is over, held, not due, or of a workflow this process does not know."""
    faultpoint("claim.before")
    known = workflows_known()
    lease = timedelta(seconds=settings.OPERATIONS_LEASE_SECONDS)
    row, _ = _persist(statements.CLAIM, {"id": operation_id, "owner": owner, "lease": lease, "known": known})
    if row is None:
        _leave_to_others(operation_id, known)
        return None
    faultpoint("claim.committed")
    operation = _operation(row)
    return Run(operation, workflow_version(operation.workflow, operation.version), operation.token)


def step_commit(run: Run, done: Done) -> None:
    """Commit a step that is not the last one, and move the run to the next.

    Raises:
        LostLease: somebody else holds the run.
    """
    params = _step_params(run, done)
    row, is_doubtful = _persist(statements.STEP_DONE, params)
    if row is None and is_doubtful:
        row, _ = _persist(statements.STEP_IS_MINE, params)
    if row is None:
        raise LostLease(run.operation.id)
    operation = run.operation
    operation.step_started_at, operation.cancel_requested_at = row
    operation.step += 1
    operation.attempt = 0
    operation.waiting_for = ""
    if done.output:
        operation.output = {**operation.output, **done.output}
    faultpoint("step.committed")


def run_succeed(run: Run, done: Done) -> None:
    """Commit the last step, the final status and what ``finished`` writes, in one transaction."""
    params = _step_params(run, done)

    def settle(operation: Operation) -> None:
        operation.status = Operation.Status.SUCCEEDED
        operation.step = len(operation.plan)
        operation.output = {**operation.output, **done.output}

    _finish(run, statements.RUN_SUCCEEDED, params, settle)


def run_fail(run: Run, problem: Problem, *, attempts: int) -> None:
    """End the run at this step, with the reason and what ``finished`` writes, in one transaction."""
    error = problem.as_json(run.planned["name"])
    params = run.fence(
        name=run.planned["name"],
        step_status="failed",
        attempts=attempts,
        error=json.dumps(error, default=str),
        began=run.operation.step_started_at,
        kind="failed",
        code=problem.code,
        message=problem.message,
    )

    def settle(operation: Operation) -> None:
        operation.status = Operation.Status.FAILED
        operation.attempt = attempts
        operation.error = error

    _finish(run, statements.RUN_FAILED, params, settle)


def run_cancel(run: Run) -> None:
    """End the run between two steps, because somebody asked for it."""

    def settle(operation: Operation) -> None:
        operation.status = Operation.Status.CANCELED

    _finish(run, statements.RUN_CANCELED, run.fence(kind="canceled", code="", message=""), settle)


def run_wait(run: Run, wait: Wait) -> None:
    """Let go until the wait is over. The same reason twice running is told once."""
    kind = "waiting" if wait.reason != run.operation.waiting_for else ""
    attempt = run.operation.attempt
    _release(run, attempt=attempt, delay=wait.delay, kind=kind, code="", message=wait.reason, reason=wait.reason[:300])


def run_retry(run: Run, problem: Problem, *, delay: timedelta) -> None:
    """Let go until the back-off is over; the failed try counts."""
    _put_off(run, problem, attempt=run.operation.attempt + 1, delay=delay)
    steps_retried.labels(run.operation.workflow, run.planned["name"]).inc()


def run_put_off(run: Run, problem: Problem, *, delay: timedelta) -> None:
    """Let go until the delay is over, as if the step had not been tried: its end could not be written."""
    _put_off(run, problem, attempt=run.operation.attempt, delay=delay)


def run_hand_back(run: Run) -> None:
    """Let go at once, between two steps, because this worker is asked to stop."""
    operation = run.operation
    _release(
        run,
        attempt=operation.attempt,
        delay=timedelta(0),
        kind="",
        code="",
        message="",
        reason=operation.waiting_for,
    )


def log_write(run: Run, message: str) -> None:
    """One line for people into the step's log."""
    with connection.cursor() as cursor:
        cursor.execute(statements.LOG_LINE, run.fence(message=message))


def _step_params(run: Run, done: Done) -> dict[str, Any]:
    return run.fence(
        name=run.planned["name"],
        step_status="skipped" if done.skipped else "done",
        attempts=run.operation.attempt + 1,
        output=json.dumps(done.output, default=str) if done.output else _NOTHING,
        began=run.operation.step_started_at,
        kind="step_done",
        code="",
        message=done.message,
    )


def _put_off(run: Run, problem: Problem, *, attempt: int, delay: timedelta) -> None:
    code, message, reason = problem.code, problem.message, problem.message[:300]
    _release(run, attempt=attempt, delay=delay, kind="retrying", code=code, message=message, reason=reason)


def _release(run: Run, **params: Any) -> None:
    faultpoint("release.before")
    _persist(statements.RUN_RELEASED, run.fence(**params))  # no row: somebody else holds it, and we are done either way
    faultpoint("release.committed")


def _finish(run: Run, statement: Prepared, params: Params, settle: Callable[[Operation], None]) -> None:
    faultpoint("final.before")

    def call_back(row: Row) -> None:
        operation = copy.copy(run.operation)  # where the transaction fails, the run's own copy still says what is so
        operation.finished_at = row[0]
        operation.waiting_for = ""
        operation.owner = operation.lease_until = operation.due_at = operation.wake_at = None
        settle(operation)
        run.workflow.finished(operation)
        faultpoint("final.called_back")

    row, is_doubtful = _persist(statement, params, then=call_back)
    if row is None and not is_doubtful:
        raise LostLease(run.operation.id)
    faultpoint("final.committed")


def _persist(statement: Prepared, params: Params, then: Callable[[Row], None] | None = None) -> tuple[Row | None, bool]:
    """One statement, with ``then`` in its transaction; its row is None where the fence let nothing through."""
    return through_outage(lambda: _execute(statement, params, then))


def _execute(statement: Prepared, params: Params, then: Callable[[Row], None] | None) -> Row | None:
    if then is None:
        return statement.run(params)
    with transaction.atomic():
        row = statement.run(params)
        if row is not None:
            then(row)
        return row


def _leave_to_others(operation_id: uuid.UUID, known: list[str]) -> None:
    reason = "Waiting for a worker of the version that planned this run."
    pause = timedelta(seconds=settings.OPERATIONS_GRACE_SECONDS)
    row, _ = _persist(
        statements.LEAVE_TO_OTHERS, {"id": operation_id, "known": known, "reason": reason, "pause": pause}
    )
    if row is not None:
        logger.warning("operation.unknown_version", operation_id=str(operation_id), known=known)


def _operation(row: Row) -> Operation:
    values = [
        json.loads(value) if column in statements.JSON_COLUMNS and isinstance(value, str) else value
        for column, value in zip(statements.COLUMNS, row, strict=True)
    ]
    names = [field.attname for field in Operation._meta.concrete_fields]
    return Operation.from_db(connection.alias, names, values)
