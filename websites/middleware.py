"""The door of the portal runtime: whose host is it, may its pages be shown, and what every answer carries."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import cast
from urllib.parse import quote

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse

from core.errors import Unavailable
from domains.probe import probe_is_signed
from websites.away import away_page
from websites.errors import HostUnknown, SignInNeeded, SiteMissing, SiteUnavailable, TemplateFailed
from websites.failures import failure_note
from websites.hosts import PortalAtHost, host_of
from websites.objects.people import SIGN_IN
from websites.plainpages import (
    failure_page,
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
GENERIC_ERROR = "Portal Generic Error"
HEALTH = {"/livez", "/readyz"}
ALWAYS = ("/_assets/setup.css",)
BY_MAIL = "/_unsubscribe/"  # posted to by mail programs too (RFC 8058); the address itself is the permission
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' https:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


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

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Anything a view did not expect: logged under an id, the visitor sees the id."""
        if isinstance(error, SignInNeeded):
            return sign_in_redirect(request)
        if isinstance(error, SiteMissing):
            return setup_page()
        if isinstance(error, SiteUnavailable):
            return unavailable_page(error.retry_after)
        if isinstance(error, TemplateFailed):
            return failure_page(str(error.context["error_id"]), portal=_portal(request), words=_words(request))
        if isinstance(error, Unavailable):
            logger.warning("The organization is away: %s", error)
            return away_page(request, error)
        if isinstance(error, DatabaseError):
            logger.error("The database is away", exc_info=error)
            return unavailable_page()
        return _unexpected(request, error)

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
            return form_too_large_page()
        request.portal = portal  # type: ignore[attr-defined]
        request.is_probe = probe_is_signed(request.META.get("HTTP_PORTAL_PROBE", ""), portal.portal_id)  # type: ignore[attr-defined]
        is_open = portal.is_open or request.is_probe  # type: ignore[attr-defined]
        if not is_open and request.META["PATH_INFO"] not in ALWAYS:
            return setup_page()
        if len(request.META.get("QUERY_STRING", "")) > QUERY_LIMIT:
            return query_too_long_page()
        return self.get_response(request)


def sign_in_redirect(request: HttpRequest) -> HttpResponse:
    """To the sign-in, and back to the page afterwards."""
    response = HttpResponse(status=302)
    response["Location"] = f"{SIGN_IN}?return={quote(request.path_info)}"
    response["Cache-Control"] = "no-store"
    return response


def _length(request: HttpRequest) -> int:
    told = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(told) if told.isdecimal() else 0


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    portal, error_id = _portal(request), secrets.token_hex(6)
    if portal is not None:
        reason = f"The program failed: {type(error).__name__}"
        error_id = failure_note(portal.portal_id, host=portal.host, path=request.path_info, reason=reason)
    logger.error("A visitor's page failed", exc_info=error, extra={"error_id": error_id})
    return failure_page(error_id, portal=portal, words=_words(request))


def _portal(request: HttpRequest) -> PortalAtHost | None:
    return cast("PortalAtHost | None", getattr(request, "portal", None))


def _words(request: HttpRequest) -> str:
    """The site's own words for a failure, as far as the site is in memory."""
    portal = _portal(request)
    site = runtime().sites.site_now(portal) if portal else None
    return site.site.default.snippets.get(GENERIC_ERROR, "") if site else ""
