"""Events counted by day, written by the transaction that stores them: charts read these, at any size the same.

``portal`` is the zero GUID for events that name none: a key holds no null.
"""

from __future__ import annotations

import uuid

from django.db import models

from analytics.hub.models.hub import Hub

NO_PORTAL = uuid.UUID(int=0)


class Counted(models.Model):
    hub = models.ForeignKey(Hub, on_delete=models.CASCADE, db_index=False, related_name="+")
    portal = models.UUIDField()
    day = models.DateField()  # UTC
    n = models.BigIntegerField()

    class Meta:
        abstract = True


class DailyCount(Counted):
    """Events of a type."""

    pk = models.CompositePrimaryKey("hub", "day", "portal", "type_id")
    type_id = models.IntegerField()


class SearchCount(Counted):
    """Searches for a text (lower case, at most 200 characters), and how many of them found nothing."""

    pk = models.CompositePrimaryKey("hub", "day", "portal", "text")
    text = models.TextField()
    without_result = models.BigIntegerField()


class ItemCount(Counted):
    """Views of an article, blog post or forum thread."""

    pk = models.CompositePrimaryKey("hub", "day", "portal", "type_id", "ref")
    type_id = models.IntegerField()
    ref = models.UUIDField()
    title = models.TextField()  # the newest
