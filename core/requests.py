"""Every request gets an id: in its log lines, in its answer, and in the operations that it starts."""

from __future__ import annotations

import re
import time
import uuid

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django_structlog.middlewares import RequestMiddleware

HEADER = "X-Request-ID"
META = "HTTP_X_REQUEST_ID"
ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")  # an operation's row keeps 64 characters

QUIET = ("/livez", "/readyz")  # asked every few seconds; only a bad answer is worth a line


class RequestLogMiddleware(RequestMiddleware):
    """The library's middleware with an id that is safe to keep, no query string, and no query for the account."""

    def prepare(self, request: HttpRequest) -> None:
        given = request.META.get(META, "")
        request.META[META] = given if ACCEPTED.fullmatch(given) else str(uuid.uuid4())
        request.META["portal.started"] = time.perf_counter()
        super().prepare(request)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response[HEADER] = request.META[META]
        spent = (time.perf_counter() - request.META["portal.started"]) * 1000
        structlog.contextvars.bind_contextvars(milliseconds=round(spent, 1))
        if request.path in QUIET and response.status_code < 400:
            structlog.contextvars.clear_contextvars()
            return
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path. What people search for and the keys of links do not belong into a log."""
        return f"{request.method} {request.path}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """The account, where something has asked for it already; logging must not cost a query."""
        user = getattr(request, "_cached_user", None) or request.__dict__.get("user")
        if user is not None and not isinstance(user, SimpleLazyObject):
            structlog.contextvars.bind_contextvars(user_id=str(user.pk) if user.pk else None)


def request_id() -> str:
    """The id of the request that is being answered; "" outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id") or "")
