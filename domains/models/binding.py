"""SSL bindings: which host name of a customer's own the edge serves for which portal, with which certificate."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from core.models import TimeStamped
from domains.models.certificate import Certificate
from domains.querysets import SslBindingQuerySet
from portals.models import Portal

HSTS_AFTER = timedelta(days=7)  # in service, before browsers are told to insist on it
LASTING_AFTER = timedelta(hours=24)  # a redirect is a passing one (302) for so long


class SslBinding(TimeStamped):
    """What the edge is to serve at a host. The edge's agent makes files of these rows; ``stamp`` tells old from new."""

    class State(models.TextChoices):
        BINDING = "binding", "Being bound"
        SERVED = "served", "Served"

    class Hsts(models.IntegerChoices):
        """How long browsers are told to insist on HTTPS, in seconds. 0 tells them to forget it."""

        OFF = 0, "Off"
        MINUTES = 300, "5 minutes"
        DAY = 86_400, "1 day"
        MONTH = 2_592_000, "30 days"
        YEAR = 31_536_000, "1 year"

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="ssl_bindings")
    host = models.CharField(max_length=253, unique=True)  # lower-case A-label without a final dot
    # None = automatic: the edge itself obtains one (ACME)
    certificate = models.ForeignKey(
        Certificate, null=True, blank=True, on_delete=models.PROTECT, related_name="ssl_bindings"
    )
    version = models.PositiveBigIntegerField(default=1)  # grows with each change of what is to be served
    state = models.CharField(max_length=12, choices=State, default=State.BINDING)
    served_at = models.DateTimeField(null=True, blank=True)  # when our own handshake first saw it
    redirects_from_base = models.BooleanField(default=False)
    redirects_since = models.DateTimeField(null=True, blank=True)
    hsts = models.PositiveIntegerField(choices=Hsts, default=Hsts.MINUTES)

    objects = SslBindingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(host__regex=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"), name="domains_binding_host_is_a_name"
            ),
            models.CheckConstraint(
                condition=models.Q(state="binding") | models.Q(served_at__isnull=False),
                name="domains_binding_served_was_seen",
            ),
            models.UniqueConstraint(
                fields=["portal"], condition=models.Q(redirects_from_base=True), name="domains_one_redirect_per_portal"
            ),
        ]

    def __str__(self) -> str:
        return self.host

    @property
    def stamp(self) -> str:
        """Another word for each thing to be served: a host that is bound anew never looks like its predecessor."""
        return f"{self.pk}.{self.version}"

    @property
    def hsts_from(self) -> datetime | None:
        """From when on browsers are told to insist on HTTPS; None = it was not served yet."""
        return self.served_at + HSTS_AFTER if self.served_at else None

    def hsts_max_age(self, now: datetime | None = None) -> int | None:
        """Seconds for Strict-Transport-Security; None = no header, because the host is not long enough in service."""
        return self.hsts if self.hsts_from and self.hsts_from <= (now or timezone.now()) else None

    def redirect_status(self, now: datetime | None = None) -> int | None:
        """302 or 308 for visitors of the portal's own address, None where they stay there.

        A browser keeps a 308 for good, so it comes only once host and choice have lasted a day.
        """
        if not self.redirects_from_base or self.served_at is None or self.redirects_since is None:
            return None
        lasting = max(self.served_at, self.redirects_since) + LASTING_AFTER
        return 308 if lasting <= (now or timezone.now()) else 302
