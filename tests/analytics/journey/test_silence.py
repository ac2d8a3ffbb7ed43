"""A journey that is empty or lacks something says why, and keeps nobody waiting."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from django.test import Client

from analytics import adapters
from analytics.client import Triple
from analytics.journey import reading
from organizations.client import organization_client
from organizations.models import Organization
from tests.builders.cases import case_made, contact_of
from tests.builders.hubs import FakeHub, HubMemory
from tests.builders.journeys import SEARCH, did, portal_connected
from tests.builders.organizations import contoso, sharron
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true"}


@pytest.fixture
def home() -> Organization:
    return contoso()


@pytest.fixture
def browser(client: Client, home: Organization) -> Client:
    client.force_login(sharron(home))
    return client


@pytest.fixture
def case_id(home: Organization) -> uuid.UUID:
    return case_made(home)


def _part(browser: Client, home: Organization, case_id: uuid.UUID, query: str = "") -> str:
    return browser.get(f"/cases/{home.pk}/{case_id}/journey/{query}", headers=PART).content.decode()


# --- When there is nothing


def test_each_reason_for_an_empty_journey_has_its_sentence(
    browser: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory
) -> None:
    assert "Portal analytics is not configured for Contoso Sales." in _part(browser, home, case_id)
    portal_row(home, name="Contoso Support")
    assert "Portal analytics is not configured for Contoso Support." in _part(browser, home, case_id)
    portal_connected(home, "Contoso Community")
    assert "No portal activity in the 24 hours before this case." in _part(browser, home, case_id)
    of_account = case_made(home, account=_account(home))
    assert "This case is not linked to a portal contact." in _part(browser, home, of_account)


def test_a_hub_that_is_away_never_blocks_the_case(
    browser: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory
) -> None:
    portal_connected(home)
    hub.is_down = True

    part = _part(browser, home, case_id)

    assert "The Customer Insights hub did not answer. The case can still be edited." in part
    assert "Try again" in part
    assert browser.get(f"/cases/{home.pk}/{case_id}/").status_code == 200


def test_one_silent_hub_of_two_is_named_and_the_other_shown_without_waiting(
    browser: Client, home: Organization, case_id: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, silent = HubMemory(), HubMemory(uri="https://other.hub.example", is_down=True)
    monkeypatch.setattr(adapters, "hub_make", lambda triple, *, within: _of(triple, good, silent))
    support = portal_connected(home)
    portal_connected(home, "Contoso Community", hub_uri=silent.uri)
    did(good, support, contact_of(home), SEARCH, "still here", minutes_before=5)

    page = _part(browser, home, case_id)

    assert "still here" in page
    assert "Missing here: Contoso Community" in page


def _of(triple: Triple, *memories: HubMemory) -> FakeHub:
    return FakeHub(next(memory for memory in memories if memory.uri == triple.hub_uri), triple)


def test_hubs_are_asked_at_the_same_time_and_within_the_limit(
    browser: Client, home: Organization, case_id: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = []

    class Slow(FakeHub):
        def contact_interactions(self, *args: Any, **options: Any) -> Any:
            time.sleep(0.3)
            return super().contact_interactions(*args, **options)

    def make(triple: Triple, *, within: float | None = None) -> FakeHub:
        limits.append(within)
        return Slow(HubMemory(), triple)

    monkeypatch.setattr(adapters, "hub_make", make)
    for number in range(4):
        portal_connected(home, f"Portal {number}", hub_uri=f"https://hub{number}.example")

    began = time.monotonic()
    _part(browser, home, case_id)

    assert time.monotonic() - began < 1.0
    assert limits == [reading.SECONDS] * 4


def test_event_hubs_cannot_be_asked_and_that_is_told(
    browser: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory
) -> None:
    portal_connected(home, hub_uri="https://contoso.servicebus.windows.net/portal")

    assert "go to Event Hubs, which cannot be asked" in _part(browser, home, case_id)


def _account(home: Organization) -> uuid.UUID:
    id = uuid.uuid4()
    with organization_client(home) as client:
        client.create("accounts", "accountid", id, {"name": "Adventure Works"})
    return id
