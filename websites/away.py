"""A page that needs the organization while it is away: the site's own layout says so, and keeps what was typed."""

from __future__ import annotations

from pathlib import Path

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse

from core.errors import Unavailable
from websites.hosts import PortalAtHost
from websites.plainpages import REFRESH, unavailable_page
from websites.posting import values_sent
from websites.runtime import runtime
from websites.site.loaded import LoadedSite
from websites.visitors import pages

FOLDER = Path(__file__).parent
SIGN_IN = "/signin/"


def away_page(request: HttpRequest, error: Unavailable) -> HttpResponse:
    """503 with Retry-After; in the layout where the site is in memory and somebody looks at the answer."""
    portal = getattr(request, "portal", None)
    loaded = runtime().sites.site_now(portal) if portal else None
    is_looked_at = request.META.get("HTTP_SEC_FETCH_DEST", "document") == "document"  # no picture, no style sheet
    page = _in_layout(request, portal, loaded) if portal and loaded and is_looked_at else None
    response = page or unavailable_page()
    response["Retry-After"] = str(int(error.retry_after or REFRESH))
    return response


def _in_layout(request: HttpRequest, portal: PortalAtHost, loaded: LoadedSite) -> HttpResponse | None:
    """None where the layout itself wants what is away."""
    path, objects = request.path_info, {"away": _kept(request)}
    is_sign_in = path.startswith(SIGN_IN)  # what it came with is used up: it begins anew
    name, folder = ("sign_in_failed", pages.FOLDER) if is_sign_in else ("away", FOLDER)
    try:
        return pages.layout_page(request, portal, loaded, name, status=503, path=path, objects=objects, folder=folder)
    except (Unavailable, DatabaseError):
        return None


def _kept(request: HttpRequest) -> dict[str, object]:
    """What was sent, to be sent again: the form's own page may be one that cannot be shown now."""
    sent = [{"name": name, "value": value} for name, value in values_sent(request)]
    return {"address": request.get_full_path(), "values": sent}
