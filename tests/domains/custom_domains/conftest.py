"""A zone over the network, an edge in memory, and Contoso with its people and a portal."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from pytest_django import Settings

from domains import adapters
from domains.adapters.fake import FakeEdge
from domains.steps import binding
from portals.models import Portal
from tests.builders.adminsite import Cast, cast
from tests.builders.custom_domains import Zone
from tests.builders.dns import scripted_dns
from tests.builders.portals import portal_row


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def portal(people: Cast) -> Portal:
    return portal_row(people.contoso, name="Contoso Support", subdomain="contoso-support")


@pytest.fixture
def zone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Generator[Zone, None, None]:
    """One name server, which is asked over UDP; nobody else is."""
    made = Zone()
    monkeypatch.setattr("domains.dns.transport.PATIENCE", 0.3)
    monkeypatch.setattr("domains.dns.servers._system_resolvers", lambda: ())
    with scripted_dns(made.answer) as port:
        settings.PORTAL_DNS_AUTHORITATIVE = (("127.0.0.1", port),)
        settings.PORTAL_DNS_RESOLVERS = ()
        yield made


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> FakeEdge:
    made = FakeEdge()
    monkeypatch.setattr(adapters, "edge_make", lambda: made)
    monkeypatch.setattr(binding, "LOOK_SECONDS", 0.0)
    return made
