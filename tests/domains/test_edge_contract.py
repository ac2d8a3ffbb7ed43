"""What the product may expect of an edge: the same tests for the fake and for the real one."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pytest_django import Settings

from domains.adapters.fake import GETTING_SET_UP, FakeEdge
from domains.adapters.https import HttpsEdge
from domains.edge.agent import EdgeAgent
from domains.edge.store import EdgeStore
from domains.errors import EdgeUnreachable, EdgeUntrusted
from domains.models import Hostname
from domains.ports import Edge, names_cover
from domains.probe import PROBE_HEADER, probe_signature
from portals.models import Portal
from tests.builders.bindings import binding_made, certificate_row
from tests.builders.edge import RunningEdge, edge_running
from tests.builders.portals import portal_row
from tests.builders.provisioning import scene

pytestmark = pytest.mark.django_db
HOST = "contoso-support.portals.localhost"
CUSTOM = "support.customers.test"


@dataclass
class Site:
    """What the small website behind the real edge shows: the rows as they were when it was told."""

    portal_id: str = ""
    name: str = ""
    signature: str = ""


@contextmanager
def website_running(site: Site) -> Generator[str, None, None]:
    """Answers as the websites process does, for one portal."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = (self.headers["Host"] or "").partition(":")[0]
            if host not in {HOST, CUSTOM} or not site.portal_id:
                return self._answer(404, "Not found", "")
            if self.headers[PROBE_HEADER] != site.signature:
                return self._answer(503, GETTING_SET_UP, site.portal_id)
            return self._answer(200, f"<title>{site.name}</title>", site.portal_id)

        def _answer(self, status: int, text: str, portal_id: str) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if portal_id:
                self.send_header("Portal-Id", portal_id)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


SITE = Site()


@pytest.fixture(scope="module")
def caddy(tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningEdge, None, None]:
    with (
        website_running(SITE) as websites,
        edge_running(tmp_path_factory.mktemp("edge"), web=websites, websites=websites) as edge,
    ):
        yield edge


@pytest.fixture
def portal() -> Portal:
    made = portal_row(scene().organization, name="Contoso Süd", subdomain="contoso-support", state="configuring")
    Hostname.objects.create(portal=made, host=made.host)
    SITE.portal_id, SITE.name, SITE.signature = str(made.pk), made.name, probe_signature(made.pk)
    return made


@pytest.fixture
def caddy_trusted(caddy: RunningEdge, settings: Settings) -> RunningEdge:
    settings.PORTAL_EDGE_ADDRESS = caddy.address
    settings.PORTAL_HTTPS_PORT = caddy.https_port
    settings.PORTAL_HOME = caddy.home.path
    return caddy


@pytest.fixture(params=["fake", "caddy"])
def edge(request: pytest.FixtureRequest) -> Edge:
    if request.param == "fake":
        return FakeEdge()
    request.getfixturevalue("caddy_trusted")
    return HttpsEdge()


def test_a_portal_that_is_being_configured_shows_getting_set_up(edge: Edge, portal: Portal) -> None:
    answer = edge.probe(HOST)
    assert (answer.status, answer.portal_id) == (503, str(portal.pk))
    assert "Getting set up" in answer.body
    assert answer.headers["portal-id"] == str(portal.pk)


def test_the_signed_probe_sees_the_page(edge: Edge, portal: Portal) -> None:
    answer = edge.probe(HOST, "/", headers={PROBE_HEADER: probe_signature(portal.pk)})
    assert answer.status == 200
    assert "Contoso Süd" in answer.body


def test_the_certificate_is_for_the_host(edge: Edge, portal: Portal) -> None:
    assert names_cover(edge.probe(HOST).certificate_names, HOST)


@pytest.mark.usefixtures("portal")
def test_an_unknown_host_names_no_portal(edge: Edge) -> None:
    answer = edge.probe("nobody.portals.localhost")
    assert (answer.status, answer.portal_id) == (404, "")


def test_a_custom_host_shows_the_chain_that_is_bound(edge: Edge, caddy: RunningEdge, portal: Portal) -> None:
    bound = certificate_row(binding_made(portal, CUSTOM))
    EdgeAgent(EdgeStore(caddy.home.edge_store)).sync_all()
    answer = edge.probe(CUSTOM, is_compared=True, is_custom=True)
    assert answer.chain == _ders(bound.chain_pem)
    assert (answer.certificate_names, answer.portal_id) == ((CUSTOM,), str(portal.pk))


@pytest.mark.usefixtures("portal")
def test_a_custom_host_without_a_binding_has_no_handshake(edge: Edge) -> None:
    with pytest.raises(EdgeUnreachable):
        edge.probe("nobody.customers.test", is_compared=True, is_custom=True)


def _ders(pem: str) -> tuple[bytes, ...]:
    return tuple(one.public_bytes(Encoding.DER) for one in x509.load_pem_x509_certificates(pem.encode()))


def test_an_edge_that_is_not_there_is_unreachable(settings: Settings) -> None:
    settings.PORTAL_EDGE_ADDRESS = "127.0.0.1:1"
    with pytest.raises(EdgeUnreachable) as away:
        HttpsEdge().probe(HOST)
    assert away.value.message == f"The edge did not answer for {HOST}."
    assert not away.value.permanent


@pytest.mark.usefixtures("portal")
def test_an_edge_whose_authority_is_unknown_is_not_trusted(
    caddy_trusted: RunningEdge, settings: Settings, tmp_path: Path
) -> None:
    settings.PORTAL_HOME = tmp_path
    with pytest.raises(EdgeUntrusted):
        HttpsEdge().probe(HOST)


@pytest.mark.usefixtures("portal", "caddy_trusted")
def test_a_name_that_the_edge_has_no_certificate_for_is_no_answer() -> None:
    with pytest.raises((EdgeUntrusted, EdgeUnreachable)):
        HttpsEdge().probe("contoso.elsewhere.example")
