"""A hub of Contoso, and somebody who may call it."""

from __future__ import annotations

import pytest

from analytics.hub.cached import hubs_forget
from analytics.hub.models import Hub
from analytics.hub.refusing import UNAUTHORIZED
from organizations.models import Organization
from tests.builders.embedded_hubs import HubClient, client_of, hub_made


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    hubs_forget()
    UNAUTHORIZED.forget()


@pytest.fixture
def organization(db: None) -> Organization:
    url = "https://contoso.example"
    return Organization.objects.create(unique_name="contoso", name="Contoso", url=url, authority=url, client_id="x")


@pytest.fixture
def hub(organization: Organization) -> Hub:
    return hub_made(organization)


@pytest.fixture
def client(hub: Hub) -> HubClient:
    return client_of(hub)
