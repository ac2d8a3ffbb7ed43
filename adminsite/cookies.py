"""Cookies with the ``__Host-`` prefix where the page came over HTTPS, and without it where it did not.

The center answers on both: a newcomer opens plain ``http://localhost:8080``, where browsers refuse ``__Host-`` cookies
because they must be Secure. Cookies do not know ports, so the two need names of their own; otherwise a sign-in over
plain HTTP would count over HTTPS as well. Django knows one name for each, so the names change at the outermost door.
"""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

PREFIX = "__Host-"


class SchemeCookies:
    """Middleware ahead of the session's: gives session and CSRF cookies their name for the request's scheme."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.is_secure():
            return self.get_response(request)
        for name in _names():
            _receive(request, name)
        response = self.get_response(request)
        for name in _names():
            _send(response.cookies, name)
        return response


def _names() -> tuple[str, str]:
    return settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME


def _receive(request: HttpRequest, name: str) -> None:
    """Only the prefixed cookie counts here: one that was set over plain HTTP is not looked at."""
    request.COOKIES.pop(name, None)
    if f"{PREFIX}{name}" in request.COOKIES:
        request.COOKIES[name] = request.COOKIES[f"{PREFIX}{name}"]


def _send(cookies: SimpleCookie, name: str) -> None:
    if name not in cookies:
        return
    morsel = cookies.pop(name)
    morsel.set(f"{PREFIX}{name}", morsel.value, morsel.coded_value)
    morsel["secure"] = True
    morsel["path"] = "/"
    dict.__setitem__(cookies, morsel.key, morsel)
