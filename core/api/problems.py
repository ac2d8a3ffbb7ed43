"""The shape of a problem (RFC 9457), shared by answers that fail and by operations that failed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from core.messages import message_for

TYPE_PREFIX = "urn:portal-problem:"
Problem = dict[str, Any]


def problem_named(code: str, status: int, detail: str) -> Problem:
    """A problem with the title that the code's room registered, else the status's own words."""
    message = message_for(code)
    title = message.heading if message else HTTPStatus(status).phrase
    return {"type": TYPE_PREFIX + code, "title": title, "status": status, "detail": detail, "code": code}
