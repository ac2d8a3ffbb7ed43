"""Delivery: every interaction is in the hub once, whatever happens in between, or refused with a reason."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.db import connection as database
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest

from analytics.client import HubClient, Model
from analytics.kinds import KINDS, type_definition
from analytics.metrics import _families
from analytics.models import Interaction, InteractionType, RefusedInteraction
from analytics.services import sending
from analytics.services.sending import interactions_clear, interactions_send
from analytics.services.switching import refused_resend
from organizations.client import transport
from portals.models import Portal
from tests.builders.adminsite import Cast
from tests.builders.analytics import connected, waiting
from tests.builders.hubs import POLICY, TRIPLE, HubMemory, Refused, WireHub
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(wire_hub: HubMemory) -> HubMemory:
    """A hub with all types, reached over the wire."""
    with HubClient(TRIPLE) as client:
        for kind in KINDS.values():
            client.model_put(Model.INTERACTION, kind.name, type_definition(kind))
    return wire_hub


def test_what_waits_is_sent_in_batches_oldest_first(
    portal: Portal, ready: HubMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BATCH", 10)
    connection = connected(portal)
    ids = waiting(portal, count=25)
    ready.requests.clear()
    assert interactions_send() == 25
    assert ready.requests == ["POST /data/Interactions"] * 3
    assert list(ready.events) == sorted(str(id) for id in ids)
    connection.refresh_from_db()
    assert connection.last_success_at
    assert connection.types.get(name="portal_search").last_sent_at


def test_a_hub_that_is_away_for_an_hour_loses_nothing(portal: Portal, ready: HubMemory) -> None:
    connection = connected(portal)
    ids = waiting(portal, count=5)
    ready.is_down = True
    pauses = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(20):
            assert interactions_send() == 0
            connection.refresh_from_db()
            assert connection.next_send_at
            pauses.append((connection.next_send_at - timezone.now()).total_seconds())
            assert interactions_send() == 0  # nobody asks before it is time
            clock.move_to(connection.next_send_at)
        assert pauses[:5] == [2.0, 4.0, 8.0, 16.0, 32.0]
        assert pauses[-1] == 300.0
        assert connection.last_error_code == "analytics:hub-unreachable"
        ready.is_down = False
        clock.shift(timedelta(minutes=5))
        assert interactions_send() == 5
    assert set(ready.events) == {str(id) for id in ids}
    connection.refresh_from_db()
    assert (connection.failures, connection.last_error_code) == (0, "analytics:hub-unreachable")


@pytest.mark.parametrize(
    ("status", "code"), [(401, "key-refused"), (403, "right-missing"), (404, "not-found"), (500, "hub-failing")]
)
def test_no_answer_about_hub_or_key_costs_an_interaction(
    portal: Portal, ready: HubMemory, status: int, code: str
) -> None:
    connection = connected(portal)
    waiting(portal, count=3)
    ready.fails = status
    assert interactions_send() == 0
    connection.refresh_from_db()
    assert connection.last_error_code == f"analytics:{code}"
    assert (Interaction.objects.count(), RefusedInteraction.objects.count()) == (3, 0)


def test_a_hub_that_is_busy_is_left_alone_as_long_as_it_asks(
    portal: Portal, ready: HubMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connected(portal)
    waiting(portal)

    class Busy(WireHub):
        def handle_request(self, request):  # type: ignore[no-untyped-def]
            response = super().handle_request(request)
            response.headers["Retry-After"] = "120"
            return response

    ready.fails = 429
    monkeypatch.setattr(transport, "transport_make", lambda: Busy(ready))
    with time_machine.travel(timezone.now(), tick=False):
        interactions_send()
        connection.refresh_from_db()
        assert connection.next_send_at == timezone.now() + timedelta(seconds=120)


def test_a_worker_that_dies_after_sending_sends_again_and_nothing_is_doubled(
    portal: Portal, ready: HubMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(portal)
    waiting(portal, count=4)
    settle = sending._settle

    def dies(*_: object) -> None:
        raise DatabaseError("killed before it could write down that they are sent")

    monkeypatch.setattr(sending, "_settle", dies)
    with pytest.raises(DatabaseError), transaction.atomic():
        interactions_send()
    assert (len(ready.events), Interaction.objects.count()) == (4, 4)
    monkeypatch.setattr(sending, "_settle", settle)
    assert interactions_send() == 4
    assert (len(ready.events), Interaction.objects.count()) == (4, 0)


def test_a_connection_that_a_worker_has_is_left_to_it_until_it_ends(portal: Portal, ready: HubMemory) -> None:
    connected(portal)
    waiting(portal)
    other = database.copy()
    with other.cursor() as cursor:
        number = int.from_bytes(portal.pk.bytes[-4:], "big", signed=True)
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [sending.LOCK_HUB, number])
        assert interactions_send() == 0
    other.close()  # as when its process is killed
    assert interactions_send() == 1


def test_hubs_that_hang_keep_no_more_than_two_workers(portal: Portal, ready: HubMemory) -> None:
    connected(portal)
    waiting(portal)
    other = database.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, 0), pg_advisory_lock(%s, 1)", [sending.LOCK_SENDER] * 2)
        assert interactions_send() == 0
    other.close()
    assert interactions_send() == 1


def test_a_deleted_type_is_refused_with_its_reason_and_captured_no_more(
    people: Cast, portal: Portal, ready: HubMemory
) -> None:
    connected(portal)
    waiting(portal, count=2)
    waiting(portal, count=3, name="portal_viewblogpost")
    del ready.model[Model.INTERACTION, "portal_viewblogpost"]
    assert interactions_send() == 2
    assert not Interaction.objects.exists()
    refused = list(RefusedInteraction.objects.values_list("type", "code", "reason").distinct())
    assert refused == [
        ("portal_viewblogpost", "analytics:type-unknown", "There is no interaction type portal_viewblogpost.")
    ]
    assert not InteractionType.objects.get(name="portal_viewblogpost").is_captured
    ready.model[Model.INTERACTION, "portal_viewblogpost"] = {}
    assert refused_resend(actor=people.alice, portal_id=portal.pk) == 3
    assert interactions_send() == 3
    assert (RefusedInteraction.objects.count(), len(ready.events)) == (0, 5)


def test_of_a_contact_that_was_erased_nothing_is_kept(
    people: Cast, portal: Portal, ready: HubMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(portal)
    waiting(portal, count=2)

    def erased(self: HubMemory, event: object) -> None:
        raise Refused(410, "ContactErased", "It was erased.")

    monkeypatch.setattr(HubMemory, "store", erased)
    assert interactions_send() == 0
    kept = set(RefusedInteraction.objects.values_list("code", "payload", "contact_id"))
    assert kept == {("analytics:contact-erased", "{}", uuid.UUID(int=0))}
    assert refused_resend(actor=people.alice, portal_id=portal.pk) == 0


def test_a_hub_without_arrays_gets_one_after_the_other(portal: Portal, ready: HubMemory) -> None:
    ready.takes_arrays = False
    connected(portal, takes_batches=False)
    waiting(portal, count=3)
    assert interactions_send() == 3


def test_portals_that_share_a_hub_are_told_apart(people: Cast, portal: Portal, ready: HubMemory) -> None:
    other = portal_row(people.contoso)
    for one in (portal, other):
        connected(one)
        waiting(one, count=2)
    ready.keys[POLICY] = TRIPLE.key
    assert interactions_send() == 4
    portals = [event["portal_portalid"] for event in ready.events.values()]
    assert sorted(portals) == sorted([str(portal.pk), str(other.pk)] * 2)


def test_what_is_sent_is_what_was_captured(portal: Portal, ready: HubMemory) -> None:
    connected(portal)
    waiting(portal, text="Drücker „klemmt“")
    payload = json.loads(Interaction.objects.get().payload)
    interactions_send()
    assert list(ready.events.values()) == [payload]
    assert abs(ready.sent_at[-1] - timezone.now()) < timedelta(minutes=1)


def test_refused_ones_are_forgotten_after_a_month_and_strays_at_once(portal: Portal, ready: HubMemory) -> None:
    waiting(portal)
    interactions_clear()
    assert not Interaction.objects.exists()
    connected(portal)
    [id] = waiting(portal)
    old = timezone.now() - timedelta(days=31)
    RefusedInteraction.objects.create(
        id=id, portal_id=portal.pk, contact_id=id, type="portal_search", payload="{}", code="x", refused_at=old
    )
    interactions_clear()
    assert (Interaction.objects.count(), RefusedInteraction.objects.count()) == (1, 0)


def test_prometheus_is_told_what_waits(portal: Portal, ready: HubMemory) -> None:
    connected(portal)
    waiting(portal, count=3)

    class Told:
        def collect(self):  # type: ignore[no-untyped-def]
            return _families()

        def describe(self):  # type: ignore[no-untyped-def]
            return []

    registry = CollectorRegistry()
    registry.register(Told())
    text = generate_latest(registry).decode()
    assert f'portal_interactions_waiting{{portal="{portal.pk}"}} 3.0' in text
    assert f'portal_interactions_refused{{portal="{portal.pk}"}} 0.0' in text
