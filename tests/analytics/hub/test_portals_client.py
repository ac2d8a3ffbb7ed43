"""The portal's own client against the embedded hub, over the wire format: what one says the other understands."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from analytics.client import HubClient, Model, Triple
from analytics.errors import HubRefused
from analytics.hub.cached import hubs_forget
from analytics.hub.models import Hub, Interaction, ModelPart
from analytics.hub.services.hubs import hub_create
from analytics.kinds import KINDS, link_definition, link_name, profile_definition, type_definition
from organizations.client import transport
from organizations.embedded.inprocess import InProcessTransport
from organizations.models import Organization
from tests.builders.embedded_hubs import MARIA, article, client_of, search, stamp

pytestmark = pytest.mark.django_db


@pytest.fixture
def triple(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> Triple:
    """What an administrator enters for a hub that knows nothing yet."""
    monkeypatch.setattr(transport, "transport_make", InProcessTransport)
    hub, policy = hub_create(actor=None, name="fresh", organization=organization)
    uri = f"https://{settings.PORTAL_ADMIN_HOST}:{settings.PORTAL_HTTPS_PORT}/hub/{hub.name}"
    return Triple(uri, policy.name, client_of(hub).key)


def test_a_portal_configures_sends_and_asks(triple: Triple) -> None:
    with HubClient(triple) as hub:
        assert hub.policy().missing == ()
        assert hub.model_get(Model.INTERACTION, "portal_search") is None
        assert hub.is_finished(hub.model_put(Model.PROFILE, "Contact", profile_definition()))
        for kind in KINDS.values():
            assert hub.is_finished(hub.model_put(Model.INTERACTION, kind.name, type_definition(kind)))
            assert hub.is_finished(hub.model_put(Model.LINK, link_name(kind), link_definition(kind)))
        assert ModelPart.objects.filter(is_automatic=False).count() == len(KINDS)
        hubs_forget()
        now = timezone.now()
        events = [search(str(hours), portal_timestamp=stamp(now - timedelta(hours=hours))) for hours in range(3)]
        assert hub.takes_batches(events[0])
        assert hub.send(events) == ()
        (refusal,) = hub.send([events[0], article(InteractionType="nosuch")])
        assert (refusal.index, refusal.code) == (1, "analytics:type-unknown")
        found = hub.contact_interactions(uuid.UUID(MARIA), before=now - timedelta(minutes=1))
        assert [one.text for one in found] == ["1", "2"]
        assert found[0].id == events[1]["portal_interactionid"]
    assert Interaction.objects.count() == 3


def test_a_portal_is_told_what_is_wrong_with_its_key(triple: Triple) -> None:
    for policy, key, code in (
        (triple.policy_name, "wrong", "analytics:key-refused"),
        ("Nobody", triple.key, "analytics:policy-unknown"),
    ):
        with HubClient(Triple(triple.hub_uri, policy, key)) as hub, pytest.raises(HubRefused) as refused:
            hub.policy()
        assert refused.value.code == code


def test_a_policy_that_lacks_rights_can_be_told_which(triple: Triple) -> None:
    writer = client_of(Hub.objects.get(name="fresh"), "Write")
    with HubClient(Triple(triple.hub_uri, writer.policy, writer.key)) as hub:
        assert hub.policy().missing == ("Manage", "Read")
