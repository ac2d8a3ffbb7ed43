"""What pages ask of a hub: nobody sees events of a portal that they may not manage, and a contact can be forgotten."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from analytics.hub.cached import hubs_forget
from analytics.hub.model.types import interaction_type_put
from analytics.hub.models import (
    DailyCount,
    Hub,
    Interaction,
    RefusedEvent,
    SearchCount,
    Seen,
)
from analytics.hub.months import kept_from, month_shifted
from analytics.hub.services.charts import (
    events_by_day,
    items_top,
    searches_top,
    searches_without_result,
    types_counted,
)
from analytics.hub.services.contacts import contact_export, contact_profile
from analytics.hub.services.events import EventFilter, events_list, refusals_counted, refused_list
from analytics.hub.services.hubs import hub_create, hub_for, hub_retention_change, hubs_visible
from analytics.hub.services.model import kpi_put, kpis_list, link_put, links_list, type_delete, type_restore
from analytics.hub.services.partitions import partitions_ensure, retention_apply
from analytics.hub.services.policies import policy_create, policy_key_regenerate, policy_keys
from analytics.hub.tasks import housekeeping
from core.errors import Conflict, InvalidValue, NotAllowed, NotFound
from core.models import User
from organizations.models import Organization, Role
from portals.models import Portal
from tests.analytics.hub.people import somebody
from tests.builders.embedded_hubs import ARTICLE, MARIA, SEARCH, HubClient, article, definition, search, stamp
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def jay(organization: Organization) -> User:
    return somebody(Role.SYSTEM_ADMINISTRATOR, organization)


@pytest.fixture
def own(organization: Organization) -> Portal:
    return portal_row(organization)


@pytest.fixture
def foreign() -> Portal:
    """A portal of another organization that shares the hub."""
    url = "https://fabrikam.example"
    other = Organization.objects.create(unique_name="fabrikam", name="Fabrikam", url=url, authority=url, client_id="y")
    return portal_row(other)


@pytest.fixture
def filled(client: HubClient, own: Portal, foreign: Portal) -> HubClient:
    """Two events of Contoso's portal, three of Fabrikam's, one of a portal that nobody knows."""
    mine, theirs = str(own.pk), str(foreign.pk)
    client.post(
        [
            search("boiler", portal_portalid=mine, portal_resultcount=0),
            article(portal_portalid=mine),
            search("secret of fabrikam", portal_portalid=theirs, portal_resultcount=0),
            article(portal_portalid=theirs, portal_knowledgetitle="Fabrikam's own"),
            article(portal_portalid=theirs, portal_knowledgearticleid=str(uuid.uuid4())),
            search("unknown", portal_portalid="not-a-guid"),
        ]
    )
    client.post({**search(portal_portalid=theirs), "portal_searchstring": None})
    client.post({**search(portal_portalid=mine), "portal_searchstring": None})
    return client


def test_events_of_foreign_portals_are_seen_nowhere(filled: HubClient, jay: User, own: Portal, foreign: Portal) -> None:
    hub = filled.hub
    events = events_list(actor=jay, hub=hub).events
    assert {event.portal for event in events} == {own.pk}
    assert not events_list(actor=jay, hub=hub, wanted=EventFilter(portal=foreign.pk)).events
    assert [one.text for one in searches_top(actor=jay, hub=hub)] == ["boiler"]
    assert [one.text for one in searches_without_result(actor=jay, hub=hub)] == ["boiler"]
    assert [one.n for one in items_top(actor=jay, hub=hub, type=ARTICLE)] == [1]
    assert {(one.type, one.n) for one in events_by_day(actor=jay, hub=hub)} == {(SEARCH, 1), (ARTICLE, 1)}
    assert {one.name: one.n for one in types_counted(actor=jay, hub=hub) if one.n} == {SEARCH: 1, ARTICLE: 1}
    assert contact_profile(actor=jay, hub=hub, contact=MARIA).counts == {SEARCH: 1, ARTICLE: 1}
    assert len(json.loads(contact_export(actor=jay, hub=hub, contact=MARIA))["interactions"]) == 2
    assert [one.portal for one in refused_list(actor=jay, hub=hub)] == [own.pk]
    kpi_put(actor=jay, hub=hub, name="Searches", type_name=SEARCH, window="Day", function="Count")
    assert kpis_list(actor=jay, hub=hub) == []
    everything = somebody(Role.GLOBAL_ADMINISTRATOR, None)
    assert len(events_list(actor=everything, hub=hub).events) == 6
    assert kpis_list(actor=everything, hub=hub)[0].values[0]["CountValue"] == 3


def test_who_may_not_see_the_organization_sees_no_hub(hub: Hub, foreign: Portal) -> None:
    for role, organization in (
        (Role.SYSTEM_ADMINISTRATOR, foreign.organization),
        (Role.SYSTEM_CUSTOMIZER, hub.organization),
    ):
        actor = somebody(role, organization)
        assert not hubs_visible(actor)
        for ask in (events_list, types_counted, refused_list, links_list, refusals_counted):
            with pytest.raises(NotAllowed):
                ask(actor=actor, hub=hub)
        with pytest.raises(NotFound):
            hub_for(actor, hub.name)


def test_pages_lead_to_older_and_newer_events(client: HubClient, jay: User, own: Portal) -> None:
    now = timezone.now()
    client.post(
        [
            search(str(n), portal_portalid=str(own.pk), portal_timestamp=stamp(now - timedelta(minutes=n)))
            for n in range(7)
        ]
    )
    first = events_list(actor=jay, hub=client.hub, limit=3)
    second = events_list(actor=jay, hub=client.hub, limit=3, older_than=first.older)
    third = events_list(actor=jay, hub=client.hub, limit=3, older_than=second.older)
    assert ["".join(one.text for one in page.events) for page in (first, second, third)] == ["012", "345", "6"]
    assert (first.newer, third.older) == ("", "")
    back = events_list(actor=jay, hub=client.hub, limit=3, newer_than=third.newer)
    assert "".join(one.text for one in back.events) == "345"
    again = events_list(actor=jay, hub=client.hub, limit=3, newer_than=back.newer)
    assert ("".join(one.text for one in again.events), again.newer) == ("012", "")


def test_deleting_a_type_says_whom_it_stops(filled: HubClient, jay: User, own: Portal) -> None:
    sharers = type_delete(actor=jay, hub=filled.hub, name=SEARCH)
    assert (sharers.portals, sharers.hidden) == ((own,), 2)
    assert filled.post(search()).json()["error"]["code"] == "UnknownInteractionType"
    with pytest.raises(NotFound):
        type_delete(actor=jay, hub=filled.hub, name=SEARCH)
    type_restore(actor=jay, hub=filled.hub, name=SEARCH)
    assert filled.post(search()).status_code == 202


def test_types_are_linked_to_contacts_by_themselves_and_by_hand(client: HubClient, jay: User) -> None:
    assert {(one.source, one.target, one.is_automatic) for one in links_list(actor=jay, hub=client.hub)} == {
        ("portal_contactid", "crmrecordid", True)
    }
    other = definition(SEARCH)
    other["fields"].append({"fieldName": "customer"})
    interaction_type_put(client.hub, SEARCH, other)
    assert not link_put(actor=jay, hub=client.hub, type_name=SEARCH, source="customer").is_automatic
    somebody_else = str(uuid.uuid4())
    client.post(search(customer=somebody_else))
    assert str(Interaction.objects.get().contact) == somebody_else
    told = client.get(f"data/Contacts('{somebody_else}')/Interactions")["value"][0]
    assert (told["customer"], told["portal_contactid"]) == (somebody_else, MARIA)
    with pytest.raises(InvalidValue):
        link_put(actor=jay, hub=client.hub, type_name=SEARCH, source="nosuch")


def test_policies_are_made_and_their_keys_changed(hub: Hub, jay: User) -> None:
    made = policy_create(actor=jay, hub=hub, name="Portals", permissions=["Write"])
    fresh = policy_key_regenerate(actor=jay, hub=hub, name="Portals", primary=False)
    assert (fresh.primary, fresh.secondary != made.secondary) == (made.primary, True)
    assert policy_keys(actor=jay, hub=hub, name="Portals").secondary == fresh.secondary
    assert made.primary not in repr(made)
    for name, rights in (("no good!", ["Read"]), ("Fine", []), ("Fine", ["Everything"])):
        with pytest.raises(InvalidValue):
            policy_create(actor=jay, hub=hub, name=name, permissions=rights)
    with pytest.raises(Conflict):
        policy_create(actor=jay, hub=hub, name="RootManageSharedAccessKey", permissions=["Read"])


def test_hubs_have_names_of_their_own_by_the_rules(hub: Hub, jay: User) -> None:
    for name in ("x", "1abc", "with-hyphen", "a" * 65):
        with pytest.raises(InvalidValue):
            hub_create(actor=jay, name=name, organization=hub.organization)
    with pytest.raises(Conflict):
        hub_create(actor=jay, name=hub.name, organization=hub.organization)
    with pytest.raises(NotAllowed):
        hub_create(actor=somebody(Role.SYSTEM_CUSTOMIZER, hub.organization), name="mine", organization=hub.organization)
    assert hub_create(actor=jay, name="mine", organization=hub.organization)[0].retention_months == 24


# --- Months


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'hub_interaction'::regclass")
        return {name for (name,) in cursor.fetchall()}


def test_months_are_made_ahead_and_strays_move_into_theirs(client: HubClient) -> None:
    past = timezone.now() - timedelta(days=100)
    client.post(search(portal_timestamp=stamp(past)))
    made = partitions_ensure()
    assert made == [f"hub_interaction_{past:%Y_%m}"]
    assert partitions_ensure() == []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {made[0]}")  # noqa: S608 - a name of ours
        assert cursor.fetchone() == (1,)
    later = timezone.now() + timedelta(days=150)
    assert f"hub_interaction_{later:%Y_%m}" in partitions_ensure(now=later)


def test_months_beyond_the_retention_are_dropped_and_stay_known(client: HubClient, jay: User) -> None:
    hub = hub_retention_change(actor=jay, hub=client.hub, retention_months=3)
    hubs_forget()
    now = timezone.now()
    old = search(portal_timestamp=stamp(kept_from(now, 3)))
    client.post([old, search()])
    partitions_ensure()
    assert retention_apply() == 0
    later = month_shifted(kept_from(now, 0), 1) + timedelta(days=10)
    assert retention_apply(now=later) == 1
    assert Interaction.objects.count() == 1
    assert DailyCount.objects.count() == SearchCount.objects.count() == 1
    assert Seen.objects.filter(hub=hub).count() == 2


def test_a_hub_that_keeps_less_than_its_neighbour_loses_its_own_events_only(client: HubClient, jay: User) -> None:
    hub_create(actor=jay, name="longer", organization=client.hub.organization, retention_months=60)
    client.post(search(portal_timestamp=stamp(timezone.now() - timedelta(days=200))))
    partitions_ensure()
    hub_retention_change(actor=jay, hub=client.hub, retention_months=2)
    assert retention_apply() == 0
    assert not Interaction.objects.exists()
    assert len(partitions()) > 4


def test_refused_events_are_bounded(client: HubClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.hub.services.partitions.KEPT", 3)
    client.post([{"n": number} for number in range(8)])
    housekeeping()
    assert [json.loads(one.body)["n"] for one in RefusedEvent.objects.all()] == [7, 6, 5]


def test_a_year_has_twelve_months() -> None:
    december = datetime(2025, 12, 1, tzinfo=UTC)
    assert month_shifted(december, 1) == datetime(2026, 1, 1, tzinfo=UTC)
    assert month_shifted(december, -12) == datetime(2024, 12, 1, tzinfo=UTC)
