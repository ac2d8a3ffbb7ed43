"""How far an organization's tables were followed, and at which portal a case was opened."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from organizations.models import Organization
from portals.models import Portal


class FollowedTable(models.Model):
    """A table whose changes are looked at since ``began_at``; ``link`` is change tracking's place of the last look."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="followed_tables")
    entity_set = models.CharField(max_length=100)
    link = models.TextField()
    began_at = models.DateTimeField(auto_now_add=True)
    looked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organization", "entity_set"], name="websites_one_followed_table"),
        ]

    def __str__(self) -> str:
        return f"{self.entity_set} of {self.organization_id}"


class PortalCase(models.Model):
    """A case that a visitor opened at a portal: mail about it leads back there."""

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="cases")
    case_id = models.UUIDField(unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.case_id} at {self.portal_id}"
