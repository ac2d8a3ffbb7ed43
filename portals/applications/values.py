"""The values of the Applications tab: what can be asked for, and the rows that answer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from portals.catalog import PortalType
from portals.models import PortalLicense


class Status(models.TextChoices):
    """What a row's status column says."""

    NOT_CONFIGURED = "not_configured", "Not configured"
    EXPIRED = "expired", "Expired"
    CONFIGURING = "configuring", "Configuring"
    PROVISIONED = "provisioned", "Provisioned"
    PROVISIONING_FAILED = "provisioning_failed", "Provisioning Failed"


class Sort(models.TextChoices):
    """The orders that are offered; each has an index."""

    NAME = "name", "Name"
    NAME_DOWN = "-name", "Name, last first"
    CREATED = "created", "Oldest first"
    CREATED_DOWN = "-created", "Newest first"


@dataclass(frozen=True)
class Filters:
    """What is asked for; "" and None ask for everything. Values that there are not find nothing.

    Args:
        status: a :class:`Status`.
        type: of the licence, ``trial`` or ``production``.
        search: beginnings of words of the name or the address.
    """

    status: str = ""
    type: str = ""
    portal_type: str = ""
    organization: uuid.UUID | None = None
    search: str = ""
    sort: str = Sort.NAME

    @property
    def is_empty(self) -> bool:
        return not any((self.status, self.type, self.portal_type, self.organization, self.search.strip()))


@dataclass(frozen=True)
class StepLine:
    """Where a portal's latest run stands: "Step 5 of 9 · Install Portal Base 9.2.1"."""

    position: int
    count: int
    title: str
    waiting_for: str = ""
    error: str = ""

    def __str__(self) -> str:
        return f"Step {self.position} of {self.count} · {self.title}"


@dataclass(frozen=True)
class ApplicationRow:
    """One row. A licence without a portal has no ``portal_id``, ``url``, ``portal_type`` and ``organization``."""

    license_id: uuid.UUID
    portal_id: uuid.UUID | None
    title: str  # with the source document's suffix, or "Portal Add-On"
    status: Status
    type: PortalLicense.Type
    url: str
    host: str
    portal_type: PortalType | None
    organization: str
    created_at: datetime
    expires_at: datetime | None
    step: StepLine | None = None

    @property
    def trial_days_left(self) -> int | None:
        """Days until the trial ends, a begun one counted; 0 after it; None for what does not end."""
        if self.expires_at is None:
            return None
        return max(0, -((timezone.now() - self.expires_at) // timedelta(days=1)))


@dataclass(frozen=True)
class Page:
    """A page of rows. Cursors are "" where there is nothing in that direction.

    Args:
        count: how many rows there are, exact up to 1,000; ``is_counted`` is False where there are more.
        attention: at the start of the unfiltered list, up to three portals whose provisioning failed.
    """

    rows: tuple[ApplicationRow, ...]
    count: int
    is_counted: bool
    next: str
    previous: str
    last: str
    attention: tuple[ApplicationRow, ...]

    @property
    def count_text(self) -> str:
        return f"{self.count:,}" if self.is_counted else f"{self.count:,}+"
