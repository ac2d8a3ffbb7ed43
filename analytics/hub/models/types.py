from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from analytics.hub.models.hub import Hub


class ProvisioningState(models.TextChoices):
    """The states of the original that this hub's types are in."""

    SUCCEEDED = "Succeeded"
    DELETING = "Deleting"


class EntityType(models.Model):
    """What interaction types and profile types share. ``definition`` is as it was put, checked."""

    id = models.AutoField(primary_key=True)  # small on purpose: it stands in the row of every event
    name = models.CharField(max_length=128)
    entity_set = models.CharField(max_length=128)  # apiEntitySetName
    definition = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class InteractionType(EntityType):
    """A kind of event. A deleted one keeps its row, so that its past events can still be named."""

    hub = models.ForeignKey(Hub, on_delete=models.CASCADE, related_name="interaction_types")
    is_activity = models.BooleanField(default=False)  # its instances may be changed; fixed when it is created
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.CharField(max_length=254, blank=True)  # an account, or the policy that asked for it

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["hub", "name"], name="hub_interaction_type_once"),
        ]
        ordering: ClassVar[list[str]] = ["name"]

    @property
    def provisioning_state(self) -> str:
        return ProvisioningState.SUCCEEDED if self.deleted_at is None else ProvisioningState.DELETING


class ProfileType(EntityType):
    """Who events are about, such as ``Contact``."""

    hub = models.ForeignKey(Hub, on_delete=models.CASCADE, related_name="profile_types")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["hub", "name"], name="hub_profile_type_once"),
            models.UniqueConstraint(fields=["hub", "entity_set"], name="hub_profile_set_once"),
            models.CheckConstraint(condition=~Q(entity_set="Interactions"), name="hub_profile_set_free"),
        ]
        ordering: ClassVar[list[str]] = ["name"]

    @property
    def provisioning_state(self) -> str:
        return ProvisioningState.SUCCEEDED
