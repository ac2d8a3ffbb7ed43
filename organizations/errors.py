"""What can go wrong between us and an organization."""

from __future__ import annotations

from core.errors import Unavailable


class OrganizationProblem(Unavailable):
    """The organization did not do what it was asked to.

    Args:
        message: one sentence of ours for people.
        service_code: the organization's own code, such as ``0x80048034``; empty where it gave none.
        service_text: the organization's own words; they may be shown to people, as the organization's.
        status: the HTTP status, 0 where there was no answer.
    """

    default_code = "organizations:unavailable"
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


class OrganizationUnavailable(OrganizationProblem):
    """It may pass: no answer, half an answer, a 429 or a 5xx. ``retry_after`` says when to ask again, where known."""


class OrganizationRefused(OrganizationProblem):
    """Asking again cannot help until somebody changes something."""

    default_code = "organizations:refused"
    is_permanent = True
    attempt = 1  # how often it was sent: a repeated request may be refused because its first try was carried out
