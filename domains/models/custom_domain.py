"""A portal's custom domain name, and what happened to it."""

from __future__ import annotations

from typing import ClassVar

import idna
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.models import TimeStamped
from domains.custom.querysets import CustomDomainQuerySet
from domains.dns.values import DnsReport
from domains.models.certificate import Certificate
from organizations.models import Organization
from portals.models import Portal


class CustomDomain(TimeStamped):
    """A host name of a customer's own under which a portal is to answer. What may follow what: domains/states.py."""

    class State(models.TextChoices):
        AWAITING_DNS = "awaiting_dns", "Waiting for DNS"
        BINDING = "binding", "Creating the SSL binding"
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        REMOVED = "removed", "Removed"

    class Attention(models.TextChoices):
        DNS_LOST = "dns_lost", "The DNS record is gone"
        DNS_UNREACHABLE = "dns_unreachable", "DNS could not be asked for a day"
        TLS_PROBE_FAILED = "tls_probe_failed", "The certificate is not served"

    LIVE = (State.AWAITING_DNS, State.BINDING, State.ACTIVE, State.PAUSED)

    # A removed entry outlives its portal: its name stays guarded for a while (tombstone_until).
    portal = models.ForeignKey(Portal, null=True, on_delete=models.SET_NULL, related_name="custom_domains")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    host = models.CharField(max_length=253)  # A-label, lower case, no final dot
    # None = automatic (ACME)
    certificate = models.ForeignKey(
        Certificate, null=True, blank=True, on_delete=models.PROTECT, related_name="custom_domains"
    )
    # The entry that this one takes over from when it is active; both answer until then.
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="successors")
    state = models.CharField(max_length=16, choices=State, default=State.AWAITING_DNS)
    reason = models.CharField(max_length=80, blank=True)  # the code that says why it is not active
    reason_text = models.TextField(blank=True)  # the same for people
    ownership = models.CharField(max_length=80)  # value of the TXT record that proves whose name it is
    redirects_from_base = models.BooleanField(default=False)

    dns = models.JSONField(null=True, blank=True)  # the last DnsReport
    tls = models.JSONField(null=True, blank=True)  # what the edge served at the last look (domains/custom/facts.py)
    attention = ArrayField(models.CharField(max_length=24, choices=Attention), default=list, blank=True)

    # Waiting for DNS: since when, how often it was looked, when it is looked next.
    waiting_since = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True, blank=True)
    check_asked_at = models.DateTimeField(null=True, blank=True)  # the button "Check again"

    # In service: definite negatives in a row, and since when nothing could be asked.
    negatives = models.PositiveIntegerField(default=0)
    negative_since = models.DateTimeField(null=True, blank=True)
    lost_at = models.DateTimeField(null=True, blank=True)  # when the alarm was raised; served for 72 h from there
    unreachable_since = models.DateTimeField(null=True, blank=True)

    active_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    tombstone_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = CustomDomainQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["host"], condition=~Q(state="removed"), name="domains_custom_host_once"),
            models.UniqueConstraint(
                fields=["portal"],
                condition=~Q(state="removed") & Q(replaces__isnull=True),
                name="domains_one_custom_per_portal",
            ),
            models.UniqueConstraint(
                fields=["portal"],
                condition=~Q(state="removed") & Q(replaces__isnull=False),
                name="domains_one_change_per_portal",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_check_at"], condition=Q(state="active"), name="domains_custom_due"),
            models.Index(fields=["host", "-created_at"], name="domains_custom_by_host"),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """The host as people read it (U-label)."""
        return str(idna.decode(self.host))

    @property
    def url(self) -> str:
        """Where visitors find the portal, with the edge's port where that is not 443."""
        port = "" if settings.PORTAL_HTTPS_PORT == 443 else f":{settings.PORTAL_HTTPS_PORT}"
        return f"https://{self.host}{port}/"

    @property
    def report(self) -> DnsReport | None:
        """The last look at DNS."""
        return DnsReport.from_json(self.dns) if self.dns else None

    @property
    def is_removed(self) -> bool:
        return self.state == self.State.REMOVED


class DomainEvent(models.Model):
    """What happened to a custom domain. Appended only; ``mail`` says whether people are still to be told by mail."""

    class Mail(models.TextChoices):
        NONE = "", "Nobody is told"
        DUE = "due", "To be sent"
        SENT = "sent", "Sent"

    id = models.BigAutoField(primary_key=True)
    domain = models.ForeignKey(CustomDomain, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    code = models.CharField(max_length=80)  # a key of domains.custom.messages.EVENTS
    context = models.JSONField(default=dict)  # what its sentence is filled with; never a secret
    mail = models.CharField(max_length=4, choices=Mail, default=Mail.NONE, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], condition=Q(mail="due"), name="domains_mail_due"),
        ]
