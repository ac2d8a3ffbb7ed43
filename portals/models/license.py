from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.models import TimeStamped
from portals.querysets import PortalLicenseQuerySet


class PortalLicense(TimeStamped):
    """A Portal Add-On: the right to set up one portal website."""

    class Type(models.TextChoices):
        TRIAL = "trial", "Trial"
        PRODUCTION = "production", "Production"

    class State(models.TextChoices):
        AVAILABLE = "available", "Available"
        ASSIGNED = "assigned", "Assigned"
        EXPIRED = "expired", "Expired"

    TITLE = "Portal Add-On"  # the row's name on the Applications tab until a portal takes it

    type = models.CharField(max_length=12, choices=Type)
    is_assigned = models.BooleanField(default=False)  # written only with the portal that takes it
    expires_at = models.DateTimeField(null=True, blank=True)  # trial only
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = PortalLicenseQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["created_at", "id"],
                condition=models.Q(is_assigned=False),
                name="portals_license_free",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.TITLE} ({self.get_type_display()})"

    @property
    def state(self) -> State:
        if self.is_assigned:
            return self.State.ASSIGNED
        if self.expires_at and self.expires_at <= timezone.now():
            return self.State.EXPIRED
        return self.State.AVAILABLE
