"""Starting, cancelling and reading operations. The runner (runner.py) is the only other writer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.models import User
from operations.models import Operation
from operations.workflow import StepPlan


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
    """
    raise NotImplementedError


def operation_cancel(*, actor: User, operation_id: uuid.UUID) -> None:
    """Ask an active run to stop before its next step.

    Raises:
        Conflict: ``operations:finished``: it has ended already.
    """
    raise NotImplementedError
