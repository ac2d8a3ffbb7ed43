"""The client at a hub that behaves badly, and at addresses that may not be a hub's."""

from __future__ import annotations

import json

import httpx
import pytest

from analytics.client import EventHubsClient, HubClient, Triple, hub_uri_clean, is_event_hubs
from analytics.client.hub import Model
from analytics.client.problems import problem_of
from analytics.errors import HubProblem, HubRefused
from analytics.kinds import KINDS, type_definition
from organizations.client import addresses, transport
from organizations.errors import OrganizationUnavailable
from tests.builders.hubs import HUB, KEY, POLICY, TRIPLE, HubMemory, event


@pytest.mark.parametrize(
    ("uri", "sentence"),
    [
        ("http://hub.example", "Enter a hub URI that starts with https://"),
        ("hub.example", "Enter a hub URI that starts with https://"),
        ("https://me:secret@hub.example", "Enter the hub URI without a user name and password"),
        ("https://hub.example/?a=1", "Enter the hub URI without what follows ? or #"),
        ("https://hub.example:99999", "Enter a hub URI whose host and port are valid"),
        ("https://", "Enter a hub URI with the name of a host"),
        ("https://hub .example", "Enter a hub URI without spaces, of at most 400 characters"),
    ],
)
def test_an_address_that_cannot_be_a_hubs_says_why(uri: str, sentence: str) -> None:
    with pytest.raises(HubRefused, match=sentence.replace("?", r"\?")) as caught:
        hub_uri_clean(uri)
    assert caught.value.code == "analytics:uri-invalid"


def test_an_address_is_kept_without_slash_and_default_port() -> None:
    assert hub_uri_clean(" HTTPS://Hub.Example:443/ ") == "https://hub.example"
    assert hub_uri_clean("https://localhost:8443/hub/contoso/") == "https://localhost:8443/hub/contoso"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "2130706433"]
)
def test_an_address_of_a_private_network_is_never_asked(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "transport_make", transport.GuardedTransport)
    with HubClient(Triple(f"https://{host}", POLICY, KEY)) as hub, pytest.raises(HubRefused) as caught:
        hub.policy()
    assert caught.value.code == "analytics:address-refused"


def test_a_hub_whose_name_does_not_resolve_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(host: str) -> list[str]:
        raise OrganizationUnavailable("No such name.", code="organizations:name-unknown")

    monkeypatch.setattr(addresses, "_resolve", unknown)
    monkeypatch.setattr(transport, "transport_make", transport.GuardedTransport)
    with HubClient(Triple("https://nosuch.invalid", POLICY, KEY)) as hub, pytest.raises(HubProblem) as caught:
        hub.policy()
    assert (caught.value.code, caught.value.permanent) == ("analytics:hub-unreachable", False)


def code_of(wire_hub: HubMemory) -> str:
    with HubClient(TRIPLE) as hub, pytest.raises(HubProblem) as caught:
        hub.policy()
    return caught.value.code


def test_every_way_to_fail_has_its_own_code(wire_hub: HubMemory) -> None:
    wire_hub.hangs = True
    assert code_of(wire_hub) == "analytics:hub-timeout"
    wire_hub.hangs, wire_hub.redirects_to = False, "https://elsewhere.example/"
    assert code_of(wire_hub) == "analytics:redirected"
    wire_hub.redirects_to, wire_hub.uri = "", f"{HUB}/another"
    assert code_of(wire_hub) == "analytics:out-of-scope"
    wire_hub.uri = HUB
    for status, code in ((429, "hub-busy"), (503, "hub-failing"), (404, "not-found"), (413, "too-large")):
        wire_hub.fails = status
        assert code_of(wire_hub) == f"analytics:{code}"


def test_no_time_is_left_for_a_second_request(wire_hub: HubMemory) -> None:
    with HubClient(TRIPLE, within=0.0) as hub, pytest.raises(HubProblem) as caught:
        hub.policy()
    assert (caught.value.code, wire_hub.requests) == ("analytics:hub-timeout", [])


def test_a_link_that_leads_away_from_the_hub_is_not_followed(wire_hub: HubMemory) -> None:
    with HubClient(TRIPLE) as hub, pytest.raises(HubRefused, match="leads to another address"):
        hub.is_finished("https://contoso.hub.example.evil.example/manage/model/operations/1")


def test_a_hub_without_arrays_is_found_out_and_gets_one_at_a_time(wire_hub: HubMemory) -> None:
    wire_hub.takes_arrays = False
    with HubClient(TRIPLE) as hub:
        for kind in KINDS.values():
            hub.model_put(Model.INTERACTION, kind.name, type_definition(kind))
        assert not hub.takes_batches(event())
        assert hub.send([event(), event(), event()]) == ()
    assert len(wire_hub.events) == 3


def test_the_key_stands_in_no_text_of_the_client() -> None:
    assert KEY not in repr(TRIPLE)


def test_event_hubs_get_their_own_form(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(201)

    monkeypatch.setattr(transport, "transport_make", lambda: httpx.MockTransport(answer))
    uri = "https://contoso.servicebus.windows.net/portal"
    assert is_event_hubs(uri)
    assert not is_event_hubs(HUB)
    with EventHubsClient(Triple(uri, POLICY, KEY)) as hub:
        assert hub.takes_batches(event())
        assert hub.send([event(portal_searchstring="ä" * 30_000) for _ in range(3)]) == ()
    assert {str(request.url.copy_with(query=None)) for request in seen} == {f"{uri}/messages"}
    assert seen[0].headers["Content-Type"] == "application/vnd.microsoft.servicebus.json"
    assert "sr=contoso.servicebus.windows.net%2fportal" in seen[0].headers["Authorization"]
    assert len(seen) == 4  # each of the large ones alone


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (401, {"code": "ExpiredToken", "message": "It has expired."}, "token-expired"),
        (401, {"code": "40103", "message": "ExpiredToken: . TrackingId:1"}, "token-expired"),
        (401, {"code": "40103", "message": "Invalid authorization token signature"}, "key-refused"),
        (403, {"code": "MissingRight", "message": "lacks Write"}, "right-missing"),
        (410, {"code": "ContactErased", "message": "erased"}, "contact-erased"),
        (418, {}, "hub-refused"),
    ],
)
def test_what_a_hub_says_is_told_apart(status: int, body: dict[str, str], code: str) -> None:
    problem = problem_of(status, httpx.Headers(), json.dumps({"error": body}).encode())
    assert (problem.code, problem.permanent) == (f"analytics:{code}", True)


def test_a_page_of_something_in_between_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    page = httpx.MockTransport(lambda request: httpx.Response(200, text="<html>Please sign in to the WLAN</html>"))
    monkeypatch.setattr(transport, "transport_make", lambda: page)
    with HubClient(TRIPLE) as hub, pytest.raises(HubProblem) as caught:
        hub.policy()
    assert (caught.value.code, caught.value.permanent) == ("analytics:bad-answer", False)
