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


def sender_of(request: HttpRequest) -> str:
    """Who sends, as a word that cannot be turned back into an address; addresses of one IPv6 site count as one."""
    address = client_address(request) or ""
    site = ":".join(address.split(":")[:4]) if ":" in address else address
    return hmac.new(settings.SECRET_KEY.encode(), site.encode(), hashlib.sha256).hexdigest()


def quota_take(*, portal_id: UUID, form: str, sender: str, most: int) -> bool:
    """Count one form; False where ``most`` of this sender's were counted in the last hour, or far more of all."""
    lately = FormSent.objects.filter(portal_id=portal_id, form=form, sent_at__gt=timezone.now() - HOUR)
    if lately.filter(sender=sender).count() >= most or lately.count() >= most * FROM_ALL:
        return False
    FormSent.objects.create(portal_id=portal_id, form=form, sender=sender)
    return True


def quotas_purge() -> int:
    """Forget what is older than an hour; how many."""
    return FormSent.objects.filter(sent_at__lte=timezone.now() - HOUR).delete()[0]
