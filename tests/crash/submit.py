"""Starts traced runs in a process of its own: ``python -m tests.crash.submit RUNS STEPS SECONDS [WORKFLOW]``.

With ``stream`` for RUNS it keeps about ACTIVE runs alive until its input ends; with ``hang`` alone it starts one run
whose middle step hangs the first time. Prints ``started <id>`` for each run whose start was answered.
"""

from __future__ import annotations

import os
import select
import sys
import time
import uuid

import django

ACTIVE = 40


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.crash.settings")
    django.setup()
    if sys.argv[1] == "stream":
        stream(steps=int(sys.argv[2]), seconds=float(sys.argv[3]))
    elif sys.argv[1] == "hang":
        say(start_plan("trace", "hang-once", "trace"))
    else:
        for _ in range(int(sys.argv[1])):
            say(start(steps=int(sys.argv[2]), seconds=float(sys.argv[3]), workflow=(sys.argv[4:] or ["trace"])[0]))


def say(operation: uuid.UUID) -> None:
    """In one write: the log goes the same way, from another thread."""
    sys.stdout.write(f"started {operation}\n")
    sys.stdout.flush()


def start(*, steps: int, seconds: float, workflow: str = "trace") -> uuid.UUID:
    from operations.services import Resource, operation_start
    from tests.crash.traces.workflow import plan

    resource = Resource("trace", uuid.uuid4(), "traced")
    return operation_start(actor=None, workflow=workflow, resource=resource, plan=plan(steps=steps, seconds=seconds)).id


def start_plan(*names: str) -> uuid.UUID:
    from operations.services import Resource, operation_start
    from operations.workflow import StepPlan
    from tests.crash.traces.workflow import NAME

    steps = [StepPlan(name, f"Do {name}", "0") for name in names]
    return operation_start(actor=None, workflow=NAME, resource=Resource("trace", uuid.uuid4(), "traced"), plan=steps).id


def stream(*, steps: int, seconds: float) -> None:
    from django.db import Error, connection

    from operations.models import Operation

    while not select.select([sys.stdin], [], [], 0.02)[0]:
        try:
            if Operation.objects.active().count() < ACTIVE:
                say(start(steps=steps, seconds=seconds))
        except Error:  # the database is being killed: what was not answered is not counted
            connection.close()
            time.sleep(0.2)


if __name__ == "__main__":
    main()
