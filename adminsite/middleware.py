"""What happens around every page: the reader's time zone, and errors as pages that say what to do next."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from adminsite.views.errors import problem_page
from core.errors import PortalAdminError

PROGRAMS = ("/api/", "/org/", "/hub/", "/livez", "/readyz")  # they answer errors in their own form
Answer = Callable[[HttpRequest], HttpResponseBase]


class TimeZone:
    """Shows times in the zone the reader chose on the account page, else in UTC."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(PROGRAMS):
            return self.get_response(request)
        with timezone.override(_zone_of(request)):
            return self.get_response(request)


class ErrorPages:
    """Turns an error of ours into its page; one that nobody expected goes on to ``handler500``."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, PortalAdminError) and not request.path.startswith(PROGRAMS):
            return problem_page(request, exception)
        return None


class PartsOfPages:
    """A part of a page that is asked for after the sign-in ended sends the whole page to the sign-in."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith(PROGRAMS):
            return response
        patch_vary_headers(response, ["HX-Request"])
        response.headers.setdefault("Cache-Control", "private, no-cache")  # after signing out, "back" asks again
        location = str(response.headers.get("Location", ""))
        if "HX-Request" in request.headers and location.startswith(resolve_url("account_login")):
            return HttpResponse(status=204, headers={"HX-Redirect": _sign_in_and_back(request)})
        return response


def _zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo:
    name = getattr(request.user, "time_zone", "") if request.user.is_authenticated else ""
    try:
        return zoneinfo.ZoneInfo(name or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


def _sign_in_and_back(request: HttpRequest) -> str:
    """The sign-in page, which goes on to the page the reader was on (htmx names it), not to the part."""
    query = QueryDict(mutable=True)
    shown = request.headers.get("HX-Current-URL", "")
    query[REDIRECT_FIELD_NAME] = "/" + shown.split("/", 3)[3] if shown.count("/") >= 3 else "/"
    return f"{resolve_url('account_login')}?{query.urlencode(safe='/')}"
