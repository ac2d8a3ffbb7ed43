"""An update's run as its page shows it: where it stands, and what has come in each language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from core.messages import Message, message_for
from operations.models import Operation
from operations.progress import Progress, operation_progress


@dataclass(frozen=True)
class LanguageResult:
    """What one language got, and what stayed because people had changed it."""

    lcid: int
    added: int
    kept: int


@dataclass(frozen=True)
class UpdateRun:
    """One run at a glance."""

    operation: Operation

    @cached_property
    def progress(self) -> Progress:
        return operation_progress(self.operation)

    @property
    def results(self) -> list[LanguageResult]:
        """By language, once the run has counted."""
        added, kept = (self.operation.output.get(name, {}) for name in ("added", "kept"))
        return [LanguageResult(int(lcid), count, kept.get(lcid, 0)) for lcid, count in added.items()]

    @property
    def added(self) -> int:
        return sum(result.added for result in self.results)

    @property
    def failure(self) -> Message | None:
        """What stopped it, in words; the body is what the step said."""
        error = self.operation.error
        if not error:
            return None
        said = message_for(error["code"]) or Message("The update stopped")
        return Message(said.heading, body=error["message"] or said.body, next_action=said.next_action, turn=said.turn)

    @property
    def announcement(self) -> str:
        """Said when the step changes, and only then."""
        current = self.progress.current
        return current.title if current else self.operation.get_status_display()
