"""The organization's own book-keeping, which no client sees as a table."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from core.models import TimeStamped
from organizations.embedded.models.organization import EmbeddedOrganization


class Link(models.Model):
    """One pair of a many-to-many relationship."""

    tenant = models.ForeignKey(EmbeddedOrganization, on_delete=models.CASCADE, related_name="+")
    relationship = models.CharField(max_length=100)
    first = models.UUIDField()
    second = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["tenant", "relationship", "first", "second"], name="embedded_organization_linked_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "relationship", "second"], name="embedded_organization_link_b"),
        ]


class DeletedRow(models.Model):
    """A row that is gone, for change tracking."""

    tenant = models.ForeignKey(EmbeddedOrganization, on_delete=models.CASCADE, related_name="+")
    table = models.CharField(max_length=100)
    row_id = models.UUIDField()
    versionnumber = models.BigIntegerField()
    transaction = models.BigIntegerField()
    deleted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "table", "versionnumber"], name="embedded_organization_deleted"),
        ]


class StagedUpload(TimeStamped):
    """A solution package that was staged and may be imported by its id."""

    tenant = models.ForeignKey(EmbeddedOrganization, on_delete=models.CASCADE, related_name="+")
    package = models.BinaryField()


class Requirement(models.Model):
    """A component of an installed solution needs a component of another one: a line of the manifest's dependencies."""

    tenant = models.ForeignKey(EmbeddedOrganization, on_delete=models.CASCADE, related_name="+")
    solution_id = models.UUIDField()
    needs = models.CharField(max_length=100)  # unique name, lower case
    minimum = models.CharField(max_length=60, default="")  # version; "" = any
    required_type = models.PositiveIntegerField(default=0)  # component type; 0 = the manifest was not kept
    required_name = models.CharField(max_length=256, default="")
    required_title = models.CharField(max_length=256, default="")
    dependent_type = models.PositiveIntegerField(default=0)
    dependent_name = models.CharField(max_length=256, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=[
                    "tenant",
                    "solution_id",
                    "needs",
                    "required_type",
                    "required_name",
                    "dependent_type",
                    "dependent_name",
                ],
                name="embedded_organization_needed_once",
            ),
        ]
