from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.models import TimeStamped
from organizations.models import Organization


class Hub(models.Model):
    """One Customer Insights hub of an organization.

    Its number is small on purpose: it stands in the row of every event.
    """

    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=64, unique=True)  # /hub/<name>
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="hubs")
    # Events and counts that are older go; the months' partitions are dropped as a whole.
    retention_months = models.PositiveSmallIntegerField(
        default=24, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class AuthorizationPolicy(TimeStamped):
    """A shared access policy: what its holder may do, and two keys of which either opens."""

    class Right(models.TextChoices):
        READ = "Read"
        WRITE = "Write"
        MANAGE = "Manage"

    ROOT = "RootManageSharedAccessKey"  # every new hub has it, with all rights

    hub = models.ForeignKey(Hub, on_delete=models.CASCADE, related_name="policies")
    name = models.CharField(max_length=50)
    permissions = ArrayField(models.CharField(max_length=8, choices=Right))
    primary_key = models.TextField()  # both sealed for :attr:`seal_row`
    secondary_key = models.TextField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["hub", "name"], name="hub_policy_once"),
        ]
        ordering: ClassVar[list[str]] = ["name"]

    @property
    def seal_row(self) -> str:
        """What the sealed keys are bound to."""
        return f"hub-policy:{self.pk}"
