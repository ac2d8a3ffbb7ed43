"""Several events in one body: bare, or with the moment of their sending, which tells a clock that is off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.hub.errors import bad_request
from analytics.hub.events import moment_read

EVENTS, SENT_AT = "batch", "sentAt"
# The way here takes its time as well; what differs by less is no reason to change what a sender said.
ON_THE_WAY = timedelta(seconds=5)


@dataclass(frozen=True)
class Batch:
    """Events that came together.

    Args:
        ahead: how far the sender's clock is ahead of ours (behind where it is negative); None where it agrees, or
            nothing is known of it.
    """

    events: Sequence[object]
    ahead: timedelta | None = None

    @property
    def warning(self) -> str:
        """What the sender should be told of its clock; "" where it agrees."""
        if self.ahead is None:
            return ""
        seconds = round(abs(self.ahead).total_seconds())
        off = f"{seconds // 60:,} minutes" if seconds >= 120 else f"{seconds} seconds"
        side = "ahead" if self.ahead > timedelta() else "behind"
        return f"The sender's clock is {off} {side}; the times of its events were corrected."


def batch_read(found: object, now: datetime) -> Batch | None:
    """The batch: an array of events, or ``{"sentAt": "…", "batch": […]}``. None where the body is one event.

    Raises:
        HubError: 400 ``InvalidBatch``.
    """
    if isinstance(found, list):
        return Batch(found)
    if not isinstance(found, dict) or not isinstance(events := found.get(EVENTS), list) or "InteractionType" in found:
        return None
    if unknown := sorted(found.keys() - {EVENTS, SENT_AT}):
        raise bad_request("InvalidBatch", f"Beside {EVENTS} there may be {SENT_AT}, not {unknown[0][:80]}.")
    return Batch(events, _ahead(found[SENT_AT], now) if SENT_AT in found else None)


def _ahead(told: object, now: datetime) -> timedelta | None:
    sent_at = moment_read(told)
    if sent_at is None:
        raise bad_request("InvalidBatch", f"{SENT_AT} is not a moment in ISO 8601. Nothing was stored.")
    ahead = sent_at - now
    return ahead if abs(ahead) > ON_THE_WAY else None
