"""The door of the portal runtime: whose host is it, may its pages be shown, and what every answer carries."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse

from domains.probe import probe_is_signed
from websites.errors import HostUnknown
from websites.failing import error_answer
from websites.headers import HEADERS
from websites.hosts import PortalAtHost, host_of
from websites.plainpages import (
    form_strange_page,
    form_too_large_page,
    host_unknown_page,
    method_refused_page,
    query_too_long_page,
    setup_page,
    unavailable_page,
)
from websites.redirects import hsts_header, keep_address, redirect_to_custom
from websites.runtime import runtime
from websites.uploads import LARGEST_FORM
from websites.visit import QUERY_LIMIT
from websites.visitors.origin import is_own_form

logger = logging.getLogger(__name__)
PIECE = 64 * 1024  # bytes
MOST_READ = 64 * 1024 * 1024  # bytes of a form that is refused: what the edge lets through
HEALTH = {"/livez", "/readyz"}
ALWAYS = ("/_assets/setup.css",)
BY_MAIL = "/_unsubscribe/"  # posted to by mail programs too (RFC 8058); the address itself is the permission


class PortalMiddleware:
    """Sets ``request.portal`` and ``request.is_probe`` for the views; answers for everything that has no view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("PATH_INFO") in HEALTH:
            return self.get_response(request)
        response = self._answer(request)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        response["Content-Length"] = str(len(response.content))
        if request.method == "HEAD":
            response.content = b""
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse:
        return error_answer(request, error)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            portal = runtime().hosts.portal_at(host_of(request.META.get("HTTP_HOST", "")))
        except HostUnknown:
            return host_unknown_page()
        except DatabaseError:
            logger.exception("The database is away, and nothing is known of the host")
            return unavailable_page()
        response = redirect_to_custom(portal, request) or self._answer_of(portal, request)
        response["Portal-Id"] = str(portal.portal_id)
        for name, value in hsts_header(portal, str(request.scheme)).items():
            response[name] = value
        keep_address(portal, request, response)
        return response

    def _answer_of(self, portal: PortalAtHost, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD", "POST"}:
            return method_refused_page()
        is_by_mail = request.META["PATH_INFO"].startswith(BY_MAIL)
        if request.method == "POST" and not is_by_mail and not is_own_form(request):
            return form_strange_page()
        if _length(request) > LARGEST_FORM:
            _read_away(request)
            return form_too_large_page()
        request.portal = portal  # type: ignore[attr-defined]
        request.is_probe = probe_is_signed(request.META.get("HTTP_PORTAL_PROBE", ""), portal.portal_id)  # type: ignore[attr-defined]
        is_open = portal.is_open or request.is_probe  # type: ignore[attr-defined]
        if not is_open and request.META["PATH_INFO"] not in ALWAYS:
            return setup_page()
        if len(request.META.get("QUERY_STRING", "")) > QUERY_LIMIT:
            return query_too_long_page()
        return self.get_response(request)


def _read_away(request: HttpRequest) -> None:
    """Take what is still being sent: an edge that cannot get rid of it never reads the answer, and says we are away."""
    for _ in range(MOST_READ // PIECE):
        if not request.read(PIECE):
            return


def _length(request: HttpRequest) -> int:
    told = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(told) if told.isdecimal() else 0
