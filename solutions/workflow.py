"""The run over an organization's solutions: which step is done by what, and how its end is told."""

from __future__ import annotations

from datetime import timedelta

from operations.models import Operation
from operations.workflow import Retry, Workflow, workflow_register
from solutions import plan, steps
from solutions.bookkeeping import attempt_failed
from solutions.waiting import portal_extend


def solutions_finished(operation: Operation) -> None:
    """A solution whose installation stopped before its own turn shows why; the others' rows are true already."""
    if operation.status != Operation.Status.FAILED or operation.input["kind"] == plan.Kind.UNINSTALL:
        return
    error = operation.error or {}
    attempt_failed(
        organization_id=operation.resource_id,
        unique_name=operation.input["unique_name"],
        code=error.get("context", {}).get("service_code") or error.get("code", ""),
        text=error.get("message", ""),
    )


MANAGE_SOLUTIONS = Workflow(
    name=plan.WORKFLOW,
    version=1,
    handlers={
        plan.CHECK: steps.check_solutions,
        plan.INSTALL: steps.install_solution,
        plan.UPGRADE: steps.upgrade_solution,
        plan.REIMPORT: steps.reimport_solution,
        plan.UNINSTALL: steps.uninstall_solution,
        plan.RESUME: steps.resume_portals,
        plan.EXTEND: portal_extend,
    },
    finished=solutions_finished,
    # As a portal's run: an organization may be away for some minutes.
    retry=Retry(attempts=9, longest_delay=timedelta(minutes=1)),
)

workflow_register(MANAGE_SOLUTIONS)
