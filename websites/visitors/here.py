"""Who is signed in on this request."""

from __future__ import annotations

from django.http import HttpRequest

from websites.hosts import PortalAtHost
from websites.site.loaded import LoadedSite
from websites.visitors.cookies import cookie_token
from websites.visitors.roles import session_roles_refresh
from websites.visitors.sessions import session_of, visitor_of
from websites.visitors.values import Visitor


def visitor_here(request: HttpRequest, portal: PortalAtHost, loaded: LoadedSite) -> Visitor | None:
    """The visitor by the request's cookie; None without one, or with one that is worth nothing any more."""
    token = cookie_token(request)
    session = session_of(portal.portal_id, token) if token else None
    if session is None or not session_roles_refresh(session, loaded.source):
        return None
    return visitor_of(session)
