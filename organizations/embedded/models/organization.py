from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.models import TimeStamped


class EmbeddedOrganization(TimeStamped):
    """One embedded organization: the tenant of every row, its one application user and its limits.

    ``id`` is its organizationid. Limits are Microsoft's figures per user and web server unless changed.
    """

    name = models.SlugField(max_length=80, unique=True)  # /org/<name>
    friendly_name = models.CharField(max_length=160)
    base_language = models.PositiveIntegerField(default=1033)
    languages = ArrayField(models.PositiveIntegerField(), default=list)  # activated (LCIDs)
    business_unit_id = models.UUIDField(default=uuid.uuid4)
    client_id = models.UUIDField(default=uuid.uuid4, unique=True)
    client_secret = models.TextField()  # sealed for :attr:`seal_row`
    application_user_id = models.UUIDField(default=uuid.uuid4)  # systemuserid that every token speaks for
    next_number = models.PositiveBigIntegerField(default=1000)  # of cases and articles

    limit_requests = models.PositiveIntegerField(default=6000)
    limit_execution_ms = models.PositiveIntegerField(default=1_200_000)
    limit_window_seconds = models.PositiveIntegerField(default=300)
    limit_concurrent = models.PositiveIntegerField(default=52)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.friendly_name

    @property
    def seal_row(self) -> str:
        """What the sealed secret is bound to."""
        return f"embedded-organization:{self.pk}"
