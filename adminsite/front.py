"""In front of Django: calls to a Customer Insights hub skip the pages' middleware. They have no session, come thousands
a second, and are answered the same without it."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from analytics.hub.answering import connection_tidy, hub
from core.metrics import request_seconds, requests_total
from core.requests import ACCEPTED, HEADER, META

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
PREFIX = "/hub/"
VIEW = "hub"
TIDY_SECONDS = 1.0
METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})
logger = structlog.get_logger(__name__)


class Front:
    """A WSGI application around the other: hubs here, everything else there."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._tidied = threading.local()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PREFIX):
            return self._application(environ, start_response)
        started = time.perf_counter()
        self._tidy()
        response = _answered(environ)
        method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in METHODS else "OTHER"
        requests_total.labels(VIEW, method, str(response.status_code)).inc()
        request_seconds.labels(VIEW).observe(time.perf_counter() - started)
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [response.content]

    def _tidy(self) -> None:
        """Drop a connection that broke or is too old, as Django does around each request: here once a second for each
        thread, for looking after a connection costs a question to the database."""
        now = time.monotonic()
        if now - getattr(self._tidied, "at", 0.0) > TIDY_SECONDS:
            connection_tidy()
            self._tidied.at = now


def _answered(environ: Environ) -> HttpResponse:
    request = WSGIRequest(environ)
    name, _, path = request.path_info[len(PREFIX) :].partition("/")
    response = hub(request, name, path)
    given = environ.get(META, "")
    response[HEADER] = given if ACCEPTED.fullmatch(given) else str(uuid.uuid4())
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Length"] = str(len(response.content))
    if response.status_code >= 400:
        told = f"{request.method} {request.path}"
        logger.info("hub_refused", request=told, code=response.status_code, request_id=response[HEADER])
    return response
