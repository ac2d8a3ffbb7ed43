"""What the room relies on, held by the real client over HTTP and by the fake alike."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from analytics.client import HubClient, Model, Triple
from analytics.errors import HubProblem, HubRefused, HubUnavailable
from analytics.kinds import ARTICLE, KINDS, SEARCH, link_definition, link_name, profile_definition, type_definition
from analytics.ports import Hub
from organizations.client import transport
from tests.builders.hubs import HUB, KEY, POLICY, TRIPLE, FakeHub, HubMemory, WireHub, event

Open = Callable[[Triple], Hub]
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


@pytest.fixture
def memory() -> HubMemory:
    return HubMemory()


@pytest.fixture(params=["client", "fake"])
def open_hub(request: pytest.FixtureRequest, memory: HubMemory, monkeypatch: pytest.MonkeyPatch) -> Open:
    if request.param == "fake":
        return lambda triple: FakeHub(memory, triple)
    monkeypatch.setattr(transport, "transport_make", lambda: WireHub(memory))
    return HubClient


def types_made(hub: Hub) -> None:
    for kind in KINDS.values():
        hub.model_put(Model.INTERACTION, kind.name, type_definition(kind))


def refused(open_hub: Open, triple: Triple = TRIPLE) -> HubProblem:
    with open_hub(triple) as hub, pytest.raises(HubProblem) as caught:
        hub.policy()
    return caught.value


def test_the_policy_says_which_rights_it_lacks(open_hub: Open, memory: HubMemory) -> None:
    memory.permissions["Manager"] = frozenset({"Manage"})
    memory.keys["Manager"] = KEY
    with open_hub(TRIPLE) as hub:
        assert hub.policy().missing == ()
    with open_hub(Triple(HUB, "Manager", KEY)) as hub:
        assert hub.policy().missing == ("Read", "Write")


def test_a_type_a_profile_and_a_link_are_made_and_found(open_hub: Open, memory: HubMemory) -> None:
    memory.polls = 1
    with open_hub(TRIPLE) as hub:
        assert hub.model_get(Model.INTERACTION, SEARCH.name) is None
        pending = hub.model_put(Model.INTERACTION, SEARCH.name, type_definition(SEARCH))
        assert [hub.is_finished(pending), hub.is_finished(pending)] == [False, True]
        hub.model_put(Model.PROFILE, "Contact", profile_definition())
        hub.model_put(Model.LINK, link_name(SEARCH), link_definition(SEARCH))
        assert (hub.model_get(Model.INTERACTION, SEARCH.name) or {})["provisioningState"] == "Succeeded"
        assert hub.model_get(Model.LINK, link_name(SEARCH)) is not None
        hub.model_delete(Model.INTERACTION, SEARCH.name)
        assert hub.model_get(Model.INTERACTION, SEARCH.name) is None


@pytest.mark.parametrize("count", [1, 2, 7])
def test_interactions_are_taken_once_however_often_they_are_sent(open_hub: Open, memory: HubMemory, count: int) -> None:
    events = [event(ARTICLE.name) for _ in range(count)]
    with open_hub(TRIPLE) as hub:
        types_made(hub)
        assert hub.send(events) == ()
        assert hub.send(events) == ()
    assert set(memory.events) == {one["portal_interactionid"] for one in events}


@pytest.mark.parametrize("in_batches", [True, False])
def test_one_bad_interaction_stops_no_other(open_hub: Open, memory: HubMemory, in_batches: bool) -> None:
    events = [event(), event("portal_createcase"), event(), event(portal_searchstring="")]
    with open_hub(TRIPLE) as hub:
        types_made(hub)
        hub.model_delete(Model.INTERACTION, "portal_createcase")
        found = hub.send(events, in_batches=in_batches)
    assert [(one.index, one.code) for one in found] == [(1, "analytics:type-unknown"), (3, "analytics:event-refused")]
    assert len(memory.events) == 2


def test_an_id_that_is_known_with_other_content_is_refused(open_hub: Open) -> None:
    first = event()
    with open_hub(TRIPLE) as hub:
        types_made(hub)
        hub.send([first])
        found = hub.send([{**first, "portal_searchstring": "other"}])
    assert [one.code for one in found] == ["analytics:other-content"]


def test_what_a_contact_did_before_a_moment_comes_newest_first(open_hub: Open) -> None:
    contact, times = uuid.uuid4(), [NOW - timedelta(minutes=minutes) for minutes in range(-5, 70)]
    events = [event(portal_contactid=str(contact), portal_timestamp=at.isoformat()) for at in times]
    with open_hub(TRIPLE) as hub:
        types_made(hub)
        hub.send([*events, event()])
        found = hub.contact_interactions(contact, before=NOW, after=NOW - timedelta(minutes=50))
        assert [one.at for one in found] == [NOW - timedelta(minutes=minutes) for minutes in range(1, 50)]
        assert found[0].text == "printer jams"
        assert len(hub.contact_interactions(contact, before=NOW, limit=40)) == 40
        assert hub.contact_interactions(uuid.uuid4(), before=NOW) == []


def test_a_wrong_key_and_an_unknown_policy_are_told_apart(open_hub: Open) -> None:
    assert refused(open_hub, Triple(HUB, POLICY, "wrong")).code == "analytics:key-refused"
    assert refused(open_hub, Triple(HUB, "Nobody", KEY)).code == "analytics:policy-unknown"


def test_a_right_that_is_missing_is_named(open_hub: Open, memory: HubMemory) -> None:
    memory.permissions[POLICY] = frozenset({"Manage", "Read"})
    with open_hub(TRIPLE) as hub, pytest.raises(HubRefused) as caught:
        hub.send([event()])
    assert caught.value.code == "analytics:right-missing"
    assert caught.value.service_text == "The policy RootManageSharedAccessKey lacks Write."


def test_a_hub_that_fails_or_is_away_may_come_back(open_hub: Open, memory: HubMemory) -> None:
    memory.fails = 500
    assert isinstance(refused(open_hub), HubUnavailable)
    memory.fails, memory.is_down = 0, True
    away = refused(open_hub)
    assert (away.code, away.permanent) == ("analytics:hub-unreachable", False)


def test_a_clock_that_is_off_is_told_from_a_wrong_key(open_hub: Open, memory: HubMemory) -> None:
    memory.clock = timedelta(minutes=20)
    with open_hub(TRIPLE) as hub:
        assert hub.policy().missing == ()  # tokens live longer than clocks are usually off
    off = refused(open_hub, Triple(HUB, POLICY, "wrong"))
    assert (off.code, off.message.split(",")[0]) == (
        "analytics:clock-skew",
        "This server's clock is 20 minutes behind the hub's",
    )
