"""Rows of the portal runtime: who is signed in at which portal."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from portals.models import Portal
from websites.mailing.models import PortalMail
from websites.quotas.models import FormSent
from websites.search.models import SearchEntry, SearchState, SearchWord
from websites.viewcounts.models import ArticleViewCount
from websites.workflows.models import FollowedTable, PortalCase

__all__ = [
    "ArticleViewCount",
    "FollowedTable",
    "FormSent",
    "PortalCase",
    "PortalConsent",
    "PortalMail",
    "SearchEntry",
    "SearchState",
    "SearchWord",
    "VisitorSession",
]


class VisitorSession(models.Model):
    """A visitor signed in at one portal. The cookie holds a random token, the row only its SHA-256.

    ``contact_id`` and ``role_ids`` name rows of the portal's organization; ``role_ids`` are looked at again every
    minute, so that a role taken away is gone soon. ``id_token`` is what the provider gave, sealed for
    :attr:`seal_row`, for signing out there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="visitor_sessions")
    contact_id = models.UUIDField()
    account_id = models.UUIDField(null=True, blank=True)
    name = models.CharField(max_length=300)
    email = models.CharField(max_length=320, blank=True)
    provider = models.CharField(max_length=60)
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=300)
    id_token = models.TextField(blank=True)
    role_ids = models.JSONField(default=list)
    roles_read_at = models.DateTimeField()
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.portal_id}"

    @property
    def seal_row(self) -> str:
        """What the token is sealed to."""
        return f"visitor-session:{self.pk}"


class PortalConsent(models.Model):
    """Somebody allowed a portal to use their profile: asked once for each portal, issuer, subject and set of scopes."""

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="consents")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=300)
    scopes = models.CharField(max_length=300)  # sorted, with spaces between
    accepted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["portal", "issuer", "subject", "scopes"], name="websites_one_consent"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.portal_id}"
