"""The cookie of a visitor's session: host-only, and with a name of its own for each scheme.

Over HTTPS it is ``__Host-portal_visitor`` (Secure, no Domain, path /). Over plain HTTP, which exists for
``*.localhost`` alone, browsers refuse that prefix; cookies know no ports and no schemes, so the plain one has another
name.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponseBase

NAME = "portal_visitor"
SECURE_NAME = f"__Host-{NAME}"


def cookie_token(request: HttpRequest) -> str:
    """The token that came with the request, "" without one."""
    return str(request.COOKIES.get(_name(request), ""))


def cookie_set(request: HttpRequest, response: HttpResponseBase, token: str) -> None:
    """Give the visitor the token, until the browser is closed."""
    response.set_cookie(_name(request), token, path="/", secure=request.is_secure(), httponly=True, samesite="Lax")


def cookie_clear(request: HttpRequest, response: HttpResponseBase) -> None:
    response.delete_cookie(_name(request), path="/", samesite="Lax")
    if request.is_secure():
        response.cookies[_name(request)]["secure"] = True  # without it browsers refuse to touch a __Host- cookie


def has_cookie(environ: Mapping[str, object]) -> bool:
    """Whether a raw WSGI request brings a visitor's cookie, of either name."""
    return NAME in str(environ.get("HTTP_COOKIE", ""))


def _name(request: HttpRequest) -> str:
    return SECURE_NAME if request.is_secure() else NAME
