"""One request to an organization and its answer, told in this room's words: what is permanent and what may pass."""

from __future__ import annotations

from typing import Any

import httpx

from core.outside.answers import Answer, Failure, Failures, Told, envelope, retry_after
from core.outside.exchange import Check, Limits, OutsideExchange, no_check
from organizations.client import transport
from organizations.errors import OrganizationProblem, OrganizationRefused, OrganizationUnavailable
from organizations.metrics import calls_counted

__all__ = ["FAILURES", "NOT_MODIFIED", "SLOW", "Answer", "Check", "Exchange", "Limits", "no_check", "problem_of"]

PASSING_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
NOT_MODIFIED = 304
SLOW = Limits(read=120.0, overall=180.0)  # a package of solutions is on its way, or a page of 5,000 rows

FAILURES: Failures = {
    Failure.TOO_SLOW: Told(
        OrganizationUnavailable, "The organization did not answer in time.", "organizations:timeout"
    ),
    Failure.NO_ANSWER: Told(
        OrganizationUnavailable, "The organization cannot be reached.", "organizations:unreachable"
    ),
    Failure.CERTIFICATE: Told(
        OrganizationRefused, "The organization's TLS certificate cannot be trusted.", "organizations:certificate"
    ),
    Failure.TOO_LARGE: Told(OrganizationRefused, "The organization's answer is too large.", "organizations:bad-answer"),
    Failure.ADDRESS: Told(OrganizationRefused, "The address is not valid.", "organizations:address-refused"),
    Failure.NOT_UNDERSTOOD: Told(
        OrganizationUnavailable, "The organization's answer could not be understood.", "organizations:bad-answer"
    ),
}


class Exchange(OutsideExchange):
    """Sends requests to one organization or its authority; every one is counted."""

    failures = FAILURES
    largest_answer = 64 * 1024 * 1024
    also_taken = frozenset({NOT_MODIFIED})

    fetch = calls_counted(OutsideExchange.fetch)

    def transport(self) -> httpx.BaseTransport:
        return transport.transport_make()

    def takes(self, answer: Answer) -> bool:
        """Of a batch that ended at an error also the error's status: what is wrong stands in its parts."""
        is_batch = answer.headers.get("Content-Type", "").startswith("multipart/mixed")
        return super().takes(answer) or (is_batch and 400 <= answer.status < 500)

    def problem_of(self, answer: Answer) -> OrganizationProblem:
        return problem_of(answer)


def problem_of(answer: Answer) -> OrganizationProblem:
    """The error that a refusing answer stands for, with the organization's own code and text."""
    code, text = envelope(answer.body)
    told: dict[str, Any] = {"service_code": code, "service_text": text, "status": answer.status}
    if answer.status in PASSING_STATUSES:
        return OrganizationUnavailable(
            f"The organization answered {answer.status}. It will be asked again.",
            code="organizations:busy" if answer.status == 429 else "organizations:unavailable",
            retry_after=retry_after(answer.headers),
            **told,
        )
    if answer.status < 400:
        return OrganizationRefused(
            "The organization answered with a redirection, which is not followed.",
            code="organizations:redirected",
            **told,
        )
    if answer.status in (401, 403):
        return OrganizationRefused(
            "The organization does not let this application in. Its application user needs access there.",
            code="organizations:not-allowed",
            **told,
        )
    if answer.status == 412:
        return OrganizationRefused(
            "The row was changed by somebody else, or exists already.", code="organizations:row-changed", **told
        )
    return OrganizationRefused(f"The organization refused: {text or answer.status}", **told)
