"""From a portal's own address to its custom domain, and what browsers are told about HTTPS there.

Who chose the redirect must not be locked out by it when the domain breaks: with ``?keep-address`` a visitor stays, for
an hour, and what checks, challenges and our own probes ask for is never redirected.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from websites.hosts import PortalAtHost

KEEP = "keep-address"
COOKIE = "portal_keep_address"
KEEP_SECONDS = 3600
LASTING_SECONDS = 3600  # for so long a browser may keep a 308 without asking; it could keep it for good
NEVER = ("/.well-known/", "/livez", "/readyz", "/_assets/")


def redirect_to_custom(portal: PortalAtHost, request: HttpRequest) -> HttpResponse | None:
    """The redirect of a page to the same page at the custom domain; None where the visitor stays."""
    if portal.elsewhere is None or request.method not in {"GET", "HEAD"} or _stays(request):
        return None
    response = HttpResponse(status=portal.elsewhere.status)
    response["Location"] = f"{portal.elsewhere.origin}{request.get_full_path()}"
    is_lasting = portal.elsewhere.status == 308
    response["Cache-Control"] = f"private, max-age={LASTING_SECONDS}" if is_lasting else "no-store"
    return response


def keep_address(portal: PortalAtHost, request: HttpRequest, response: HttpResponse) -> None:
    """Remember that the visitor asked to stay, so that the next link does not lead away."""
    if portal.elsewhere is None or KEEP not in request.GET:
        return
    secure = request.is_secure()
    response.set_cookie(_cookie(request), "1", max_age=KEEP_SECONDS, secure=secure, httponly=True, samesite="Lax")


def hsts_header(portal: PortalAtHost, scheme: str) -> Mapping[str, str]:
    """Strict-Transport-Security (RFC 6797) of this host alone: no subdomains, no preload list."""
    if portal.hsts is None or scheme != "https":
        return {}
    return {"Strict-Transport-Security": f"max-age={portal.hsts}"}


def _stays(request: HttpRequest) -> bool:
    is_flagged = KEEP in request.GET or _cookie(request) in request.COOKIES
    return is_flagged or "HTTP_PORTAL_PROBE" in request.META or request.path_info.startswith(NEVER)


def _cookie(request: HttpRequest) -> str:
    return f"__Host-{COOKIE}" if request.is_secure() else COOKIE
