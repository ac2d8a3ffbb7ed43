"""Interactions on their way to a hub, those that it refused, and contacts who do not want any."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Interaction(models.Model):
    """One that waits to be sent: the durable buffer. Deleted in the transaction that knows it is in the hub.

    ``portal_id`` is a plain id: what is under way must be storable whatever has become of the portal.
    """

    id = models.UUIDField(primary_key=True)  # portal_interactionid; the first bits are its time, so that ids ascend
    portal_id = models.UUIDField()
    contact_id = models.UUIDField()
    type = models.CharField(max_length=80)
    payload = models.TextField()  # the JSON object as it is sent

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["portal_id", "id"], name="analytics_waiting"),
        ]


class RefusedInteraction(models.Model):
    """One that the hub refused for good, with its reason. Kept for a while, so that it can be sent again."""

    id = models.UUIDField(primary_key=True)
    portal_id = models.UUIDField()
    contact_id = models.UUIDField()
    type = models.CharField(max_length=80)
    payload = models.TextField()
    code = models.CharField(max_length=80)
    reason = models.TextField(blank=True)  # the hub's own words
    refused_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["portal_id", "-refused_at"], name="analytics_refused"),
            models.Index(fields=["refused_at"], name="analytics_refused_age"),
        ]


class TrackingOptOut(models.Model):
    """A contact of a portal's organization who does not want to be tracked there."""

    portal_id = models.UUIDField()
    contact_id = models.UUIDField()
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["portal_id", "contact_id"], name="analytics_opt_out_once"),
        ]
