"""A portal's connection to a Customer Insights hub, and which interactions go there."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from analytics.client import Triple, is_event_hubs
from analytics.kinds import KINDS, Kind
from analytics.querysets import ConnectionQuerySet
from core.models import TimeStamped
from core.sealed import secret_open
from portals.models import Portal


class InsightsConnection(TimeStamped):
    """Where a portal's interactions go: one at most. What may follow what: analytics/states.py."""

    class State(models.TextChoices):
        CONFIGURING = "configuring", "Configuring"
        CONNECTED = "connected", "Connected"
        FAILED = "failed", "Not configured: it failed"
        REMOVING = "removing", "Being deleted"

    portal = models.OneToOneField(Portal, on_delete=models.CASCADE, related_name="insights")
    hub_uri = models.CharField(max_length=400)  # never changed once it is connected
    policy_name = models.CharField(max_length=50)
    shared_key = models.TextField()  # sealed; shown to nobody
    state = models.CharField(max_length=12, choices=State, default=State.CONFIGURING)
    terms_version = models.CharField(max_length=20)  # which terms were accepted, and by whom
    terms_accepted_at = models.DateTimeField()
    key_set_at = models.DateTimeField()
    key_set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    takes_batches = models.BooleanField(default=True)  # found out by the test interaction
    is_linked = models.BooleanField(default=False)  # Contact and its links are in the hub
    connected_at = models.DateTimeField(null=True, blank=True)

    # How sending goes. next_send_at: nobody asks the hub before.
    next_send_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    last_error_code = models.CharField(max_length=80, blank=True)
    last_error_text = models.TextField(blank=True)

    objects = ConnectionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.hub_uri} ({self.policy_name})"

    @property
    def seal_row(self) -> str:
        """What the key is sealed to."""
        return f"insights:{self.pk}"

    @property
    def triple(self) -> Triple:
        """Address, policy and the key, opened. Not for pages."""
        return Triple(self.hub_uri, self.policy_name, secret_open(self.shared_key, row=self.seal_row))

    @property
    def is_event_hubs(self) -> bool:
        return is_event_hubs(self.hub_uri)

    @property
    def is_connected(self) -> bool:
        return self.state == self.State.CONNECTED


class InteractionType(models.Model):
    """One type of interaction at one portal: captured or not, and whether the hub has it."""

    connection = models.ForeignKey(InsightsConnection, on_delete=models.CASCADE, related_name="types")
    name = models.CharField(max_length=80)
    is_on = models.BooleanField(default=True)  # the portal's switch
    missing_since = models.DateTimeField(null=True, blank=True)  # it was deleted in the hub: not captured
    last_sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["connection", "name"], name="analytics_type_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> Kind:
        return KINDS[self.name]

    @property
    def is_captured(self) -> bool:
        return self.is_on and self.missing_since is None
