"""What can go wrong between us and a Customer Insights hub. The sentences stand in messages.py."""

from __future__ import annotations

from core.errors import Conflict, NotFound, Unavailable


class HubProblem(Unavailable):
    """The hub did not do what it was asked to.

    Args:
        message: one sentence of ours for people.
        service_code: the hub's own code, such as ``UnknownInteractionType``; empty where it gave none.
        service_text: the hub's own words; they may be shown to people, as the hub's.
        status: the HTTP status, 0 where there was no answer.
    """

    default_code = "analytics:hub-unreachable"
    is_permanent = False

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        service_code: str = "",
        service_text: str = "",
        status: int = 0,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(
            message,
            code=code,
            permanent=self.is_permanent,
            retry_after=retry_after,
            context={"service_code": service_code, "service_text": service_text, "status": status},
        )
        self.service_code = service_code
        self.service_text = service_text
        self.status = status


class HubUnavailable(HubProblem):
    """It may pass: no answer, half an answer, a 429 or a 5xx. ``retry_after`` says when to ask again, where known."""


class HubRefused(HubProblem):
    """Asking again cannot help until somebody changes something."""

    default_code = "analytics:hub-refused"
    is_permanent = True


class NotConfigured(NotFound):
    """The portal sends its interactions nowhere."""

    default_code = "analytics:not-configured"


class AlreadyConfigured(Conflict):
    """The portal has a hub; its address is read-only."""

    default_code = "analytics:configured"


class AnalyticsBusy(Conflict):
    """The portal's analytics are being configured at this moment."""

    default_code = "analytics:busy"
