"""What can go wrong while a visitor's page is made."""

from __future__ import annotations

from core.errors import NotFound, PortalAdminError, Unavailable


class HostUnknown(NotFound):
    """No portal answers at this host."""

    default_code = "websites:host-unknown"


class SiteUnavailable(Unavailable):
    """The site's rows were never read and cannot be read now."""

    default_code = "websites:site-unavailable"


class SiteMissing(SiteUnavailable):
    """The organization answers, and has no active website record (yet)."""

    default_code = "websites:site-missing"


class TemplateFailed(PortalAdminError):
    """A web template is wrong or broke a limit. ``context`` has error_id, template, line and reason, for the log."""

    http_status = 500
    default_code = "websites:template-failed"
