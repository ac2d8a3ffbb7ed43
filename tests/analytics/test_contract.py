"""What the room relies on, held by the real client over HTTP and by the fake alike."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from analytics.client import HubClient, Model, Triple
from analytics.errors import HubProblem, HubRefused, HubUnavailable
from analytics.hub.cached import hubs_forget
from analytics.hub.model.policies import keys_open, policy_put
from analytics.hub.models import Interaction
from analytics.hub.refusing import UNAUTHORIZED
from analytics.hub.services.hubs import hub_create, hub_uri
from analytics.kinds import ARTICLE, KINDS, SEARCH, link_definition, link_name, profile_definition, type_definition
from analytics.ports import Hub
from organizations.client import transport
from organizations.embedded.inprocess import InProcessTransport
from organizations.models import Organization
from tests.builders.hubs import HUB, KEY, POLICY, TRIPLE, FakeHub, HubMemory, WireHub, event

pytestmark = pytest.mark.django_db
Open = Callable[[Triple], Hub]
NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """A hub, how it is opened, how it gets a policy, and which interactions it has."""

    triple: Triple
    open: Callable[[Triple], Hub]
    policy: Callable[[str, frozenset[str]], Triple]
    stored: Callable[[], set[str]]


def in_memory(memory: HubMemory, open: Callable[[Triple], Hub]) -> Place:
    def policy(name: str, rights: frozenset[str]) -> Triple:
        memory.permissions[name], memory.keys[name] = rights, KEY
        return Triple(HUB, name, KEY)

    return Place(TRIPLE, open, policy, lambda: set(memory.events))


def embedded() -> Place:
    """The hub of the embedded shape, over HTTP in this process."""
    url = "https://contoso.example"
    organization = Organization.objects.create(unique_name="contoso", name="Contoso", url=url, authority=url)
    hub, owner = hub_create(actor=None, name="contract", organization=organization)

    def policy(name: str, rights: frozenset[str]) -> Triple:
        found, _ = policy_put(hub, name, {"policyName": name, "permissions": sorted(rights)})
        return Triple(hub_uri(hub), name, keys_open(found)[0])

    def stored() -> set[str]:
        return {str(id) for id in Interaction.objects.filter(hub_id=hub.pk).values_list("id", flat=True)}

    return Place(Triple(hub_uri(hub), owner.name, keys_open(owner)[0]), HubClient, policy, stored)


@pytest.fixture
def memory() -> HubMemory:
    return HubMemory()


@pytest.fixture(params=["client", "fake", "embedded"])
def place(request: pytest.FixtureRequest, memory: HubMemory, monkeypatch: pytest.MonkeyPatch) -> Place:
    hubs_forget()
    UNAUTHORIZED.forget()
    if request.param == "fake":
        return in_memory(memory, lambda triple: FakeHub(memory, triple))
    if request.param == "client":
        monkeypatch.setattr(transport, "transport_make", lambda: WireHub(memory))
        return in_memory(memory, HubClient)
    monkeypatch.setattr(transport, "transport_make", InProcessTransport)
    return embedded()


@pytest.fixture(params=["client", "fake"])
def open_hub(request: pytest.FixtureRequest, memory: HubMemory, monkeypatch: pytest.MonkeyPatch) -> Open:
    """For what an embedded hub cannot be made to do: fail, be away, have another time."""
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


def test_the_policy_says_which_rights_it_lacks(place: Place) -> None:
    with place.open(place.triple) as hub:
        assert hub.policy().missing == ()
    with place.open(place.policy("Manager", frozenset({"Manage"}))) as hub:
        assert hub.policy().missing == ("Read", "Write")


def test_a_type_a_profile_and_a_link_are_made_and_found(place: Place, memory: HubMemory) -> None:
    memory.polls = 1
    with place.open(place.triple) as hub:
        assert hub.model_get(Model.INTERACTION, SEARCH.name) is None
        pending = hub.model_put(Model.INTERACTION, SEARCH.name, type_definition(SEARCH))
        assert [hub.is_finished(pending), hub.is_finished(pending)][-1]
        hub.model_put(Model.PROFILE, "Contact", profile_definition())
        hub.model_put(Model.LINK, link_name(SEARCH), link_definition(SEARCH))
        assert (hub.model_get(Model.INTERACTION, SEARCH.name) or {})["provisioningState"] == "Succeeded"
        assert hub.model_get(Model.LINK, link_name(SEARCH)) is not None
        hub.model_delete(Model.INTERACTION, SEARCH.name)
        assert hub.model_get(Model.INTERACTION, SEARCH.name) is None


@pytest.mark.parametrize("count", [1, 2, 7])
def test_interactions_are_taken_once_however_often_they_are_sent(place: Place, count: int) -> None:
    events = [event(ARTICLE.name) for _ in range(count)]
    with place.open(place.triple) as hub:
        types_made(hub)
        assert hub.send(events) == ()
        assert hub.send(events) == ()
    assert place.stored() == {one["portal_interactionid"] for one in events}


@pytest.mark.parametrize("in_batches", [True, False])
def test_one_bad_interaction_stops_no_other(place: Place, in_batches: bool) -> None:
    without = {name: value for name, value in event().items() if name != "portal_searchstring"}
    events = [event(), event("portal_createcase"), event(), without]
    with place.open(place.triple) as hub:
        types_made(hub)
        hub.model_delete(Model.INTERACTION, "portal_createcase")
        found = hub.send(events, in_batches=in_batches)
    assert [(one.index, one.code) for one in found] == [(1, "analytics:type-unknown"), (3, "analytics:event-refused")]
    assert len(place.stored()) == 2


def test_an_id_that_is_known_with_other_content_is_refused(place: Place) -> None:
    first = event()
    with place.open(place.triple) as hub:
        types_made(hub)
        hub.send([first])
        found = hub.send([{**first, "portal_searchstring": "other"}])
    assert [one.code for one in found] == ["analytics:other-content"]


def test_what_a_contact_did_before_a_moment_comes_newest_first(place: Place) -> None:
    contact, times = uuid.uuid4(), [NOW - timedelta(minutes=minutes) for minutes in range(-5, 70)]
    events = [event(portal_contactid=str(contact), portal_timestamp=at.isoformat()) for at in times]
    with place.open(place.triple) as hub:
        hub.model_put(Model.PROFILE, "Contact", profile_definition())
        types_made(hub)
        hub.send([*events, event()])
        found = hub.contact_interactions(contact, before=NOW, after=NOW - timedelta(minutes=50))
        assert [one.at for one in found] == [NOW - timedelta(minutes=minutes) for minutes in range(1, 50)]
        assert found[0].text == "printer jams"
        assert len(hub.contact_interactions(contact, before=NOW, limit=40)) == 40
        assert hub.contact_interactions(uuid.uuid4(), before=NOW) == []


def test_a_wrong_key_and_an_unknown_policy_are_told_apart(place: Place) -> None:
    uri = place.triple.hub_uri
    assert refused(place.open, Triple(uri, place.triple.policy_name, "wrong")).code == "analytics:key-refused"
    assert refused(place.open, Triple(uri, "Nobody", KEY)).code == "analytics:policy-unknown"


def test_a_right_that_is_missing_is_named(place: Place) -> None:
    with place.open(place.triple) as hub:
        types_made(hub)
    with place.open(place.policy("Reader", frozenset({"Read"}))) as hub, pytest.raises(HubRefused) as caught:
        hub.send([event()])
    assert caught.value.code == "analytics:right-missing"
    assert "Write" in caught.value.service_text


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
