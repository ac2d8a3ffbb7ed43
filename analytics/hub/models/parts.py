from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from analytics.hub.models.hub import Hub


class ModelPart(models.Model):
    """Another part of a hub's model: what it is called, and its definition as it was put, checked."""

    class Kind(models.TextChoices):
        LINK = "links"
        RELATIONSHIP = "relationships"
        RELATIONSHIP_LINK = "relationshipLinks"
        KPI = "kpis"
        VIEW = "views"
        SEGMENT = "segments"

    hub = models.ForeignKey(Hub, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=512)
    definition = models.JSONField(default=dict)
    is_automatic = models.BooleanField(default=False)  # made by the hub with the types, not by a person
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["hub", "kind", "name"], name="hub_part_once"),
        ]
        ordering: ClassVar[list[str]] = ["kind", "name"]


class ModelOperation(models.Model):
    """A change of the model that was asked for, and what came of it: what ``/manage/model/operations/<id>`` shows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.CASCADE, related_name="model_operations")
    kind = models.CharField(max_length=20)  # "interactions", "profiles", or a ModelPart.Kind
    name = models.CharField(max_length=512)
    is_new = models.BooleanField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["at"], name="hub_operation_age")]
