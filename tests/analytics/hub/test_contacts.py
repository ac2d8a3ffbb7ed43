"""A contact in a hub: forgotten with all that was counted, refused afterwards, and taken along."""

from __future__ import annotations

import csv
import io
import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from analytics.hub.models import (
    DailyCount,
    ErasedContact,
    Interaction,
    ItemCount,
    RefusedEvent,
    SearchCount,
)
from analytics.hub.services.contacts import contact_erase, contact_export, contact_profile
from core.errors import InvalidValue
from core.models import User
from organizations.models import Organization, Role
from tests.analytics.hub.people import somebody
from tests.builders.embedded_hubs import MARIA, SEARCH, HubClient, article, search, stamp

pytestmark = pytest.mark.django_db


@pytest.fixture
def jay(organization: Organization) -> User:
    return somebody(Role.SYSTEM_ADMINISTRATOR, organization)


def test_a_contact_is_forgotten_with_its_search_texts_and_its_share_of_the_counts(client: HubClient, jay: User) -> None:
    other = str(uuid.uuid4())
    mine = [search("My name is Maria", portal_resultcount=0), search("boiler", portal_resultcount=0), article()]
    client.post([*mine, search("boiler", portal_contactid=other), article(portal_contactid=other)])
    client.post({**search("refused text"), "portal_timestamp": "soon"})
    client.send("POST", "data/Contacts", {"crmrecordid": MARIA, "fullname": "Maria Campbell"})
    erased = contact_erase(actor=jay, hub=client.hub, contact=MARIA)
    assert (erased.events, erased.refused, erased.profile) == (3, 1, True)
    assert [(one.text, one.n, one.without_result) for one in SearchCount.objects.all()] == [("boiler", 1, 0)]
    assert [one.n for one in ItemCount.objects.all()] == [1]
    assert sorted(DailyCount.objects.values_list("n", flat=True)) == [1, 1]
    assert contact_profile(actor=jay, hub=client.hub, contact=MARIA).counts == {}
    assert Interaction.objects.count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM hub_interaction WHERE txt ILIKE '%%maria%%'")
        assert cursor.fetchone() == (0,)


def test_events_of_a_forgotten_contact_that_arrive_late_are_refused(client: HubClient, jay: User) -> None:
    waiting = search(portal_timestamp=stamp(timezone.now() - timedelta(minutes=1)))
    known = search()
    client.post(known)
    contact_erase(actor=jay, hub=client.hub, contact=MARIA)
    late = client.post(waiting)
    assert (late.status_code, late.json()["error"]["code"]) == (410, "ContactErased")
    assert RefusedEvent.objects.get().body == ""  # what it searched for is not kept there either
    assert client.post(known).status_code == 202
    assert not Interaction.objects.exists()
    assert client.post(search()).status_code == 202
    assert ErasedContact.objects.count() == 1
    contact_erase(actor=jay, hub=client.hub, contact=MARIA)
    assert ErasedContact.objects.count() == 1


def test_what_is_known_of_a_contact_can_be_taken_along(client: HubClient, jay: User) -> None:
    client.send("POST", "data/Contacts", {"crmrecordid": MARIA, "fullname": "Maria Campbell"})
    client.post(search("=1+1", portal_portalid=None, portal_resultcount=0) | {"portal_portalid": str(uuid.uuid4())})
    everything = somebody(Role.GLOBAL_ADMINISTRATOR, None)
    told = json.loads(contact_export(actor=everything, hub=client.hub, contact=MARIA))
    assert told["profile"]["fullname"] == "Maria Campbell"
    assert told["interactions"][0]["portal_searchstring"] == "=1+1"
    text = contact_export(actor=everything, hub=client.hub, contact=MARIA, format="csv")
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["Text"], row["Results"], row["Interaction"]) == ("'=1+1", "0", SEARCH)
    with pytest.raises(InvalidValue):
        contact_export(actor=jay, hub=client.hub, contact=MARIA, format="xml")
