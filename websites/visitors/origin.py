"""Whether a form was sent by one of the portal's own pages.

Browsers say where a request comes from and a page elsewhere cannot forge it: ``Sec-Fetch-Site`` in all current
ones (W3C Fetch Metadata), ``Origin`` in older ones (RFC 6454). A request that says neither is refused: every browser
that can hold our SameSite cookie sends at least one with a POST.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest

from websites.hosts import host_of


def is_own_form(request: HttpRequest) -> bool:
    """True where the browser says that the form stood on a page of this very host."""
    site = request.META.get("HTTP_SEC_FETCH_SITE", "")
    if site:
        return bool(site == "same-origin") and _origin_fits(request, needed=False)
    return _origin_fits(request, needed=True)


def _origin_fits(request: HttpRequest, *, needed: bool) -> bool:
    origin = request.META.get("HTTP_ORIGIN", "")
    if not origin:
        return not needed
    try:
        named = urlsplit(origin)
        return named.scheme in {"http", "https"} and host_of(named.netloc) == host_of(request.META.get("HTTP_HOST", ""))
    except ValueError:
        return False
