"""What a visitor sees where a view failed."""

from __future__ import annotations

import logging
import secrets
import sys
from typing import cast

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from core.errors import Unavailable
from websites.away import away_page
from websites.errors import SignInNeeded, SiteMissing, SiteUnavailable, TemplateFailed
from websites.failures import failure_note
from websites.headers import HEADERS
from websites.hosts import PortalAtHost
from websites.objects.people import sign_in_address
from websites.plainpages import failure_page, setup_page, unavailable_page
from websites.runtime import runtime

logger = logging.getLogger(__name__)
GENERIC_ERROR = "Portal Generic Error"


def error_answer(request: HttpRequest, error: Exception) -> HttpResponse:
    """Anything a view did not expect: logged under an id, the visitor sees the id."""
    if isinstance(error, SignInNeeded):
        return sign_in_redirect(request)
    if isinstance(error, SiteMissing):
        return setup_page()
    if isinstance(error, SiteUnavailable):
        return unavailable_page(error.retry_after)
    if isinstance(error, TemplateFailed):
        return failure_page(str(error.context["error_id"]), portal=_portal(request), words=_words(request))
    if isinstance(error, Unavailable) and not error.permanent:
        logger.warning("The organization is away: %s", error)
        return away_page(request, error)
    if isinstance(error, OperationalError | InterfaceError):  # of others it is the question that is wrong
        logger.error("The database is away", exc_info=error)
        return unavailable_page()
    return _unexpected(request, error)


def sign_in_redirect(request: HttpRequest) -> HttpResponse:
    """To the sign-in, and back to the page afterwards; to what a search or a list was asked, too."""
    query = request.META.get("QUERY_STRING", "") if request.method in ("GET", "HEAD") else ""
    response = HttpResponse(status=302)
    response["Location"] = sign_in_address(request.path_info, query)
    response["Cache-Control"] = "no-store"
    return response


def unhandled(request: HttpRequest) -> HttpResponse:
    """What Django shows where the door itself failed, or the page that was to tell of a failure (``handler500``)."""
    error = sys.exc_info()[1]
    response = _unexpected(request, error if isinstance(error, Exception) else RuntimeError())
    for name, value in HEADERS.items():
        response.setdefault(name, value)
    return response


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    portal, error_id = _portal(request), secrets.token_hex(6)
    if portal is not None:
        is_told = isinstance(error, Unavailable)  # by who refused for good, in a sentence
        reason = str(error) if is_told else f"The program failed: {type(error).__name__}"
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
