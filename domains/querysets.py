"""Questions about many host names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from domains.models import Hostname  # noqa: F401  (named in the base class below)


class HostnameQuerySet(models.QuerySet["Hostname"]):
    """``Hostname.objects``."""

    def at(self, host: str) -> HostnameQuerySet:
        """The row of a host as a request names it: any case, with or without the final dot."""
        return self.filter(host=host.rstrip(".").lower())

    def published(self) -> HostnameQuerySet:
        return self.filter(state="published")
