"""The demo's hub shows something at once, and is not filled twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analytics.hub.demo import demo_hub_ensure
from analytics.hub.models import Hub, Interaction, RefusedEvent
from analytics.hub.services.charts import searches_without_result
from analytics.hub.services.events import EventFilter, events_list
from organizations.embedded.demo import CONTOSO_ARTICLES, CONTOSO_CONTACTS
from organizations.embedded.models import rows_in
from tests.builders.organizations import alice, contoso, tenant_of

pytestmark = pytest.mark.django_db


def test_marias_activity_before_her_case_is_there() -> None:
    organization = contoso(contacts=CONTOSO_CONTACTS, articles=CONTOSO_ARTICLES)
    triple = demo_hub_ensure(organization)
    count = Interaction.objects.count()
    assert demo_hub_ensure(organization) == triple
    assert (Interaction.objects.count(), RefusedEvent.objects.count()) == (count, 0)
    assert triple.shared_key not in repr(triple)
    hub = Hub.objects.get()
    case = rows_in(tenant_of(organization), "incident").get(title__startswith="Coffee machine leaks")
    wanted = EventFilter(contact=str(case.customerid), since=case.createdon - timedelta(hours=1), before=case.createdon)
    journey = events_list(actor=alice(organization), hub=hub, wanted=wanted).events
    assert [event.text for event in journey][:2] == ["order boiler seal", "The boiler leaks: what to check first"]
    missed = searches_without_result(actor=alice(organization), hub=hub)
    assert "boiler seal replacement" in [one.text for one in missed]
