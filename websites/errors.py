"""What can go wrong while a visitor's page is made."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import NotAllowed, NotFound, PortalAdminError, Unavailable


class HostUnknown(NotFound):
    """No portal answers at this host."""

    default_code = "websites:host-unknown"


class SiteUnavailable(Unavailable):
    """The site's rows were never read and cannot be read now."""

    default_code = "websites:site-unavailable"


class SiteMissing(SiteUnavailable):
    """The organization answers, and has no active website record (yet)."""

    default_code = "websites:site-missing"


class PageMissing(NotFound):
    """A feature's page does not show what the address names: it is not there, or not for this visitor to know of."""

    default_code = "websites:page-missing"


class PageDenied(NotAllowed):
    """This visitor may not read the page, or not do this on it."""

    default_code = "websites:page-denied"


class SignInNeeded(NotAllowed):
    """Only for those who are signed in; the visitor is sent to sign in and back."""

    default_code = "websites:sign-in-needed"


class FormRefused(PortalAdminError):
    """What a visitor sent cannot be accepted; the page is shown again with what was typed.

    Args:
        errors: one sentence by field; "" for what is wrong with all of it.
    """

    http_status = 400
    default_code = "websites:form-refused"

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("There is a problem with the form.")
        self.errors = dict(errors)


class FormTooOften(FormRefused):
    """The sender has done the same too often in the last hour."""

    http_status = 429
    default_code = "websites:form-too-often"


class TemplateFailed(PortalAdminError):
    """A web template is wrong or broke a limit. ``context`` has error_id, template, line and reason, for the log."""

    http_status = 500
    default_code = "websites:template-failed"


class ExportRefused(PortalAdminError):
    """A folder holds no exported site, or the organization has no place for one."""

    http_status = 400
    default_code = "websites:export-refused"
