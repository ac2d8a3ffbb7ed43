"""What can go wrong between us and a Customer Insights hub. The sentences stand in messages.py."""

from __future__ import annotations

from core.errors import Conflict, NotFound, OutsideProblem


class HubProblem(OutsideProblem):
    """The hub did not do what it was asked to."""

    default_code = "analytics:hub-unreachable"


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
