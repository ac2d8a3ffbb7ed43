"""Events, as they are stored. The tables are made by hand in the migration: Django knows no partitions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from analytics.hub.models.hub import Hub


class Interaction(models.Model):
    """One event. Partitioned by the month of ``ts``.

    ``more`` holds the properties that no column can give back, and is null for what a portal sends.
    """

    pk = models.CompositePrimaryKey("hub", "ts", "id")  # in this order it finds the newest, too, and grows at its end
    hub = models.ForeignKey(Hub, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    id = models.UUIDField()
    ts = models.DateTimeField()
    type_id = models.IntegerField()  # InteractionType
    contact = models.UUIDField(null=True)
    portal = models.UUIDField(null=True)
    ref = models.UUIDField(null=True)  # what was looked at
    results = models.IntegerField(null=True)  # what a search found
    session = models.TextField(null=True)  # noqa: DJ001 - null and "" are two things that a sender may say
    lang = models.TextField(null=True)  # noqa: DJ001
    txt = models.TextField(null=True)  # noqa: DJ001 - a title, or what was searched for
    more = models.JSONField(null=True)
    received = models.DateTimeField()

    class Meta:
        db_table = "hub_interaction"
        indexes: ClassVar[list[models.Index]] = [
            models.Index("contact", models.F("ts").desc(), name="hub_interaction_contact"),
        ]


class Seen(models.Model):
    """The id of every event that was ever stored, so that none is stored again: not with another time, not after its
    month was dropped, not after its contact was erased. An id says nothing about anybody."""

    pk = models.CompositePrimaryKey("hub", "id")
    hub = models.ForeignKey(Hub, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    id = models.UUIDField()
    ts = models.DateTimeField()  # finds the row in its partition

    class Meta:
        db_table = "hub_seen"


class ErasedContact(models.Model):
    """A contact whose events were erased: those from before that moment that arrive later are refused."""

    pk = models.CompositePrimaryKey("hub", "contact")
    hub = models.ForeignKey(Hub, on_delete=models.CASCADE, db_index=False, related_name="+")
    contact = models.UUIDField()
    erased_at = models.DateTimeField()
