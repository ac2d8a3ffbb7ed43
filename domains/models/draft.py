"""What somebody has filled into the wizard so far."""

from __future__ import annotations

import base64
from typing import ClassVar

from django.conf import settings
from django.db import models

from core.models import TimeStamped
from core.sealed import secret_open, secret_seal
from domains.custom.querysets import DomainDraftQuerySet
from domains.dns.values import DnsReport
from domains.models.certificate import Certificate
from domains.models.custom_domain import CustomDomain
from portals.models import Portal


class DomainDraft(TimeStamped):
    """The wizard's pages of one person for one portal, for 24 hours.

    A file whose password was wrong stays here, sealed, until the right one is typed, so that nobody uploads twice. It
    goes with the first certificate that is made of it, and with the draft.
    """

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()
    replaces = models.ForeignKey(CustomDomain, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    certificate = models.ForeignKey(Certificate, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_automatic = models.BooleanField(default=False)  # a certificate by ACME in place of a chosen one
    file = models.TextField(blank=True)  # sealed
    file_name = models.CharField(max_length=255, blank=True)

    host = models.CharField(max_length=253, blank=True)  # A-label
    is_host_new = models.BooleanField(default=True)
    dns = models.JSONField(null=True, blank=True)  # the last DnsReport
    check_asked_at = models.DateTimeField(null=True, blank=True)

    result = models.ForeignKey(CustomDomain, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = DomainDraftQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["portal", "owner"], name="domains_one_draft_each"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], name="domains_draft_age"),
        ]

    @property
    def seal_row(self) -> str:
        """For which row its file is sealed."""
        return f"domain-draft:{self.pk}"

    @property
    def has_certificate(self) -> bool:
        return self.certificate_id is not None or self.is_automatic

    @property
    def report(self) -> DnsReport | None:
        """The last look at DNS, where it was for the host that is chosen now."""
        report = DnsReport.from_json(self.dns) if self.dns else None
        return report if report and report.host == self.host else None

    def file_keep(self, name: str, data: bytes) -> None:
        """Seal a file into the row (unsaved)."""
        self.file = secret_seal(base64.b64encode(data).decode(), row=self.seal_row)
        self.file_name = name[:255]

    def file_kept(self) -> bytes:
        """The sealed file; empty where there is none.

        Raises:
            SealBroken: it was changed, or its key is gone.
        """
        return base64.b64decode(secret_open(self.file, row=self.seal_row)) if self.file else b""
