"""The portal of a request, and its site."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from websites.hosts import PortalAtHost
from websites.runtime import runtime
from websites.site.loaded import LoadedSite


def portal_here(request: HttpRequest) -> PortalAtHost:
    """The portal that the middleware found."""
    return cast(PortalAtHost, request.portal)  # type: ignore[attr-defined]


def site_here(request: HttpRequest) -> tuple[PortalAtHost, LoadedSite]:
    """The portal that the middleware found, and its site."""
    portal = portal_here(request)
    return portal, runtime().sites.site_of(portal, is_fresh=bool(request.is_probe))  # type: ignore[attr-defined]
