"""A portal's analytics as pages and API show them: how sending goes, what waits, what was refused. Never the key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Max

from analytics import messages
from analytics.kinds import KINDS
from analytics.models import InsightsConnection, Interaction, InteractionType, RefusedInteraction
from analytics.plan import CONFIGURE, DELETE, RESOURCE
from core.messages import Message, message_for
from operations.models import Operation
from operations.progress import Progress, operation_progress
from portals.models import Portal

REFUSED_SHOWN = 20


@dataclass(frozen=True)
class RefusedReason:
    """Interactions of one type that were refused for one reason."""

    type: str
    code: str
    reason: str
    count: int
    last_at: object

    @property
    def display_name(self) -> str:
        return KINDS[self.type].display_name if self.type in KINDS else self.type

    @property
    def words(self) -> str:
        """Our heading for the code, and the hub's own words where it gave some."""
        said = message_for(self.code)
        heading = said.heading if said else "The hub refused"
        return f"{heading}: {self.reason}" if self.reason else heading


@dataclass(frozen=True)
class Tracking:
    """What the Tracking Portal Interaction page says of a connection."""

    connection: InsightsConnection

    @cached_property
    def types(self) -> list[InteractionType]:
        """In the order of the source document."""
        rows = {row.name: row for row in self.connection.types.all()}
        return [rows[name] for name in KINDS if name in rows]

    @cached_property
    def backlog(self) -> int:
        return Interaction.objects.filter(portal_id=self.connection.portal_id).count()

    @cached_property
    def refused_count(self) -> int:
        return RefusedInteraction.objects.filter(portal_id=self.connection.portal_id).count()

    @cached_property
    def refused(self) -> list[RefusedReason]:
        """By type and reason, the newest first."""
        rows = RefusedInteraction.objects.filter(portal_id=self.connection.portal_id)
        grouped = rows.values("type", "code", "reason").annotate(count=Count("pk"), last_at=Max("refused_at"))
        return [RefusedReason(**row) for row in grouped.order_by("-last_at")[:REFUSED_SHOWN]]

    @property
    def state(self) -> str:
        """The name of the look that the page shows beside the heading."""
        trouble = self.connection.is_connected and self.is_in_trouble
        return "analytics_trouble" if trouble else f"analytics_{self.connection.state}"

    @property
    def is_in_trouble(self) -> bool:
        return self.connection.failures > 0

    @property
    def trouble(self) -> Message | None:
        """Why nothing can be sent now; None where it can."""
        return message_for(self.connection.last_error_code) if self.is_in_trouble else None

    @property
    def kept(self) -> str:
        """What becomes of interactions while nothing can be sent."""
        return messages.AGAIN if self.connection.last_error_code in messages.PASSING else messages.KEPT

    @property
    def last_error_heading(self) -> str:
        said = message_for(self.connection.last_error_code)
        return said.heading if said else self.connection.last_error_text

    @property
    def sharing(self) -> list[str]:
        """The other portals that send to this hub."""
        others = InsightsConnection.objects.sharing(self.connection.hub_uri).exclude(pk=self.connection.pk)
        own = others.filter(portal__organization_id=self.connection.portal.organization_id)
        return list(own.values_list("portal__name", flat=True).order_by("portal__name"))


@dataclass(frozen=True)
class AnalyticsRun:
    """One run at a glance."""

    operation: Operation

    @cached_property
    def progress(self) -> Progress:
        return operation_progress(self.operation)

    @property
    def failure(self) -> Message | None:
        """What stopped it, in words; the body is what the step said."""
        error = self.operation.error
        if not error:
            return None
        said = message_for(error["code"]) or Message("It stopped")
        return Message(said.heading, body=error["message"], next_action=said.next_action, turn=said.turn)

    @property
    def turned_on(self) -> str:
        """What the one interaction is called that the run turns on; "" where it connects, or deletes."""
        name = self.operation.input.get("type", "")
        return KINDS[name].display_name if name in KINDS else ""

    @property
    def title(self) -> str:
        """What the run does."""
        if self.operation.workflow == DELETE:
            return "Delete D365 Customer Insights integration"
        return f"Turn on {self.turned_on}" if self.turned_on else "Configure Portal Interaction Tracking"

    @property
    def can_be_corrected(self) -> bool:
        """Whether it stopped at what an administrator had typed in."""
        return self.operation.workflow == CONFIGURE and not self.turned_on

    @property
    def not_sent(self) -> int:
        """How many interactions were deleted with the connection."""
        return int(self.operation.output.get("left", 0))

    @property
    def announcement(self) -> str:
        """Said when the step changes, and only then."""
        current = self.progress.current
        return current.title if current else self.operation.get_status_display()


def run_latest(portal: Portal) -> Operation | None:
    """The newest run of the portal's analytics."""
    return Operation.objects.of_resource(RESOURCE, portal.pk).first()
