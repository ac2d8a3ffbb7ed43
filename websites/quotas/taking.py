"""Counting forms by sender over the last hour, in the database: the same limit for all processes."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from core.addresses import client_address
from websites.quotas.models import FormSent

HOUR = timedelta(hours=1)
FROM_ALL = 40  # times a sender's own number, from everybody together


def sender_of(request: HttpRequest, contact_id: str = "") -> str:
    """Who sends, as a word that cannot be turned back: the contact who is signed in, so that an office behind one
    address counts as many; else the network address, of which those of one IPv6 site count as one.
    """
    address = client_address(request) or ""
    site = ":".join(address.split(":")[:4]) if ":" in address else address
    who = f"contact {contact_id.lower()}" if contact_id else site
    return hmac.new(settings.SECRET_KEY.encode(), who.encode(), hashlib.sha256).hexdigest()


def quota_has_room(*, portal_id: UUID, form: str, sender: str, most: int) -> bool:
    """False where ``most`` of this sender's were counted in the last hour, or far more of all."""
    lately = FormSent.objects.filter(portal_id=portal_id, form=form, sent_at__gt=timezone.now() - HOUR)
    return lately.filter(sender=sender).count() < most and lately.count() < most * FROM_ALL


def quota_count(*, portal_id: UUID, form: str, sender: str) -> None:
    """Count one form that was accepted."""
    FormSent.objects.create(portal_id=portal_id, form=form, sender=sender)


def quotas_purge() -> int:
    """Forget what is older than an hour; how many."""
    return FormSent.objects.filter(sent_at__lte=timezone.now() - HOUR).delete()[0]
