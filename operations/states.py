"""What may follow what. Each move is one guarded statement of ``statements.py``."""

from __future__ import annotations

from collections.abc import Mapping

from operations.models import Operation

Status = Operation.Status

NEXT: Mapping[Status, frozenset[Status]] = {
    Status.NOT_STARTED: frozenset({Status.RUNNING}),
    Status.RUNNING: frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELED}),
    Status.SUCCEEDED: frozenset(),
    Status.FAILED: frozenset(),
    Status.CANCELED: frozenset(),
}
