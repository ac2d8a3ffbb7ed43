"""Portal Analytics as an administrator sees it, with the source document's words, without JavaScript."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from analytics.models import InsightsConnection, RefusedInteraction
from core.models import User
from operations.models import Operation
from portals.models import Portal
from tests.builders.adminsite import Cast
from tests.builders.analytics import connected, waiting
from tests.builders.hubs import HUB, KEY, POLICY, HubMemory
from tests.builders.operations import run_to_end
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db
CONFIGURE, UPDATE = "Configure Portal Interaction Tracking", "Update D365 Customer Insights configuration"
DELETE = "Delete D365 Customer Insights integration"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(content: bytes) -> str:
    return " ".join(content.decode().split())


def page(client: Client, portal: Portal, rest: str = "", status: int = 200) -> str:
    answer = client.get(f"/portals/{portal.pk}/analytics/{rest}")
    assert answer.status_code == status
    return text(answer.content)


VALUES = {"hub_uri": HUB, "policy_name": POLICY, "shared_key": KEY, "accept_terms": "on"}


def test_the_way_of_the_source_document(people: Cast, portal: Portal, hub: HubMemory) -> None:
    client = browser(people.alice)
    assert "Portal Analytics" in text(client.get(f"/portals/{portal.pk}/").content)
    first = page(client, portal)
    for words in ("Tracking Portal Interaction", "This portal does not send visitors' interactions", CONFIGURE):
        assert words in first
    window = page(client, portal, "configure/")
    for words in (
        "Dynamics 365 for the Customer Insights hub URI",
        "Policy name with Manage, Read, and Write permissions",
        "Shared Key",
        "I have read and understood the terms and conditions",
        ">Configure</button>",
    ):
        assert words in window
    answer = client.post(f"/portals/{portal.pk}/analytics/configure/", VALUES)
    assert answer.status_code == 302
    progress = text(client.get(answer["Location"]).content)
    for step in (
        "Check the hub answers",
        "Check the policy&#x27;s permissions",
        "Create the interaction types",
        "Send a test interaction",
    ):
        assert step in progress
    run_to_end(Operation.objects.get().pk)
    done = text(client.get(answer["Location"]).content)
    assert "Portal interaction tracking is configured" in done
    assert re.search(r"<a [^>]*>Close</a>", done)
    after = page(client, portal)
    for words in (HUB, UPDATE, DELETE, "Test connection", "Waiting to be sent", "Last success", "Portal Search"):
        assert words in after
    assert CONFIGURE not in after
    for shown in (progress, done, after, page(client, portal, "update/"), page(client, portal, "delete/")):
        assert KEY not in shown


def test_what_is_wrong_stands_beside_its_field_and_the_key_is_not_given_back(people: Cast, portal: Portal) -> None:
    client = browser(people.alice)
    answer = client.post(
        f"/portals/{portal.pk}/analytics/configure/", {"hub_uri": "http://x", "shared_key": KEY, "policy_name": ""}
    )
    shown = text(answer.content)
    assert answer.status_code == 400
    for sentence in (
        "Enter a hub URI that starts with https://",
        "Enter the policy name",
        "Select the check box to continue",
    ):
        assert sentence in shown
    assert KEY not in shown


def test_a_failed_run_says_why_and_what_to_do_and_keeps_what_was_typed(
    people: Cast, portal: Portal, hub: HubMemory
) -> None:
    client = browser(people.alice)
    answer = client.post(f"/portals/{portal.pk}/analytics/configure/", {**VALUES, "shared_key": "wrong-key"})
    run_to_end(Operation.objects.get().pk)
    for shown in (text(client.get(answer["Location"]).content), page(client, portal)):
        assert "The hub rejected the shared key (401)" in shown
        assert "Enter the shared key again" in shown
        assert "Interactions are kept" not in shown  # there are none
    again = page(client, portal, "configure/")
    assert HUB in again
    assert "wrong-key" not in again


def test_only_the_key_can_be_updated(people: Cast, portal: Portal, hub: HubMemory) -> None:
    connection, client = connected(portal), browser(people.alice)
    window = page(client, portal, "update/")
    assert "The hub URI is read-only." in window
    assert 'name="hub_uri"' not in window
    refused = client.post(f"/portals/{portal.pk}/analytics/update/", {"shared_key": "wrong"})
    assert "The hub rejected the shared key (401)" in text(refused.content)
    hub.keys[POLICY] = "second"
    assert client.post(f"/portals/{portal.pk}/analytics/update/", {"shared_key": "second"}).status_code == 302
    connection.refresh_from_db()
    assert connection.triple.key == "second"


def test_deleting_asks_for_the_name_and_says_what_stays(people: Cast, portal: Portal, hub: HubMemory) -> None:
    connected(portal)
    waiting(portal, count=2)
    client = browser(people.alice)
    asked = page(client, portal, "delete/")
    assert "2 interactions that wait are sent once more" in asked
    assert f"Everything that is in {HUB} stays there." in asked
    refused = client.post(f"/portals/{portal.pk}/analytics/delete/", {"name": "x"})
    assert "Type Contoso Support as it is shown" in text(refused.content)
    answer = client.post(f"/portals/{portal.pk}/analytics/delete/", {"name": "Contoso Support"})
    run_to_end(Operation.objects.get().pk)
    assert "The integration was deleted" in text(client.get(answer["Location"]).content)
    assert not InsightsConnection.objects.exists()


def test_trouble_refusals_and_other_portals_are_told(people: Cast, portal: Portal, hub: HubMemory) -> None:
    connected(
        portal, failures=3, last_error_at=timezone.now(), last_error_code="analytics:key-refused", last_error_text="No."
    )
    connected(portal_row(people.contoso, name="Partner Hub"))
    [id] = waiting(portal)
    RefusedInteraction.objects.create(
        id=id,
        portal_id=portal.pk,
        contact_id=id,
        type="portal_search",
        payload="{}",
        code="analytics:event-refused",
        reason="portal_searchstring is <missing>.",
        refused_at=timezone.now(),
    )
    client = browser(people.alice)
    shown = page(client, portal)
    for words in (
        "The hub rejected the shared key (401)",
        "Interactions are kept and sent when this is put right.",
        "1 × Portal Search",
        "portal_searchstring is &lt;missing&gt;.",
        "Shared with</dt><dd>Partner Hub",
    ):
        assert words in shown
    assert client.post(f"/portals/{portal.pk}/analytics/resend/").status_code == 302
    assert not RefusedInteraction.objects.exists()


def test_an_interaction_is_turned_off_and_on_and_the_connection_is_tested(
    people: Cast, portal: Portal, hub: HubMemory
) -> None:
    connection, client = connected(portal), browser(people.alice)
    switch = f"/portals/{portal.pk}/analytics/interactions/portal_search/"
    client.post(switch, {"is_on": "off"})
    assert not connection.types.get(name="portal_search").is_on
    client.post(switch, {"is_on": "on"})
    assert connection.types.get(name="portal_search").is_on
    connection.types.filter(name="portal_search").update(missing_since=timezone.now())
    assert "Missing in the hub (deleted there): not sent" in page(client, portal)
    report = text(client.post(f"/portals/{portal.pk}/analytics/test/").content)
    assert "The hub answers and takes the key" in report


def test_turning_on_what_the_hub_lacks_speaks_of_nothing_else(people: Cast, portal: Portal, hub: HubMemory) -> None:
    connected(portal)
    client = browser(people.alice)
    answer = client.post(f"/portals/{portal.pk}/analytics/interactions/portal_createcase/", {"is_on": "on"})
    run_to_end(Operation.objects.get().pk)
    shown = text(client.get(answer["Location"]).content)
    assert "Turn on Case created" in shown
    assert "The hub has the interaction type Case created." in shown
    assert "A test interaction has arrived" not in shown


def test_nobody_else_sees_or_changes_anything(people: Cast, portal: Portal, hub: HubMemory) -> None:
    connected(portal)
    for stranger in (people.bob, people.charlie):
        client = browser(stranger)
        for rest in ("", "configure/", "update/", "delete/"):
            page(client, portal, rest, status=403)
        for rest in ("test/", "resend/", "interactions/portal_search/", "update/", "delete/", "configure/"):
            assert client.post(f"/portals/{portal.pk}/analytics/{rest}", VALUES).status_code == 403
    assert page(browser(people.service_admin), portal)
