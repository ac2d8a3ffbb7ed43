"""Rows, web process, agent and edge together: served at once, and without the web process once the agent was there."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from domains.edge.agent import EdgeAgent
from domains.edge.errors import NotServed
from domains.edge.store import EdgeStore
from domains.errors import EdgeUnreachable, EdgeUntrusted
from domains.models import SslBinding
from domains.services import binding_ensure, binding_ensure_served, binding_probe, binding_remove
from portals.models import Portal
from tests.builders.certificates import certificate_made
from tests.builders.edge import SECRET, RunningEdge, edge_running, upstream_running
from tests.builders.handshakes import seen_by_openssl
from tests.builders.portals import portal_row
from tests.builders.provisioning import scene

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("edge")]
HOST = "support.customers.test"


@pytest.fixture
def portal() -> Portal:
    return portal_row(scene().organization)


@pytest.fixture
def edge(
    portal: Portal, live_server: LiveServer, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Generator[RunningEdge, None, None]:
    """In front of the real web process and of websites where the portal answers."""
    web = live_server.url.removeprefix("http://")
    settings.PORTAL_EDGE_SECRET = SECRET
    with (
        upstream_running("websites", Portal_Id=str(portal.pk)) as websites,
        edge_running(tmp_path_factory.mktemp("edge"), web=web, websites=websites) as running,
    ):
        settings.PORTAL_EDGE_ADDRESS = running.address
        settings.PORTAL_HTTPS_PORT = running.https_port
        settings.PORTAL_HOME = running.home.path
        yield running


def test_from_bound_to_replaced_to_removed(edge: RunningEdge, portal: Portal, settings: Settings) -> None:
    agent = EdgeAgent(EdgeStore(edge.home.edge_store))
    first, second = (certificate_made(HOST, organization=portal.organization) for _ in range(2))

    with pytest.raises(EdgeUnreachable):
        binding_probe(HOST)
    binding_ensure(portal_id=portal.pk, host=HOST, certificate_id=first.pk)
    assert binding_ensure_served(HOST, first.fingerprint).portal_id == str(portal.pk)
    assert SslBinding.objects.get().state == SslBinding.State.SERVED
    assert seen_by_openssl(edge.https_port, HOST.upper())[:1] == [first.fingerprint]

    agent.sync_all()
    settings.PORTAL_EDGE_SECRET = "another"  # the web process refuses from here on
    assert binding_ensure_served(HOST).fingerprint == first.fingerprint

    binding_ensure(portal_id=portal.pk, host=HOST, certificate_id=second.pk)
    with pytest.raises(NotServed):
        binding_ensure_served(HOST)
    agent.sync([HOST])
    assert binding_ensure_served(HOST).fingerprint == second.fingerprint

    binding_remove(host=HOST)
    agent.sync([HOST])
    with pytest.raises(EdgeUnreachable):
        binding_probe(HOST)


def test_an_automatic_certificate_is_verified_and_not_compared(edge: RunningEdge, portal: Portal) -> None:
    """One that nobody we trust has signed is not served well, though its name is right."""
    made = certificate_made(HOST, organization=portal.organization)
    binding_ensure(portal_id=portal.pk, host=HOST, certificate_id=made.pk)
    EdgeAgent(EdgeStore(edge.home.edge_store)).sync_all()
    binding_ensure(portal_id=portal.pk, host=HOST, certificate_id=None)
    with pytest.raises(EdgeUntrusted):
        binding_ensure_served(HOST)


def test_another_portals_answer_does_not_count(edge: RunningEdge, portal: Portal) -> None:
    other = portal_row(portal.organization)
    made = certificate_made(HOST, organization=portal.organization)
    binding_ensure(portal_id=other.pk, host=HOST, certificate_id=made.pk)
    assert binding_probe(HOST).portal_id == str(portal.pk)
    with pytest.raises(NotServed):
        binding_ensure_served(HOST)
