"""Questions about many host names and certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from core.models import User
from organizations.policy import Action, reach_of

if TYPE_CHECKING:
    from domains.models import Certificate, Hostname, SslBinding  # noqa: F401  (named in the base classes below)


class HostnameQuerySet(models.QuerySet["Hostname"]):
    """``Hostname.objects``."""

    def at(self, host: str) -> HostnameQuerySet:
        """The row of a host as a request names it: any case, with or without the final dot."""
        return self.filter(host=host.rstrip(".").lower())

    def published(self) -> HostnameQuerySet:
        return self.filter(state="published")


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """``Certificate.objects``."""

    def visible_to(self, user: User) -> CertificateQuerySet:
        """Those of the organizations in which ``user`` may see certificates; all of them with a tenant role."""
        seen = reach_of(user).organizations(Action.CERTIFICATE_VIEW)
        return self if seen is None else self.filter(organization_id__in=seen)

    def usable(self) -> CertificateQuerySet:
        """Those whose key is still here: neither deleted nor retired."""
        return self.filter(deleted_at__isnull=True, retired_at__isnull=True)

    def current(self) -> CertificateQuerySet:
        """Usable ones that nothing has replaced: what a wizard offers and alarms look at."""
        return self.usable().filter(replaced_by__isnull=True)


class SslBindingQuerySet(models.QuerySet["SslBinding"]):
    """``SslBinding.objects``."""

    def at(self, host: str) -> SslBindingQuerySet:
        """The row of a host as a handshake or a request names it: any case, with or without the final dot."""
        return self.filter(host=host.rstrip(".").lower())

    def redirecting(self) -> SslBindingQuerySet:
        """Those to which visitors of the portal's own address are sent."""
        return self.filter(redirects_from_base=True)
