"""The room's fixtures: a hub behind the port, and the same one behind HTTP."""

from __future__ import annotations

import ipaddress

import pytest

from analytics import adapters
from organizations.client import addresses, transport
from portals.models import Portal
from tests.builders.adminsite import Cast, cast
from tests.builders.hubs import FakeHub, HubMemory, WireHub
from tests.builders.portals import portal_row


@pytest.fixture(autouse=True)
def _names_resolve(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name leads to a public address; nobody is asked. Numbers are what they are."""

    def resolve(host: str) -> list[str]:
        try:
            return [str(ipaddress.ip_address(int(host) if host.isdecimal() else host))]
        except ValueError:
            return ["10.1.2.3"] if host.endswith(".internal.example") else ["93.184.215.14"]

    monkeypatch.setattr(addresses, "_resolve", resolve)


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def portal(people: Cast) -> Portal:
    return portal_row(people.contoso, name="Contoso Support", subdomain="contoso-support")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> HubMemory:
    """A hub that services reach through the port."""
    memory = HubMemory()
    monkeypatch.setattr(adapters, "hub_make", lambda triple, *, within=None: FakeHub(memory, triple))
    return memory


@pytest.fixture
def wire_hub(monkeypatch: pytest.MonkeyPatch) -> HubMemory:
    """A hub that the real client reaches; every address leads to it."""
    memory = HubMemory()
    monkeypatch.setattr(transport, "transport_make", lambda: WireHub(memory))
    return memory
