"""Host names: which portal answers at which address."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from core.models import TimeStamped
from domains.querysets import HostnameQuerySet
from portals.models import Portal


class Hostname(TimeStamped):
    """A host name under which the edge serves a portal. Stored as lower-case A-labels without a final dot."""

    class Kind(models.TextChoices):
        BASE = "base", "Portal URL"

    class State(models.TextChoices):
        RESERVED = "reserved", "Reserved"
        PUBLISHED = "published", "Published"

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="hostnames")
    host = models.CharField(max_length=253, unique=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.BASE)
    state = models.CharField(max_length=12, choices=State, default=State.RESERVED)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = HostnameQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["portal"], condition=models.Q(kind="base"), name="domains_one_base_host"),
        ]

    def __str__(self) -> str:
        return self.host
