"""Questions about many custom domains and drafts."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from core.models import User

if TYPE_CHECKING:
    from domains.models import CustomDomain, DomainDraft  # noqa: F401  (named in the base classes below)


class CustomDomainQuerySet(models.QuerySet["CustomDomain"]):
    """``CustomDomain.objects``."""

    def live(self) -> CustomDomainQuerySet:
        """Not removed."""
        return self.exclude(state="removed")

    def of_portal(self, portal_id: uuid.UUID) -> CustomDomainQuerySet:
        """The portal's entries that are not removed: the one, and the one that is to take over from it."""
        return self.live().filter(portal_id=portal_id)

    def main(self) -> CustomDomainQuerySet:
        """Those that take over from nobody."""
        return self.filter(replaces__isnull=True)

    def due(self, now: datetime) -> CustomDomainQuerySet:
        """In service, and to be looked at now."""
        return self.filter(state="active", next_check_at__lte=now)

    def guarding(self, host: str, now: datetime) -> CustomDomainQuerySet:
        """Removed entries that still keep others from the name."""
        return self.filter(host=host, state="removed", tombstone_until__gt=now)


class DomainDraftQuerySet(models.QuerySet["DomainDraft"]):
    """``DomainDraft.objects``."""

    def of(self, user: User, portal_id: uuid.UUID) -> DomainDraftQuerySet:
        return self.filter(owner=user, portal_id=portal_id)

    def expired(self, now: datetime) -> DomainDraftQuerySet:
        return self.filter(expires_at__lte=now)
