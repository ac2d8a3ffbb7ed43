"""Drives one run through everything a run can meet, in a child process that a fault point may kill.

Reads lines ``<fault point or -> <scenario> <resource id>`` and answers each with the child's exit status. The parent
has no thread and no connection, so each child is a fresh process of the product.
"""

from __future__ import annotations

import os
import sys
import time
import uuid

import django

STEPS = ("trace", "wait-once", "fail-once", "trace")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.crash.settings")
    django.setup()
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        point, scenario, resource_id = line.split()
        print(_in_a_child(point, scenario, uuid.UUID(resource_id)), flush=True)  # noqa: T201


def _in_a_child(point: str, scenario: str, resource_id: uuid.UUID) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        os.dup2(2, 1)  # the log; answers are the parent's alone
        try:
            _live(point, scenario, resource_id)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _live(point: str, scenario: str, resource_id: uuid.UUID) -> None:
    """Do what is still to be done, as people, worker and reconciler would, until the run has ended."""
    from operations import faultpoints, liveness
    from operations.models import Operation
    from operations.reconciler import Reconciler
    from operations.runner import operation_run, step_give_up

    if point != "-":
        faultpoints.arm(point)
    liveness.ensure_started(overrun=step_give_up)
    _submit(scenario, resource_id)
    reconciler = Reconciler()
    until = time.monotonic() + 30
    while operation := Operation.objects.of_resource("trace", resource_id).active().first():
        assert time.monotonic() < until, operation.waiting_for
        reconciler.look()
        operation_run(operation_id=operation.id)


def _submit(scenario: str, resource_id: uuid.UUID) -> None:
    """Start the run, and cancel it where that is the story; what was answered before is not asked again."""
    from core.models import User
    from operations.models import Operation
    from operations.services import Resource, operation_cancel, operation_start
    from operations.workflow import StepPlan
    from tests.crash.traces.workflow import NAME

    operation = Operation.objects.of_resource("trace", resource_id).first()
    if operation is None:
        plan = [StepPlan(name, f"Do {name}", "0") for name in STEPS]
        resource = Resource("trace", resource_id, "traced")
        operation = operation_start(actor=None, workflow=NAME, resource=resource, plan=plan)
    if scenario == "cancel" and operation.cancel_requested_at is None:
        alice, _ = User.objects.get_or_create(email="alice@contoso.example")
        operation_cancel(actor=alice, operation_id=operation.id)


if __name__ == "__main__":
    main()
