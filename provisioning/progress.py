"""A run of provisioning as its page shows it: where it stands, what went wrong, whose turn it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from core.messages import Message, Turn, message_for
from operations.models import Operation
from operations.progress import Progress, StepView, operation_progress
from portals.models import Portal
from provisioning.banners import Banner, banner_for
from provisioning.plan import INSTALL

DONE = ("done", "skipped")
TURNS = {
    Turn.ADMINISTRATOR: "It is your turn: change what is named above, then restart.",
    Turn.ORGANIZATION: "It is the turn of the instance's administrators. Restart when they have put it right.",
    Turn.OURS: "It is our turn: nothing in your values is wrong. Restart; if it happens again, report the reference.",
    Turn.VISITOR: "It is the visitor's turn.",
}


@dataclass(frozen=True)
class Failure:
    """What stopped a run, in words."""

    heading: str
    body: str
    next_action: str
    turn: str
    reference: str
    step: str


@dataclass(frozen=True)
class Run:
    """One run of a portal's provisioning at a glance."""

    portal: Portal
    operation: Operation
    progress: Progress
    banner: Banner | None
    failure: Failure | None

    @property
    def done(self) -> int:
        return sum(step.status in DONE for step in self.progress.steps)

    @property
    def total(self) -> int:
        return len(self.progress.steps)

    @property
    def number(self) -> int:
        """The step it is at, counted as people count."""
        return min(self.done + 1, self.total)

    @property
    def page_title(self) -> str:
        """What a browser tab in the background says."""
        where = f"({self.number}/{self.total}) " if self.operation.is_active else ""
        return f"{where}{self.portal.display_name}"

    @property
    def announcement(self) -> str:
        """Said when the step changes, and only then."""
        current = self.progress.current
        if current:
            return f"Step {self.number} of {self.total}: {current.title}"
        return f"{self.portal.display_name}: {self.operation.get_status_display()}"

    @property
    def left(self) -> str:
        """ "about 12 min left", from past runs only; "" where none says."""
        if self.progress.is_slow:
            return "Taking longer than usual"
        seconds = self.progress.expected_seconds_left
        if seconds is None:
            return ""
        return "less than a minute left" if seconds < 60 else f"about {math.ceil(seconds / 60)} min left"

    @property
    def poll_seconds(self) -> int:
        """The longer it runs, the less often the page asks."""
        age = (timezone.now() - self.operation.created_at).total_seconds()
        return 2 if age < 120 else 5 if age < 900 else 10

    @property
    def is_canceling(self) -> bool:
        return self.operation.is_active and self.operation.cancel_requested_at is not None


def run_of(portal: Portal, operation: Operation) -> Run:
    """The run as the page shows it. Three queries."""
    progress = operation_progress(operation)
    stopped = next((step for step in progress.steps if step.status == "failed"), None)
    package = stopped.title if stopped and stopped.name == INSTALL else ""
    banner = banner_for(portal, failed_package=package.removeprefix("Install "))
    return Run(portal, operation, progress, banner, _failure(operation, stopped))


def log_text(run: Run) -> str:
    """The whole log as plain text, to keep or to send on."""
    lines = [f"{run.portal.name} ({run.portal.host})", f"Run {run.operation.pk}: {run.operation.status}", ""]
    for step in run.progress.steps:
        lines.append(f"{step.position + 1}. {step.title}: {step.status}")
        lines += [f"   {line.at.isoformat(timespec='seconds')}  {line.kind}  {line.message}" for line in step.log]
    return "\n".join(lines) + "\n"


def plain_url(request: HttpRequest, portal: Portal) -> str:
    """The portal by plain HTTP, where the reader came by it (under .localhost only); "" elsewhere."""
    if request.is_secure() or not portal.host.endswith(".localhost"):
        return ""
    return f"http://{portal.host}:{settings.PORTAL_HTTP_PORT}/"


def _failure(operation: Operation, stopped: StepView | None) -> Failure | None:
    error = operation.error
    if not error:
        return None
    said = message_for(error["code"]) or Message("Provisioning stopped")
    return Failure(
        heading=said.heading,
        body=error["message"] or said.body,
        next_action=said.next_action,
        turn=TURNS[said.turn],
        reference=error["code"],
        step=stopped.title if stopped else "",
    )
