"""Events come in: stored once, counted once, or refused with a reason that is kept."""

from __future__ import annotations

import gzip
import io
import json
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.hub.models import DailyCount, Hub, Interaction, ItemCount, RefusedEvent, SearchCount, Seen
from analytics.kinds import NOBODY, TEST_SESSION
from tests.builders.embedded_hubs import ARTICLE, MARIA, PORTAL, SEARCH, HubClient, article, search, stamp

pytestmark = pytest.mark.django_db


def test_a_portals_own_single_form_is_stored_and_told_back(client: HubClient) -> None:
    event = article()
    answer = client.post(event)
    told = answer.json()
    assert answer.status_code == 202
    assert told["InteractionId"] == event["portal_interactionid"]
    assert told["TimeStamp"].endswith("Z")
    assert {**told, **event} == told
    row = Interaction.objects.get()
    assert (str(row.id), str(row.contact), str(row.portal), row.txt) == (
        event["portal_interactionid"],
        MARIA,
        PORTAL,
        "Descale the coffee machine",
    )
    assert row.more is None


def test_an_array_is_a_batch_and_says_what_became_of_each(client: HubClient) -> None:
    first = article()
    events = [first, search(), {"InteractionType": "nosuch"}, first, "text"]
    answer = client.post(events)
    told = answer.json()
    assert answer.status_code == 202
    assert (told["received"], told["stored"], told["duplicates"]) == (5, 2, 1)
    assert [(one["index"], one["error"]["code"]) for one in told["refused"]] == [
        (2, "UnknownInteractionType"),
        (4, "InvalidEvent"),
    ]
    assert Interaction.objects.count() == 2


def test_a_large_batch_goes_the_way_of_copy_and_is_counted(client: HubClient) -> None:
    events = [search(f"text\t{number}\\\n", portal_resultcount=number % 2) for number in range(60)]
    assert client.post(events).json()["stored"] == 60
    assert client.post(events).json()["duplicates"] == 60
    assert Interaction.objects.filter(txt="text\t7\\\n").count() == 1
    assert DailyCount.objects.get().n == 60
    assert SearchCount.objects.filter(without_result=1).count() == 30


def test_a_batch_may_be_packed(client: HubClient) -> None:
    answer = client.post(gzip.compress(json.dumps([article(), search()]).encode()), HTTP_CONTENT_ENCODING="gzip")
    assert answer.json()["stored"] == 2


def test_a_body_may_come_in_chunks(client: HubClient) -> None:
    chunks = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    body = json.dumps([article(), search()]).encode()
    assert client.post(body, **chunks, **{"wsgi.input": io.BytesIO(body)}).json()["stored"] == 2
    too_large = client.post(b" ", **chunks, **{"wsgi.input": io.BytesIO(b" " * (9 * 1024 * 1024))})
    assert too_large.json()["error"]["code"] == "RequestTooLarge"
    unending = client.post(body, CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")
    assert unending.json()["error"]["code"] == "LengthRequired"


def test_an_event_is_stored_once_though_its_sender_stamps_it_anew(client: HubClient) -> None:
    event = article()
    client.post(event)
    again = client.post({**event, "portal_timestamp": stamp(timezone.now() - timedelta(days=40))})
    assert again.status_code == 202
    assert Interaction.objects.count() == Seen.objects.count() == 1
    assert DailyCount.objects.get().n == 1


def test_an_event_stays_known_after_its_row_is_gone(client: HubClient) -> None:
    event = article()
    client.post(event)
    Interaction.objects.all().delete()
    assert client.post(event).status_code == 202
    assert not Interaction.objects.exists()


def test_the_same_id_with_other_content_is_refused_and_kept(client: HubClient) -> None:
    event = search("first")
    client.post(event)
    answer = client.post({**event, "portal_searchstring": "second"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "DuplicateWithOtherContent")
    assert Interaction.objects.get().txt == "first"
    kept = RefusedEvent.objects.get()
    assert (kept.code, kept.type_name) == ("DuplicateWithOtherContent", SEARCH)
    assert "second" in kept.body


def test_two_hubs_may_hold_the_same_event(client: HubClient, hub: Hub) -> None:
    from tests.builders.embedded_hubs import client_of, hub_made

    event = article()
    other = client_of(hub_made(hub.organization, "fabrikam"))
    client.post(event)
    other.post(event)
    assert Interaction.objects.count() == 2


def test_searches_and_articles_are_counted_by_day(client: HubClient) -> None:
    client.post([search("Boiler", portal_resultcount=0), search("boiler "), article(), article()])
    counted = SearchCount.objects.get()
    assert (counted.text, counted.n, counted.without_result) == ("boiler", 2, 1)
    read = ItemCount.objects.get()
    assert (read.n, read.title) == (2, "Descale the coffee machine")
    assert sorted(DailyCount.objects.values_list("n", flat=True)) == [2, 2]


def test_a_time_in_the_future_is_set_to_now_and_said(client: HubClient) -> None:
    told = client.post(article(portal_timestamp=stamp(timezone.now() + timedelta(minutes=20)))).json()
    assert "in the future" in told["@hub.warnings"][0]
    assert Interaction.objects.get().ts <= timezone.now()


@pytest.mark.parametrize("minutes", [20, -20, 3 * 365 * 24 * 60])
def test_a_clock_that_is_off_puts_no_event_at_a_wrong_time(client: HubClient, minutes: int) -> None:
    now, off = timezone.now(), timedelta(minutes=minutes)
    events = [search(str(age), portal_timestamp=stamp(now + off - timedelta(minutes=age))) for age in (1, 30)]
    told = client.post({"sentAt": stamp(now + off), "batch": events}).json()
    side = "ahead" if minutes > 0 else "behind"
    assert (told["stored"], told["warnings"]) == (
        2,
        [{"message": f"The sender's clock is {abs(minutes):,} minutes {side}; the times of its events were corrected.",
          "count": 2}],
    )  # fmt: skip
    for row in Interaction.objects.all():
        assert abs(row.ts - (now - timedelta(minutes=int(str(row.txt))))) < timedelta(seconds=3)


def test_a_clock_that_agrees_changes_no_time(client: HubClient) -> None:
    at = timezone.now() - timedelta(hours=1)
    told = client.post({"sentAt": stamp(timezone.now()), "batch": [search(portal_timestamp=stamp(at))]}).json()
    assert (told["stored"], "warnings" in told) == (1, False)
    assert Interaction.objects.get().ts == at


def test_what_lies_ahead_of_its_own_sending_is_set_to_now(client: HubClient) -> None:
    sent_at = timezone.now() + timedelta(minutes=20)
    ahead = search(portal_timestamp=stamp(sent_at + timedelta(hours=1)))
    told = client.post({"sentAt": stamp(sent_at), "batch": [ahead]}).json()
    assert {one["message"].split(";")[0] for one in told["warnings"]} == {
        "The sender's clock is 20 minutes ahead",
        "portal_timestamp is in the future",
    }
    assert Interaction.objects.get().ts <= timezone.now()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"sentAt": "yesterday", "batch": []}, "InvalidBatch"),
        ({"sentAt": 7, "batch": []}, "InvalidBatch"),
        ({"sentAt": "2026-01-01T00:00:00Z", "batch": [], "colour": 1}, "InvalidBatch"),
        ({"sentAt": "2026-01-01T00:00:00Z", "batch": {}}, "MissingProperty"),
        ({"batch": [{}] * 10_001}, "TooManyEvents"),
    ],
)
def test_a_batch_of_a_wrong_shape_is_said(client: HubClient, body: dict[str, object], code: str) -> None:
    assert client.post(body).json()["error"]["code"] == code


def test_a_time_that_no_calendar_reaches_is_refused(client: HubClient) -> None:
    event = search(portal_timestamp="9999-12-31T00:00:00Z")
    told = client.post({"sentAt": "0001-01-02T00:00:00Z", "batch": [event]}).json()
    assert told["refused"][0]["error"]["code"] == "InvalidTimestamp"


def test_a_test_of_the_connection_is_stored_and_counted_nowhere(client: HubClient) -> None:
    test = search("Test of the connection", portal_contactid=NOBODY, portal_sessionid=TEST_SESSION)
    assert client.post(test).status_code == 202
    assert client.get(f"data/Interactions('{test['portal_interactionid']}')")["portal_sessionid"] == TEST_SESSION
    assert not DailyCount.objects.exists()
    assert not SearchCount.objects.exists()
    client.post([search(), {**search(), "portal_contactid": NOBODY}])
    assert DailyCount.objects.get().n == 2


def test_an_unknown_property_is_kept_and_said(client: HubClient) -> None:
    event = article(portal_colour="blue")
    told = client.post(event).json()
    assert told["@hub.warnings"] == [f"{ARTICLE} does not declare the property portal_colour; it is kept."]
    found = client.get(f"data/Interactions('{event['portal_interactionid']}')")
    assert found["portal_colour"] == "blue"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"portal_interactionid": None}, "MissingProperty"),
        ({"portal_interactionid": "no guid"}, "InvalidProperty"),
        ({"portal_knowledgetitle": 7}, "InvalidProperty"),
        ({"portal_knowledgetitle": "x" * 5000}, "InvalidProperty"),
        ({"portal_knowledgetitle": "a\x00b"}, "InvalidProperty"),
        ({"portal_knowledgetitle": "half \ud800"}, "InvalidProperty"),
        ({"portal_timestamp": "yesterday"}, "InvalidTimestamp"),
        ({"portal_timestamp": "0001-01-01T00:00:00"}, "InvalidTimestamp"),
        ({"portal_timestamp": "2001-02-03T00:00:00Z"}, "TooOld"),
        ({"portal_resultcount": 2**31}, "InvalidProperty"),
        ({"InteractionType": "portal_nothing"}, "UnknownInteractionType"),
        ({"InteractionType": None}, "MissingProperty"),
        ({"other": "\ud800"}, "InvalidProperty"),
        ({f"other{number}": 1 for number in range(60)}, "TooManyProperties"),
    ],
)
def test_what_is_wrong_with_an_event_is_said_and_it_is_kept(
    client: HubClient, changes: dict[str, object], code: str
) -> None:
    answer = client.post(article(**changes))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert RefusedEvent.objects.get().code == code
    assert not Interaction.objects.exists()


@pytest.mark.parametrize("value", [b"1e400", b'{"a": [-1e999]}', b"[" * 40 + b"]" * 40])
def test_a_value_that_cannot_be_kept_costs_no_other_event_its_place(client: HubClient, value: bytes) -> None:
    odd = json.dumps(search()).encode()[:-1] + b', "other": ' + value + b"}"
    told = client.post(b"[" + odd + b"," + json.dumps(article()).encode() + b"]").json()
    assert (told["stored"], [one["error"]["code"] for one in told["refused"]]) == (1, ["InvalidProperty"])
    assert RefusedEvent.objects.get().code == "InvalidProperty"


def test_bodies_that_cannot_be_read_are_told_apart(client: HubClient) -> None:
    packed = {"HTTP_CONTENT_ENCODING": "gzip"}
    for body, headers, status, code in (
        (b'{"a": "\xff"}', {}, 400, "InvalidUtf8"),
        (b"{", {}, 400, "InvalidJson"),
        (b'{"a": NaN}', {}, 400, "InvalidJson"),
        (b"[" * 100_000, {}, 400, "InvalidJson"),
        (b" " * (10 * 1024 * 1024), {}, 413, "RequestTooLarge"),
        (gzip.compress(b" " * (10 * 1024 * 1024)), packed, 413, "RequestTooLarge"),
        (gzip.compress(b"[]")[:-4], packed, 400, "InvalidEncoding"),
        (b"no gzip", packed, 400, "InvalidEncoding"),
        (b"[]", {"HTTP_CONTENT_ENCODING": "br"}, 415, "UnsupportedEncoding"),
        (b"[]", {"content_type": "text/plain"}, 415, "UnsupportedMediaType"),
        (b"[" + b"{}," * 99_999 + b"{}]", {}, 413, "TooManyEvents"),
    ):
        answer = client.post(body, **headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_events_of_a_deleted_type_are_refused_by_name(client: HubClient) -> None:
    assert client.send("DELETE", f"manage/model/interactions/{SEARCH}").status_code == 204
    answer = client.post(search())
    assert answer.json()["error"]["code"] == "UnknownInteractionType"
    assert "was deleted in this hub" in answer.json()["error"]["message"]
    assert client.post(article()).status_code == 202


def test_a_types_own_key_may_be_any_text(client: HubClient) -> None:
    told = {
        "idPropertyNames": ["order", "line"],
        "fields": [{"fieldName": "order"}, {"fieldName": "line", "fieldType": "Edm.Int32"}],
    }
    assert client.send("PUT", "manage/model/interactions/Ordered", told).status_code == 202
    event = {"InteractionType": "Ordered", "order": "A-1", "line": 1}
    first, other = client.post(event).json(), client.post({**event, "line": 2}).json()
    assert client.post(event).json()["InteractionId"] == first["InteractionId"] != other["InteractionId"]
    assert Interaction.objects.count() == 2
    assert client.get(f"data/Interactions('{first['InteractionId']}')")["line"] == 1


def test_an_activity_may_be_changed(client: HubClient) -> None:
    told = {
        "idPropertyNames": ["visit"],
        "fields": [{"fieldName": "visit"}, {"fieldName": "state"}],
        "isActivity": True,
    }
    client.send("PUT", "manage/model/interactions/Visit", told)
    event = {"InteractionType": "Visit", "visit": str(uuid.uuid4()), "state": "begun"}
    made = client.post(event).json()
    assert client.post({**event, "state": "over"}).status_code == 202
    assert client.get(f"data/Interactions('{made['InteractionId']}')")["state"] == "over"
    assert DailyCount.objects.get().n == 1
