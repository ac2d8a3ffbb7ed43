"""Certificates: what the edge proves a host name with, and how far the alarms about their expiry are."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.models import TimeStamped
from domains.ports import names_cover
from domains.querysets import CertificateQuerySet
from organizations.models import Organization


class Certificate(TimeStamped):
    """A certificate of an organization with its private key.

    The ``.pfx`` and its password are never kept: only the chain, ordered and without its root, and the sealed key.
    """

    class Source(models.TextChoices):
        UPLOADED = "uploaded", "Uploaded"
        ACME = "acme", "Automatic"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="certificates")
    source = models.CharField(max_length=12, choices=Source, default=Source.UPLOADED)
    subject = models.CharField(max_length=400)  # the common name, else the first DNS name
    issuer = models.CharField(max_length=400)
    names = ArrayField(models.CharField(max_length=253))  # DNS names, lower-case A-labels, "*." allowed in front
    fingerprint = models.CharField(max_length=64)  # SHA-256 of the leaf, hex
    thumbprint = models.CharField(max_length=40)  # SHA-1 of the leaf, hex in capitals, as the field has always shown it
    key_type = models.CharField(max_length=24)  # "RSA 2048", "EC P-256"
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    chain_pem = models.TextField()  # leaf first, root left out
    key_sealed = models.TextField(blank=True)  # PKCS #8 PEM, sealed for :attr:`seal_row`; "" where it was erased
    warnings = models.JSONField(default=list, blank=True)  # [{"code", "detail"}] that do not depend on the day
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces")
    replaced_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)  # its key was erased some days after the replacement
    deleted_at = models.DateTimeField(null=True, blank=True)  # somebody deleted it; the key was erased

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["not_after", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organization", "fingerprint"],
                condition=Q(deleted_at__isnull=True, retired_at__isnull=True),
                name="domains_certificate_once",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True, retired_at__isnull=True) | Q(key_sealed=""),
                name="domains_certificate_key_erased",
            ),
            models.CheckConstraint(condition=~Q(replaced_by=models.F("id")), name="domains_certificate_not_by_itself"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organization", "not_after"], name="domains_certificate_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def seal_row(self) -> str:
        """What the sealed key is bound to."""
        return f"certificate:{self.pk}"

    @property
    def is_usable(self) -> bool:
        """Whether its key is still here."""
        return self.deleted_at is None and self.retired_at is None

    def covers(self, host: str) -> bool:
        """Whether it is for ``host`` (a lower-case A-label): by name, or by a star in place of the first label."""
        return names_cover(tuple(self.names), host)

    def is_expired(self, now: datetime | None = None) -> bool:
        return self.not_after <= (now or timezone.now())


class CertificateAlarm(models.Model):
    """That a certificate's expiry came so near that people were told, once for each mark."""

    id = models.BigAutoField(primary_key=True)
    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="alarms")
    mark = models.CharField(max_length=8)  # days left: "30" … "0"; of a short-lived one "1/3", "1/6"
    raised_at = models.DateTimeField(auto_now_add=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["certificate", "mark"], name="domains_alarm_once"),
        ]
