"""The address under which an organization's own case form shows the journey."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.models import TimeStamped
from organizations.models import Organization


class JourneyAddress(TimeStamped):
    """One for an organization at most. A new one has another id, which voids what was signed for the old one."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, related_name="journey_address")
    origin = models.CharField(max_length=300)  # whose pages alone may frame it
    expires_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.origin} until {self.expires_at:%Y-%m-%d}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()
