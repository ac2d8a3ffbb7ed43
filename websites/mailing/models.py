"""Rows of the outbox."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portals.models import Portal


class PortalMail(models.Model):
    """One mail of a portal to somebody. ``key`` names the event it tells of, and lets it be written down only once."""

    class State(models.TextChoices):
        DUE = "due", "Due"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="mails")
    key = models.CharField(max_length=200)
    to = models.CharField(max_length=320)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    list_id = models.CharField(max_length=255, blank=True)
    unsubscribe_url = models.CharField(max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    problem = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["portal", "key"], name="websites_one_mail"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], condition=models.Q(state="due"), name="websites_mail_due"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.portal_id}"
