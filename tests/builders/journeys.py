"""Portals with a hub, and what a contact did on them before a case."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from analytics import adapters
from analytics.journey.embedding import case_token, journey_address_make
from analytics.kinds import KINDS
from analytics.models import InsightsConnection
from core.models import User
from core.sealed import secret_seal
from organizations.models import Organization, Role, RoleAssignment
from portals.models import Portal
from tests.builders.cases import CREATED, TIMELINE, case_made, comment_made, contact_of
from tests.builders.hubs import HUB, KEY, POLICY, FakeHub, HubMemory, event
from tests.builders.organizations import MARIA, fabrikam
from tests.builders.portals import portal_row


def portal_connected(organization: Organization, name: str = "Contoso Support", **changes: Any) -> Portal:
    """A portal whose interactions go to a hub; ``changes`` are columns of the connection."""
    portal = portal_row(organization, name=name)
    now = timezone.now()
    made = InsightsConnection(
        portal=portal,
        hub_uri=changes.pop("hub_uri", HUB),
        policy_name=POLICY,
        state=InsightsConnection.State.CONNECTED,
        terms_version="1",
        terms_accepted_at=now,
        key_set_at=now,
        **changes,
    )
    made.shared_key = secret_seal(KEY, row=made.seal_row)
    made.save()
    return portal


def did(
    memory: HubMemory,
    portal: Portal,
    contact_id: uuid.UUID,
    name: str,
    text: str,
    *,
    minutes_before: float,
    case_at: datetime = CREATED,
    **changes: Any,
) -> str:
    """The contact did it so many minutes before the case; the interaction's id."""
    kind = KINDS[name]
    at = case_at - timedelta(minutes=minutes_before)
    sent = event(
        name,
        portal_contactid=str(contact_id),
        portal_timestamp=at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        **{"portal_portalid": str(portal.pk), kind.text_field: text, **changes},
    )
    memory.events[sent["portal_interactionid"]] = sent
    return str(sent["portal_interactionid"])


ARTICLE, BLOG, THREAD, SEARCH = (
    "portal_viewknowledgearticle",
    "portal_viewblogpost",
    "portal_viewforumthread",
    "portal_search",
)


def meter_journey(memory: HubMemory, portal: Portal, contact_id: uuid.UUID) -> None:
    """The walk of somebody whose meter shows E-14."""
    article = str(uuid.uuid4())
    for name, text, before, more in (
        (SEARCH, "reset meter reading", 20, {"portal_resultcount": 3}),
        (ARTICLE, "How to reset a meter reading", 19, {"portal_knowledgearticleid": article}),
        (THREAD, "Meter shows E-14 after reset", 14, {}),
        (ARTICLE, "Error E-14 explained", 10, {}),
        (SEARCH, "E-14 engineer visit", 6, {"portal_resultcount": 0}),
        (ARTICLE, "How to reset a meter reading", 5, {"portal_knowledgearticleid": article}),
        (BLOG, "Booking an engineer", 3, {}),
    ):
        did(memory, portal, contact_id, name, text, minutes_before=before, **more)


@dataclass(frozen=True)
class JourneyLooks:
    """Addresses of a case with a journey: its list, its form, the journey alone and in a frame, the frame's address."""

    cases: str
    case: str
    journey: str
    framed: str
    address: str


def journey_looks(administrator: User, patch: pytest.MonkeyPatch) -> JourneyLooks:
    """An instance that answers, with Maria's case, and ``administrator`` as its system administrator."""
    memory = HubMemory()
    patch.setattr(adapters, "hub_make", lambda triple, *, within=None: FakeHub(memory, triple))
    home = fabrikam(contacts=(MARIA,), solutions=(TIMELINE,))
    RoleAssignment.objects.create(user=administrator, role=Role.SYSTEM_ADMINISTRATOR, organization=home)
    case_id, maria = case_made(home, description="After I reset the reading the display shows E-14."), contact_of(home)
    case_made(home, "Invoice shows the wrong address", statecode=1)
    comment_made(home, case_id, "I followed the article but it did not help.")
    portal = portal_connected(home)
    portal_connected(home, "Contoso Community")
    meter_journey(memory, portal, maria)
    for minutes in range(600, 612, 3):
        did(memory, portal, maria, SEARCH, "display broken", minutes_before=minutes)
    address = journey_address_make(actor=administrator, organization=home, origin="https://contoso.example", days=90)
    case = f"/cases/{home.pk}/{case_id}/"
    framed = f"/embed/journey/case/{case_token(address, case_id)}/"
    return JourneyLooks(f"/cases/{home.pk}/", case, f"{case}journey/", framed, f"/instances/{home.pk}/journey/")
