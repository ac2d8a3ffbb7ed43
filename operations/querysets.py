"""Questions about many operations."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from operations.models import Operation  # noqa: F401 - named in the base class below


class OperationQuerySet(models.QuerySet["Operation"]):
    """Reads in a sentence: ``Operation.objects.of_resource("portal", id).active()``."""

    def active(self) -> OperationQuerySet:
        """Not ended yet."""
        return self.filter(status__in=self.model.ACTIVE)

    def due(self, now: datetime) -> OperationQuerySet:
        """The reconciler should look at these: never begun, over their wait or back-off, or out of their lease."""
        return self.active().filter(wake_at__lte=now)

    def of_resource(self, resource_type: str, resource_id: uuid.UUID) -> OperationQuerySet:
        """Every run on one thing, the newest first."""
        return self.filter(resource_type=resource_type, resource_id=resource_id).order_by("-created_at")
