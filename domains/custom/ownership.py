"""The value of the TXT record by which somebody proves that a name is theirs."""

from __future__ import annotations

import hashlib
import hmac
import uuid

from django.conf import settings

from domains.dns.values import OWNERSHIP_LABEL

PREFIX = "portal-verify="


def ownership_value(*, organization_id: uuid.UUID, host: str) -> str:
    """What the TXT record must hold: the same whenever the same organization asks, and nobody else's.

    It is no secret (DNS is public). It is bound to the organization, so that a record one organization has published
    proves nothing for another one.
    """
    text = f"domain-ownership:{organization_id}:{host}"
    digest = hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{PREFIX}{digest[:40]}"


def ownership_name(host: str) -> str:
    """Where the TXT record stands."""
    return f"{OWNERSHIP_LABEL}.{host}"
