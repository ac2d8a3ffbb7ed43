"""The accepted form: what was asked, by whom, under which terms."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from core.models import TimeStamped
from operations.models import Operation
from portals.models import Portal


class ProvisioningRequest(TimeStamped):
    """One submission of the portal form, a restart, or a restart with changed values. History stays."""

    class Kind(models.TextChoices):
        SUBMIT = "submit", "Submit"
        RESTART = "restart", "Restart Provisioning"
        CHANGE = "change", "Change Values and Restart Provisioning"

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="requests")
    operation = models.OneToOneField(Operation, on_delete=models.PROTECT, related_name="provisioning_request")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.SUBMIT)
    values = models.JSONField()  # the eight fields as accepted
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    terms_version = models.CharField(max_length=20)
    terms_sha256 = models.CharField(max_length=64)
    terms_accepted_at = models.DateTimeField()
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    form_token = models.UUIDField(null=True, blank=True, unique=True)  # a double click makes one run

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
