"""What a profile did before a moment: filters, pages, and what is not served."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.hub.models import Hub
from tests.builders.embedded_hubs import MARIA, SEARCH, HubClient, article, client_of, hub_made, search, stamp

pytestmark = pytest.mark.django_db
OF_MARIA = f"data/Contacts('{MARIA}')/Interactions"


def test_the_newest_come_first_and_before_the_moment(client: HubClient) -> None:
    now = timezone.now()
    client.post([search(str(hours), portal_timestamp=stamp(now - timedelta(hours=hours))) for hours in range(5)])
    client.post(article(portal_contactid="00000000-0000-0000-0000-0000000000ff"))
    since, until = stamp(now - timedelta(hours=4)), stamp(now - timedelta(hours=1))
    query = f"$filter=Timestamp gt cast('{since}', Edm.DateTimeOffset) and Timestamp lt {until}"
    found = client.get(f"{OF_MARIA}?{query}")
    assert [one["portal_searchstring"] for one in found["value"]] == ["2", "3"]
    assert "nextLink" not in found
    among = client.get(f"{OF_MARIA}?$filter=Timestamp ge {since} and Timestamp le {until}")
    assert [one["portal_searchstring"] for one in among["value"]] == ["1", "2", "3", "4"]


def test_an_event_is_told_as_it_came(client: HubClient) -> None:
    event = article(portal_language="en-US", portal_sessionid="s-1")
    client.post(event)
    told = client.get(OF_MARIA)["value"][0]
    stamped = event.pop("portal_timestamp")
    assert {**told, **event} == told
    assert told["portal_timestamp"][:19] == stamped[:19]
    assert told["InteractionId"] == event["portal_interactionid"]


def test_pages_lead_on_to_the_last_event(client: HubClient) -> None:
    moment = stamp(timezone.now())
    client.post([search(str(number), portal_timestamp=moment) for number in range(70)])
    seen, path = [], f"{OF_MARIA}?api-version=2017-04-26"
    for size in (30, 30, 10):
        page = client.get(path)
        assert len(page["value"]) == size
        seen += [one["portal_searchstring"] for one in page["value"]]
        path = page.get("nextLink", "").partition("/hub/contoso/")[2]
    assert sorted(map(int, seen)) == list(range(70))
    assert path == ""


def test_top_is_all_that_comes(client: HubClient) -> None:
    client.post([search(str(number)) for number in range(40)])
    found = client.get(f"{OF_MARIA}?$top=35")
    assert len(found["value"]) == 35
    assert "nextLink" not in found


def test_one_type_or_portal_can_be_asked_for(client: HubClient) -> None:
    client.post([search(), article()])
    assert len(client.get(f"{OF_MARIA}?$filter=InteractionType eq '{SEARCH}'")["value"]) == 1
    assert client.get(f"{OF_MARIA}?$filter=portal_portalid eq 'other'")["value"] == []


def test_events_of_a_deleted_type_can_still_be_read(client: HubClient) -> None:
    client.post(search())
    client.send("DELETE", f"manage/model/interactions/{SEARCH}")
    assert client.get(OF_MARIA)["value"][0]["InteractionType"] == SEARCH


def test_hubs_do_not_mix(client: HubClient, hub: Hub) -> None:
    client_of(hub_made(hub.organization, "fabrikam")).post(search())
    assert client.get(OF_MARIA)["value"] == []


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("$filter=Timestamp gt", 400, "InvalidQuery"),
        ("$filter=Timestamp gt soon", 400, "InvalidQuery"),
        ("$filter=Timestamp gt 2026-01-01T00:00:00Z or Timestamp lt 2025-01-01T00:00:00Z", 501, "NotServed"),
        ("$filter=portal_searchstring eq 'x'", 501, "NotServed"),
        ("$filter=Timestamp lt 9999-12-31T23:59:59.999999Z and Timestamp gt 9999-12-31T23:59:59.999999Z", 400, None),
        ("$orderby=Timestamp asc", 501, "NotServed"),
        ("$select=InteractionId", 501, "NotServed"),
        ("$expand=x", 501, "NotServed"),
        ("$top=0", 400, "InvalidQuery"),
        ("$top=many", 400, "InvalidQuery"),
        ("$skiptoken=abc", 400, "InvalidQuery"),
        ("colour=blue", 400, "InvalidQuery"),
        ("$top=1&$top=2", 400, "InvalidQuery"),
    ],
)
def test_what_is_not_served_is_refused(client: HubClient, query: str, status: int, code: str | None) -> None:
    answer = client.send("GET", f"{OF_MARIA}?{query}")
    assert answer.status_code == status
    assert code is None or answer.json()["error"]["code"] == code


def test_the_metadata_names_the_types(client: HubClient) -> None:
    answer = client.send("GET", "data/$metadata")
    assert answer.headers["Content-Type"] == "application/xml"
    assert b'<EntityType Name="portal_search" BaseType="contoso.Interaction">' in answer.content
    names = [one["name"] for one in client.get("data")["value"]]
    assert names == ["Interactions", "Contacts"]


def test_contacts_are_put_and_read_by_their_id(client: HubClient) -> None:
    told = {"crmrecordid": MARIA, "fullname": "Maria Campbell"}
    assert client.send("POST", "data/Contacts", told).status_code == 202
    assert client.send("POST", "data/Contacts", {"crmrecordid": MARIA, "emailaddress1": "m@x.test"}).status_code == 202
    found = client.get(f"data/Contacts('{MARIA.upper()}')")
    assert (found["ProfileId"], found["fullname"], found["emailaddress1"]) == (MARIA, "Maria Campbell", "m@x.test")
    many = [{"crmrecordid": f"c{number}"} for number in range(40)]
    assert len(client.send("POST", "data/Contacts", many).json()["value"]) == 40
    page = client.get("data/Contacts")
    assert len(page["value"]) == 30
    assert len(client.get(page["nextLink"].partition("/hub/contoso/")[2])["value"]) == 11
    for body, code in (
        ({"fullname": "x"}, "MissingProperty"),
        ({"nosuch": 1}, "UnknownProperty"),
        ("x", "InvalidProfile"),
    ):
        assert client.send("POST", "data/Contacts", body).json()["error"]["code"] == code
    assert client.send("GET", "data/Contacts('nobody')").status_code == 404
    assert client.send("GET", "data/Accounts").status_code == 404
