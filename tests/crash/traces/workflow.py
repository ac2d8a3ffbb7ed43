"""The traced workflow. Its trace is written with one ``write`` to an O_APPEND file, so no line is ever torn."""

from __future__ import annotations

import os
import time
from datetime import timedelta

from operations.models import Operation
from operations.workflow import Done, Retry, StepContext, StepPlan, Wait, Workflow, workflow_register

NAME = "trace"
BARE = "trace-bare"  # the same for measurements: nothing else than the engine and the traces


def leave_trace(line: str) -> None:
    descriptor = os.open(os.environ["PORTAL_TRACE_FILE"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


def trace(step: StepContext) -> Done:
    leave_trace(f"step {step.operation.id} {step.operation.step} {time.time():.3f}")
    if seconds := float(step.argument or 0):
        time.sleep(seconds)
    return Done(output={str(step.operation.step): True})


def wait_once(step: StepContext) -> Done | Wait:
    """Waits the first time it is asked."""
    leave_trace(f"step {step.operation.id} {step.operation.step} {time.time():.3f}")
    if step.operation.waiting_for:
        return Done()
    return Wait(timedelta(milliseconds=10), "Waiting once.")


def fail_once(step: StepContext) -> Done:
    """Breaks the first time it is asked."""
    leave_trace(f"step {step.operation.id} {step.operation.step} {time.time():.3f}")
    if step.attempt == 1:
        raise RuntimeError("the first try breaks")
    return Done()


def hang_once(step: StepContext) -> Done:
    """Never comes back the first time it is asked."""
    leave_trace(f"step {step.operation.id} {step.operation.step} {time.time():.3f}")
    if step.attempt == 1:
        time.sleep(600)
    return Done()


def finished(operation: Operation) -> None:
    """Writes a row in the final transaction, as a portal's move would be."""
    Operation.objects.filter(pk=operation.pk).update(resource_label=f"finished {operation.status}")


def plan(*, steps: int, seconds: float) -> list[StepPlan]:
    return [StepPlan("trace", f"Trace {number}", str(seconds)) for number in range(steps)]


workflow_register(
    Workflow(
        NAME,
        1,
        {"trace": trace, "wait-once": wait_once, "fail-once": fail_once, "hang-once": hang_once},
        finished,
        Retry(attempts=20, first_delay=timedelta(milliseconds=20)),
    )
)
workflow_register(Workflow(BARE, 1, {"trace": trace}, lambda operation: None))
