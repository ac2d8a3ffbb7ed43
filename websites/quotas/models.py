"""Forms that were sent lately, by whom nobody can tell any more."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portals.models import Portal


class FormSent(models.Model):
    """``sender`` is a keyed hash of a contact or a network address."""

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="forms_sent")
    form = models.CharField(max_length=40)
    sender = models.CharField(max_length=64)
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["portal", "form", "sender", "sent_at"], name="websites_form_sent"),
            models.Index(fields=["sent_at"], name="websites_form_sent_age"),
        ]

    def __str__(self) -> str:
        return f"{self.form} at {self.portal_id}"
