"""Signing out at a portal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from websites.errors import SiteUnavailable
from websites.hosts import PortalAtHost
from websites.plainpages import unavailable_page
from websites.request_site import portal_here, site_here
from websites.visitors.cookies import cookie_clear, cookie_token
from websites.visitors.leading import origin_here, own_path, redirect_to
from websites.visitors.leaving import end_session_url, path_of_state, signed_out_path
from websites.visitors.pages import sign_in_page
from websites.visitors.providers import directory_provider
from websites.visitors.sessions import session_end, session_id_token


def sign_out(request: HttpRequest) -> HttpResponse:
    """POST ends the session here, then the provider's; GET asks, so that no link or picture can sign anybody out."""
    if request.method != "POST":
        return sign_in_page(request, *site_here(request), "sign_out")
    portal = portal_here(request)  # its site may be out of reach: that keeps nobody signed in
    ended = session_end(portal.portal_id, cookie_token(request))
    elsewhere = end_session_here(request, portal, session_id_token(ended)) if ended else ""
    response = _leaving(request, elsewhere) if elsewhere else redirect_to(signed_out_path(portal))
    cookie_clear(request, response)
    return response


@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """Back from the provider's sign-out."""
    return redirect_to(own_path(path_of_state(portal_here(request), request.GET.get("state", ""))))


def end_session_here(request: HttpRequest, portal: PortalAtHost, id_token: str) -> str:
    """The directory's sign-out for a visitor of this request; "" where it has none, or is away."""
    return end_session_url(directory_provider(), portal, origin=origin_here(request, portal), id_token=id_token)


def _leaving(request: HttpRequest, url: str) -> HttpResponse:
    """A page that goes on to the provider by itself.

    No redirect: browsers hold those after a form against ``form-action`` of the page, however many hosts the provider
    leads over.
    """
    try:
        response = sign_in_page(request, *site_here(request), "leaving", objects={"leaving": {"url": url}})
    except SiteUnavailable:
        response = unavailable_page()
    response["Refresh"] = f"0; url={url}"  # HTML Standard, 4.2.5.3 and 7.5.1
    return response
