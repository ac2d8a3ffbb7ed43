from __future__ import annotations

from typing import ClassVar

from django.db import models

from analytics.hub.models.hub import Hub


class RefusedEvent(models.Model):
    """An event that was not stored, and why. The newest of each hub are kept (analytics/hub/refusing.py)."""

    hub = models.ForeignKey(Hub, on_delete=models.CASCADE, related_name="refused_events")
    at = models.DateTimeField()
    policy = models.CharField(max_length=50)
    code = models.CharField(max_length=60)
    message = models.CharField(max_length=500)
    type_name = models.CharField(max_length=128, blank=True)
    portal = models.UUIDField(null=True)
    contact = models.UUIDField(null=True)
    body = models.TextField()  # its beginning

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["hub", "-id"], name="hub_refused_newest")]
        ordering: ClassVar[list[str]] = ["-id"]


class RefusalCount(models.Model):
    """How often something was refused on a day, calls without a valid token among them."""

    pk = models.CompositePrimaryKey("hub", "day", "code")
    hub = models.ForeignKey(Hub, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = models.DateField()
    code = models.CharField(max_length=60)
    n = models.BigIntegerField()
