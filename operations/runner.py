"""Runs a run on: claims it, does its steps one after the other, and stops when it ends, waits or is lost."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from core.errors import PortalAdminError, Unavailable
from operations import liveness, stopping, transitions
from operations.errors import LostLease, WorkerLost
from operations.faultpoints import faultpoint
from operations.models import Operation
from operations.outage import through_outage
from operations.runs import Problem, Run
from operations.workflow import Done, Retry, StepFailed, Wait

logger = structlog.get_logger(__name__)


def operation_run(*, operation_id: uuid.UUID) -> None:
    """Claim the run and do its steps until it ends or must wait. Where it cannot be claimed, do nothing.

    This is the one place where a step's errors are caught. Calling it twice, or for a run that is over, is harmless.
    """
    # The claim itself finds out whether the connection lives, and waits where it is dead.
    connection.health_check_done = True  # type: ignore[attr-defined]
    owner, _ = through_outage(liveness.owner)
    run = transitions.run_claim(operation_id=operation_id, owner=owner)
    if run is None:
        return
    operation = run.operation
    bound = {"operation_id": str(operation.id)}
    if operation.request_id:
        bound["request_id"] = operation.request_id
    with structlog.contextvars.bound_contextvars(**bound), liveness.holding(run):
        try:
            _run_on(run)
            logger.info("operation.left", status=operation.status, step=operation.step)
        except LostLease:
            logger.warning("operation.lease_lost", step=operation.step)


@dataclass(frozen=True, slots=True)
class _Step:
    """What a handler is given: :class:`operations.workflow.StepContext`."""

    run: Run

    @property
    def operation(self) -> Operation:
        return self.run.operation

    @property
    def argument(self) -> str:
        return self.run.planned["argument"]

    @property
    def attempt(self) -> int:
        return self.run.operation.attempt + 1

    def log(self, message: str) -> None:
        transitions.log_write(self.run, message)


def _run_on(run: Run) -> None:
    is_on = _may_begin(run)
    while is_on:
        is_on = _advance(run) and _may_begin(run)


def _may_begin(run: Run) -> bool:
    """Whether the next step may begin; what stands in its way is settled here."""
    if run.operation.cancel_requested_at is not None:
        transitions.run_cancel(run)
    elif stopping.is_asked():
        transitions.run_hand_back(run)
    elif run.operation.attempt >= run.workflow.retry.attempts:
        lost = WorkerLost("The worker process ended several times while it was at this step.")
        _fail_for_sure(run, _told(lost), run.operation.attempt)
    else:
        return True
    return False


def _advance(run: Run) -> bool:
    """Do one step and write its answer; True where the run goes on to the next step."""
    faultpoint("step.before")
    try:
        answer = run.workflow.handlers[run.planned["name"]](_Step(run))
        faultpoint("step.acted")
        return _answered(run, answer)
    except LostLease:
        raise
    except Exception as error:
        step_give_up(run, error)
        return False


def _answered(run: Run, answer: Done | Wait) -> bool:
    if isinstance(answer, Wait):
        transitions.run_wait(run, answer)
        return False
    if not isinstance(answer, Done):
        raise TypeError(f"The step {run.planned['name']} answered {answer!r} instead of Done or Wait.")
    if run.is_at_last_step:
        transitions.run_succeed(run, answer)
        return False
    transitions.step_commit(run, answer)
    return True


def step_give_up(run: Run, error: Exception) -> None:
    """Write down that this try failed: the end of the run where trying again is hopeless, else a back-off."""
    problem = _problem(run, error)
    attempts = run.operation.attempt + 1
    if isinstance(error, DatabaseError) and not connection.in_atomic_block:
        connection.close()  # it may be broken; the next statement opens a fresh one
    if _is_hopeless(error) or attempts >= run.workflow.retry.attempts:
        _fail_for_sure(run, problem, attempts)
    else:
        transitions.run_retry(run, problem, delay=_delay(run.workflow.retry, attempts, error))


def _fail_for_sure(run: Run, problem: Problem, attempts: int) -> None:
    """``finished`` must not fail. Where it does, the run stays alive and is ended later, rather than half."""
    try:
        transitions.run_fail(run, problem, attempts=attempts)
    except LostLease:
        raise
    except Exception:
        logger.exception("operation.finished_failed", step=run.planned["name"])
        transitions.run_put_off(run, problem, delay=run.workflow.retry.longest_delay)


def _is_hopeless(error: Exception) -> bool:
    return isinstance(error, StepFailed) or (isinstance(error, Unavailable) and error.permanent)


def _delay(retry: Retry, attempts: int, error: Exception) -> timedelta:
    """Doubling, between half and all of it at random, and never sooner than the other side asked for."""
    longest = retry.longest_delay.total_seconds()
    delay = min(retry.first_delay.total_seconds() * 2 ** (attempts - 1), longest) * random.uniform(0.5, 1.0)  # noqa: S311
    asked = getattr(error, "retry_after", None) or 0.0
    return timedelta(seconds=max(delay, asked))


def _problem(run: Run, error: Exception) -> Problem:
    step = run.planned["name"]
    if isinstance(error, PortalAdminError):
        logger.info("operation.step_refused", step=step, code=error.code, attempt=run.operation.attempt + 1)
        return _told(error)
    if isinstance(error, (OperationalError, InterfaceError)):
        logger.warning("operation.database_refused", step=step, exc_info=error)
        return Problem("operations:database-away", "The database did not answer.", {})
    reference = uuid.uuid4().hex[:12]
    logger.error("operation.step_broke", step=step, reference=reference, exc_info=error)
    message = f"The step stopped with an error of ours. Reference {reference}."
    return Problem("operations:unexpected", message, {"reference": reference}, reference)


def _told(error: PortalAdminError) -> Problem:
    return Problem(error.code, error.message, error.context)
