import uuid

from django.db import models


class TimeStamped(models.Model):
    """A row with an id nobody can guess and the times of its making and last change (UTC)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
