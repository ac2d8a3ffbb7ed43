"""The families of errors. Every error carries a code; the sentences people read live in each room's messages.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class PortalAdminError(Exception):
    """Something a person or a program should be told, with a stable code.

    Args:
        message: one sentence that a person may read; never an exception's own text.
        code: stable and public, such as ``domains:cname-missing``.
        context: plain values that the message's template and the log may use; never a secret.
    """

    http_status = 500
    default_code = "core:error"

    def __init__(self, message: str, *, code: str = "", context: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.context: dict[str, Any] = dict(context or {})


class NotAllowed(PortalAdminError):
    """The actor lacks the role for this."""

    http_status = 403
    default_code = "auth:denied"


class NotFound(PortalAdminError):
    """There is no such thing, or the actor may not know of it."""

    http_status = 404
    default_code = "core:not-found"


class Conflict(PortalAdminError):
    """The thing is not in a state in which this can be done now."""

    http_status = 409
    default_code = "core:conflict"


class InvalidValue(PortalAdminError):
    """A value cannot be accepted.

    Args:
        field: the name of the argument as forms and the API call it, such as ``subdomain``.
    """

    http_status = 400
    default_code = "core:invalid"

    def __init__(self, message: str, *, field: str, code: str = "", context: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, code=code, context=context)
        self.field = field


class InvalidValues(PortalAdminError):
    """Several values cannot be accepted; ``errors`` holds one :class:`InvalidValue` for each."""

    http_status = 400
    default_code = "core:invalid"

    def __init__(self, errors: list[InvalidValue]) -> None:
        super().__init__("There is a problem with the values.", code=self.default_code)
        self.errors = errors


class Unavailable(PortalAdminError):
    """An outside system did not do what was asked.

    Args:
        permanent: True where trying again cannot help until somebody changes something.
        retry_after: seconds the other side asked us to wait, where it did.
    """

    http_status = 503
    default_code = "core:unavailable"

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        permanent: bool = False,
        retry_after: float | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, code=code, context=context)
        self.permanent = permanent
        self.retry_after = retry_after


class OutsideProblem(Unavailable):
    """A system that is asked over HTTP did not do what it was asked to; each such system has a family of its own.

    Args:
        message: one sentence of ours for people.
        service_code: that system's own code, such as ``0x80048034``; empty where it gave none.
        service_text: that system's own words; they may be shown to people, as that system's.
        status: the HTTP status, 0 where there was no answer.
    """

    is_permanent = False
    attempt = 1  # how often it was sent: a repeated request may be refused because its first try was carried out

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
