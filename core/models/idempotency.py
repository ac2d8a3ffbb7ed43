from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from core.models.base import TimeStamped


class IdempotentAnswer(TimeStamped):
    """The answer to one POST with an Idempotency-Key. Without a status its work is still under way."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)  # SHA-256 of method, path and body
    started_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)  # as it was sent; jsonb would change the order of names

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "key"], name="core_idempotency_key_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["created_at"], name="core_idempotency_age"),
        ]
