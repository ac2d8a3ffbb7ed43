from __future__ import annotations

from typing import ClassVar

from django.db import models

from analytics.hub.models.hub import Hub
from analytics.hub.models.types import ProfileType


class Profile(models.Model):
    """An instance of a profile type, such as one contact.

    ``key`` is what events name it by: its id where that is a GUID, else a hash of it (analytics/hub/keys.py).
    """

    hub = models.ForeignKey(Hub, on_delete=models.CASCADE, related_name="+")
    type = models.ForeignKey(ProfileType, on_delete=models.CASCADE, related_name="profiles")
    key = models.UUIDField()
    profile_id = models.CharField(max_length=400)  # the value of its first strong id
    properties = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["type", "key"], name="hub_profile_once"),
        ]
        ordering: ClassVar[list[str]] = ["id"]
