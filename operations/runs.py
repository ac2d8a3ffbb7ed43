"""A claimed run, and what can be said about a step that did not get done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from operations.models import Operation
from operations.workflow import Workflow


@dataclass(slots=True)
class Run:
    """The row as it is now, its workflow, and the token that every write must show."""

    operation: Operation
    workflow: Workflow
    token: int

    @property
    def planned(self) -> Mapping[str, str]:
        """The step to do."""
        plan: list[dict[str, str]] = self.operation.plan
        return plan[self.operation.step]

    @property
    def is_at_last_step(self) -> bool:
        return self.operation.step + 1 >= len(self.operation.plan)

    def fence(self, **more: Any) -> dict[str, Any]:
        """The values by which a statement knows this claim's step, and ``more`` of them."""
        return {"id": self.operation.id, "step": self.operation.step, "token": self.token, **more}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a step did not get done, in words people may read."""

    code: str
    message: str
    context: Mapping[str, Any]
    reference: str = ""

    def as_json(self, step: str) -> dict[str, Any]:
        """As the operation's row keeps it."""
        found = {"code": self.code, "message": self.message, "step": step, "context": dict(self.context)}
        return {**found, "reference": self.reference} if self.reference else found
