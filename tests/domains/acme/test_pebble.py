"""Automatic certificates through the real edge, from pebble, with the real web process's answers behind it."""

from __future__ import annotations

import ssl
from collections.abc import Generator
from dataclasses import dataclass
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from adminsite.embedded.ports import port_free
from domains.edge.store import EdgeStore
from tests.builders.bindings import served
from tests.builders.edge import RunningEdge, edge_running, upstream_running
from tests.builders.handshakes import connected, seen_by_openssl
from tests.builders.pebble import Pebble, pebble_needed, pebble_running

pytestmark = [pebble_needed, pytest.mark.xdist_group("edge")]


@dataclass
class Control:
    """A web process that lets these hosts through, and counts who asks."""

    allowed: set[str]
    asked: list[str]


@dataclass(frozen=True)
class World:
    edge: RunningEdge
    pebble: Pebble
    control: Control
    store: EdgeStore

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.pebble.roots))

    def leaf(self, host: str) -> x509.Certificate:
        """What the edge serves, verified against pebble's authority."""
        with connected(self.edge.https_port, host, self.context()) as connection:
            assert isinstance(connection.sock, ssl.SSLSocket)
            der = connection.sock.getpeercert(binary_form=True)
        assert der
        return x509.load_der_x509_certificate(der)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Generator[World, None, None]:
    folder, ports = tmp_path_factory.mktemp("acme"), (port_free(), port_free())
    control = Control(set(), [])
    with (
        _control_running(control) as web,
        upstream_running("websites") as websites,
        pebble_running(folder / "pebble", https_port=ports[0], http_port=ports[1]) as pebble,
        edge_running(
            folder / "home",
            web=web,
            websites=websites,
            ports=ports,
            acme_directory=pebble.directory,
            trust_roots=str(pebble.roots),
        ) as edge,
    ):
        yield World(edge, pebble, control, EdgeStore(edge.home.edge_store))


def test_the_first_handshake_orders_a_certificate_and_later_ones_serve_it(world: World) -> None:
    host = "first.customers.test"
    world.control.allowed.add(host)
    leaf = world.leaf(host)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [host]
    assert world.leaf(host).serial_number == leaf.serial_number
    with connected(world.edge.https_port, host, world.context()) as connection:
        connection.request("GET", "/page", headers={"Host": host})
        assert connection.getresponse().read().startswith(b"websites /page")


def test_a_name_that_nobody_bound_is_refused(world: World) -> None:
    assert seen_by_openssl(world.edge.https_port, "stranger.customers.test") == []
    stored = [path.name for path in (world.edge.home.caddy / "certificates").rglob("*.crt")]
    assert "stranger.customers.test.crt" not in stored


def test_an_uploaded_certificate_comes_first_and_the_automatic_one_takes_over_again(world: World) -> None:
    host = "both.customers.test"
    world.control.allowed.add(host)
    automatic = world.leaf(host)
    uploaded = served(world.store, host)
    fingerprint = uploaded.certificate.fingerprint(SHA256()).hex()
    assert seen_by_openssl(world.edge.https_port, host)[0] == fingerprint
    world.store.remove(host)
    assert world.leaf(host).serial_number == automatic.serial_number


def test_a_host_that_was_unbound_is_served_no_longer(world: World) -> None:
    host = "gone.customers.test"
    world.control.allowed.add(host)
    world.leaf(host)
    world.control.allowed.remove(host)
    assert seen_by_openssl(world.edge.https_port, host) == []


def test_a_marked_host_needs_the_web_process_for_nothing(world: World) -> None:
    host = "marked.customers.test"
    world.store.automatic_mark(host)
    world.control.asked.clear()
    assert world.leaf(host) == world.leaf(host)
    assert world.control.asked == []
    world.store.automatic_unmark(host)


def test_only_the_edge_may_ask(world: World) -> None:
    """The listener's own questions come with the secret; the world outside does not see them at all."""
    assert world.edge.get("localhost", "/_edge/ask?domain=first.customers.test").status == 404


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class _control_running:
    """A small web process with the two addresses that the edge asks."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def __enter__(self) -> str:
        self._server = make_server("127.0.0.1", 0, self._answer, handler_class=_Quiet)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return f"127.0.0.1:{self._server.server_port}"

    def __exit__(self, *wrong: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _answer(self, environ: dict[str, str], start: object) -> list[bytes]:
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        self._control.asked.append(path)
        allowed = any(f"domain={host}" in query for host in self._control.allowed)
        status = {"/_edge/cert": "204 No Content"}.get(path) or ("200 OK" if allowed else "403 Forbidden")
        start(status, [("Content-Length", "0")] if status[:3] != "204" else [])  # type: ignore[operator]
        return []
