"""What every page of the explorer begins with: who asks, about which hub, and the pages beside this one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse

from analytics.hub.models import Hub
from analytics.hub.services.hubs import hub_for, hub_uri
from core.models import User
from organizations.policy import Action, may, require

PAGES = (
    ("Overview", "hub-overview"),
    ("Events", "hub-events"),
    ("Interaction types", "hub-types"),
    ("Contacts", "hub-contacts"),
    ("KPIs", "hub-kpis"),
    ("Policies", "hub-policies"),
    ("Refused", "hub-refused"),
    ("Settings", "hub-settings"),
)
MANAGE_DENIED = "Only an administrator of the hub's instance can do this."


@dataclass(frozen=True)
class HubPage:
    """A page beside this one."""

    title: str
    url: str
    is_current: bool


def hub_asked(request: HttpRequest, name: str) -> tuple[User, Hub]:
    """
    Raises:
        NotAllowed: the reader may look at no hub at all.
        NotFound: at this one, or there is none.
    """
    actor = cast(User, request.user)
    require(actor, Action.HUB_VIEW)
    return actor, hub_for(actor, name)


def hub_shown(actor: User, hub: Hub, page: str) -> dict[str, Any]:
    """What the templates of every page need."""
    manages = may(actor, Action.HUB_MANAGE, hub.organization_id)
    return {
        "hub": hub,
        "hub_uri": hub_uri(hub),
        "pages": [HubPage(title, reverse(name, args=[hub.name]), name == page) for title, name in PAGES],
        "why_not": "" if manages else MANAGE_DENIED,
    }


def guid_asked(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None


def day_asked(text: str, *, plus_days: int = 0) -> datetime | None:
    """The first moment of a day (UTC), or of one some days later."""
    try:
        return datetime.combine(date.fromisoformat(text) + timedelta(days=plus_days), time(), tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
