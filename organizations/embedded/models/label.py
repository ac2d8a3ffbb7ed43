from __future__ import annotations

from typing import ClassVar

from django.db import models

from organizations.embedded.models.organization import EmbeddedOrganization


class Label(models.Model):
    """One text of one component in one language, in one layer.

    A solution's texts are its own layer and go with it. What people changed is the unmanaged layer (no solution): it
    lies on top, so no import of a solution can hide it.
    """

    class Kind(models.TextChoices):
        NAME = "DisplayName", "Display name"
        PLURAL = "DisplayCollectionName", "Plural name"
        DESCRIPTION = "Description", "Description"

    tenant = models.ForeignKey(EmbeddedOrganization, on_delete=models.CASCADE, related_name="+", db_index=False)
    solution_id = models.UUIDField(null=True)  # null: the unmanaged layer
    component = models.CharField(max_length=200)  # "contact" or "contact.adx_identity_username"
    kind = models.CharField(max_length=24, choices=Kind)
    lcid = models.PositiveIntegerField()
    text = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["tenant", "component", "kind", "lcid", "solution_id"],
                nulls_distinct=False,
                name="embedded_organization_label_once",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "solution_id"], name="embedded_organization_layer"),
        ]
