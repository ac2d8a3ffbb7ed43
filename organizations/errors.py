"""What can go wrong between us and an organization."""

from __future__ import annotations

from core.errors import OutsideProblem


class OrganizationProblem(OutsideProblem):
    """The organization did not do what it was asked to."""

    default_code = "organizations:unavailable"


class OrganizationUnavailable(OrganizationProblem):
    """It may pass: no answer, half an answer, a 429 or a 5xx. ``retry_after`` says when to ask again, where known."""


class OrganizationRefused(OrganizationProblem):
    """Asking again cannot help until somebody changes something."""

    default_code = "organizations:refused"
    is_permanent = True
