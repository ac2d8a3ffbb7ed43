from __future__ import annotations

from typing import ClassVar

from django.db import models

from core.models import TimeStamped
from organizations.embedded.models.organization import EmbeddedOrganization


class Fault(TimeStamped):
    """A rule of the fault switch: what this organization shall do wrong, and how often."""

    class Kind(models.TextChoices):
        ANSWER = "answer", "Answer requests with an error"
        HANG = "hang", "Answer requests late"
        REFUSE_IMPORT = "refuse_import", "Refuse the import of a solution"
        FAIL_IMPORT = "fail_import", "Fail in the middle of an import"
        DROP_ROLE = "drop_role", "Take a role away from a user"

    tenant = models.ForeignKey(EmbeddedOrganization, on_delete=models.CASCADE, related_name="faults")
    kind = models.CharField(max_length=20, choices=Kind)
    method = models.CharField(max_length=10, blank=True)  # empty = every method
    path = models.CharField(max_length=200, blank=True)  # prefix below /api/data/v9.x/; empty = every path
    status = models.PositiveIntegerField(default=500)
    code = models.CharField(max_length=20, blank=True)
    message = models.TextField(blank=True)
    retry_after = models.PositiveIntegerField(null=True, blank=True)
    seconds = models.FloatField(default=0)
    solution = models.CharField(max_length=100, blank=True)
    user = models.EmailField(blank=True)
    role = models.CharField(max_length=100, blank=True)
    remaining = models.PositiveIntegerField(null=True, blank=True)  # null = until it is cleared

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at"]
