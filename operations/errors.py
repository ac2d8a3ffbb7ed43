"""What can go wrong with an operation itself."""

from __future__ import annotations

from core.errors import Conflict, Unavailable


class OperationBusy(Conflict):
    """The resource has an active run already."""

    default_code = "operations:busy"


class OperationFinished(Conflict):
    """The run has ended already."""

    default_code = "operations:finished"


class StepTimedOut(Unavailable):
    """A step took longer than the step limit; its process was ended and the step is tried again."""

    default_code = "operations:step-timed-out"


class WorkerLost(Unavailable):
    """The worker that ran the step is gone, again and again."""

    default_code = "operations:worker-lost"


class LostLease(Exception):
    """Somebody else holds the run now: whatever this process still wanted to write no longer counts."""
