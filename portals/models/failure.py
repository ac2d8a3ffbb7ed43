"""Pages that visitors could not be shown: what stands behind the error id that they read."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portals.models.portal import Portal


class PageFailure(models.Model):
    """One failure; only the newest of a portal are kept. Nothing about the visitor is."""

    id = models.BigAutoField(primary_key=True)
    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="failures")
    error_id = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)
    host = models.CharField(max_length=253)
    path = models.CharField(max_length=500)
    template = models.CharField(max_length=200, blank=True)
    line = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=500)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["portal", "error_id"], name="portals_failure_error"),
            models.Index(fields=["portal", "-id"], name="portals_failure_newest"),
        ]

    def __str__(self) -> str:
        return self.error_id
