"""What can go wrong with a case."""

from __future__ import annotations

from core.errors import InvalidValue, NotFound


class CaseNotFound(NotFound):
    """There is no such case, or the organization does not show it to the reader."""

    default_code = "cases:not-found"


class ReplyRefused(InvalidValue):
    """What was written cannot be sent or kept."""

    default_code = "cases:reply-invalid"
