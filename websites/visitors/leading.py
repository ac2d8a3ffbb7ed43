"""Where a visitor is led on to while signing in or out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from websites.hosts import PortalAtHost

PATHS = 500  # characters of the page to come back to


def own_path(text: str) -> str:
    """A path of this site; "/" for anything that could lead elsewhere (open redirect)."""
    is_own = text.startswith("/") and not text.startswith(("//", "/\\")) and len(text) <= PATHS
    return text if is_own and text.isprintable() and "\\" not in text else "/"


def origin_here(request: HttpRequest, portal: PortalAtHost) -> str:
    """The portal's address as the visitor came by it."""
    return portal.origin_here(is_secure=request.is_secure())


def redirect_to(location: str) -> HttpResponse:
    """302, for this visitor and this moment alone."""
    response = HttpResponse(status=302)
    response["Location"] = location
    response["Cache-Control"] = "no-store"
    return response
