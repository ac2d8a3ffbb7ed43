"""A real edge with custom hosts: what it serves, what it refuses, and that swapping certificates loses nobody."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import ssl
import threading
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256

from adminsite.embedded.edge_certificates import authorization
from domains.edge.store import EdgeStore
from tests.builders.bindings import pem_of, served
from tests.builders.certificates import leaf
from tests.builders.edge import SECRET, RunningEdge, edge_running, upstream_running
from tests.builders.handshakes import connected, hello_refused, seen_by_openssl, seen_by_python

pytestmark = pytest.mark.xdist_group("edge")
HOST = "support.customers.test"
STRANGERS = 10_000


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningEdge, None, None]:
    """In front of a web process that is stopped: everything below is served without it."""
    folder = tmp_path_factory.mktemp("edge")
    with (
        upstream_running("websites") as websites,
        edge_running(folder, web="127.0.0.1:1", websites=websites) as running,
    ):
        yield running


@pytest.fixture
def store(edge: RunningEdge) -> Generator[EdgeStore, None, None]:
    made = EdgeStore(edge.home.edge_store)
    yield made
    for host in made.stamps():
        made.remove(host)


def test_python_and_openssl_see_the_leaf_and_the_chain(edge: RunningEdge, store: EdgeStore) -> None:
    issued = served(store, HOST)
    chain = [one.fingerprint(SHA256()).hex() for one in issued.chain[:-1]]
    assert seen_by_python(edge.https_port, HOST) == chain[0]
    assert seen_by_openssl(edge.https_port, HOST) == chain


def test_a_name_in_capitals_is_the_same_name(edge: RunningEdge, store: EdgeStore) -> None:
    issued = served(store, HOST)
    fingerprint = issued.certificate.fingerprint(SHA256()).hex()
    assert seen_by_openssl(edge.https_port, "Support.CUSTOMERS.test")[:1] == [fingerprint]
    assert seen_by_openssl(edge.https_port, "Nobody.CUSTOMERS.test") == []


def test_the_websites_are_asked_with_the_host_and_nothing_that_the_client_claims(
    edge: RunningEdge, store: EdgeStore
) -> None:
    served(store, HOST)
    with connected(edge.https_port, HOST) as connection:
        forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
        connection.request("GET", "/a?b=c", headers={"Host": HOST, **forged})
        text = connection.getresponse().read().decode()
    assert text.startswith("websites /a?b=c\n")
    assert f"Host: {HOST}\n" in text
    assert "X-Forwarded-Proto: https" in text
    assert "evil.example" not in text
    assert "203.0.113.9" not in text


def test_the_next_handshake_sees_what_was_replaced_or_removed(edge: RunningEdge, store: EdgeStore) -> None:
    before = Path(edge.home.run / "caddy.json").stat().st_mtime_ns
    for _ in range(3):
        issued = served(store, HOST)
        assert seen_by_python(edge.https_port, HOST) == issued.certificate.fingerprint(SHA256()).hex()
    store.remove(HOST)
    with pytest.raises(ssl.SSLError):
        seen_by_python(edge.https_port, HOST)
    assert Path(edge.home.run / "caddy.json").stat().st_mtime_ns == before


def test_a_host_header_for_another_custom_host_is_misdirected(edge: RunningEdge, store: EdgeStore) -> None:
    served(store, HOST)
    served(store, "other.customers.test")
    for claimed in ("other.customers.test", "localhost", "contoso.portals.localhost"):
        with connected(edge.https_port, HOST) as connection:
            connection.request("GET", "/", headers={"Host": claimed})
            answer = connection.getresponse()
            assert answer.status == 421
            assert b"websites" not in answer.read()


@pytest.mark.parametrize(
    "name",
    [
        "../canary.test",
        "..%2fcanary.test",
        "x/../../canary.test",
        "..\\canary.test",
        "{http.request.uri}.test",
        "a?b.test",
    ],
)
def test_no_file_outside_the_folder_is_served(edge: RunningEdge, store: EdgeStore, name: str) -> None:
    served(store, HOST)
    canary = pem_of(leaf("canary.test"))
    for folder in (store.folder.parent, store.folder.parent.parent):
        (folder / "canary.test.pem").write_bytes(canary)
    assert seen_by_openssl(edge.https_port, name) == []


@pytest.mark.parametrize(
    "name", [b"support\x00.customers.test", b"\x00", b"../canary.test", b".", b"\xff\xfe.test", b"a" * 400]
)
def test_a_name_that_no_library_sends_ends_the_handshake(edge: RunningEdge, store: EdgeStore, name: bytes) -> None:
    served(store, HOST)
    assert not hello_refused(edge.https_port, HOST.encode()), "the hello itself is sound"
    assert hello_refused(edge.https_port, name)


def test_a_restarted_edge_serves_what_was_bound_with_nothing_else_there(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """No web process, worker or database: the lock stays green. What the page says: tests/embedded/test_edge.py."""
    folder, nobody = tmp_path_factory.mktemp("alone"), "127.0.0.1:1"
    with edge_running(folder, web=nobody, websites=nobody) as edge:
        issued = served(EdgeStore(edge.home.edge_store), HOST)
        chain = [one.fingerprint(SHA256()).hex() for one in issued.chain[:-1]]
        assert seen_by_python(edge.https_port, HOST) == chain[0]
    with edge_running(folder, web=nobody, websites=nobody) as edge:
        assert seen_by_python(edge.https_port, HOST) == chain[0]
        assert seen_by_openssl(edge.https_port, HOST.upper()) == chain
        assert seen_by_openssl(edge.https_port, "nobody.customers.test") == []


def test_ten_thousand_strangers_are_refused_in_steady_memory(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The web process knows none of the names (204), and nobody may have a certificate issued."""
    folder = tmp_path_factory.mktemp("strangers")
    with (
        upstream_running("", status=204) as web,
        edge_running(folder, web=web, websites="127.0.0.1:1") as edge,
    ):
        issued = served(EdgeStore(edge.home.edge_store), HOST)
        pid = int((edge.home.run / "edge.pid").read_text())
        _strangers(edge, STRANGERS // 5)
        before = _resident_mebibytes(pid)
        _strangers(edge, STRANGERS - STRANGERS // 5)
        assert _resident_mebibytes(pid) - before < 24, "2.5 KiB for each stranger that is remembered"
        assert seen_by_python(edge.https_port, HOST) == issued.certificate.fingerprint(SHA256()).hex()
        assert SECRET not in (edge.home.log / "edge.log").read_text()
    assert [path.name for path in edge.home.edge_store.iterdir()] == [f"{HOST}.pem"]


def _strangers(edge: RunningEdge, count: int) -> None:
    for _ in range(count):
        assert hello_refused(edge.https_port, f"{secrets.token_hex(8)}.customers.test".encode())


def _resident_mebibytes(pid: int) -> float:
    """Anonymous memory: pages of the program's file come and go."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"RssAnon:\s+(\d+)", status)[0]) / 1024


def test_twenty_swaps_under_load_lose_nobody(edge: RunningEdge, store: EdgeStore) -> None:
    """Counts, no times: each of four visitors makes a full handshake for each page, while certificates change."""
    seen: set[str] = {served(store, HOST).certificate.fingerprint(SHA256()).hex()}
    offered = set(seen)
    visits, lost, done = [0], list[str](), threading.Event()

    def visit() -> None:
        while not done.is_set():
            try:
                seen.add(seen_by_python(edge.https_port, HOST))
                visits[0] += 1
            except OSError as wrong:
                lost.append(repr(wrong))

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for _ in range(20):
        reached = visits[0] + 8  # beyond those four that were under way
        offered.add(served(store, HOST).certificate.fingerprint(SHA256()).hex())
        while visits[0] < reached and not lost:
            time.sleep(0.002)
    done.set()
    for visitor in visitors:
        visitor.join(20)
    assert lost == []
    assert visits[0] >= 160
    assert seen == offered


def test_the_listener_gives_keys_to_the_edge_alone(edge: RunningEdge, store: EdgeStore) -> None:

    served(store, HOST)
    document = json.loads((edge.home.run / "caddy.json").read_text())
    address = document["apps"]["http"]["servers"]["certificates"]["listen"][0]
    for header, expected in ((authorization(SECRET), 200), (authorization("wrong"), 403), ("", 403)):
        connection = http.client.HTTPConnection(address, timeout=20)
        connection.request("GET", f"/_edge/cert?server_name={HOST}", headers={"Authorization": header})
        answer = connection.getresponse()
        assert answer.status == expected
        assert (b"PRIVATE KEY" in answer.read()) == (expected == 200)
        connection.close()


def test_the_world_cannot_ask_what_the_edge_asks(edge: RunningEdge, store: EdgeStore) -> None:
    served(store, HOST)
    for path in ("/_edge/cert?server_name=support.customers.test", "/_edge/ask", "/_edge/x"):
        assert edge.get("localhost", path, Authorization=authorization(SECRET)).status == 404
        assert edge.get_plain("localhost", path, Authorization=authorization(SECRET)).status == 404


def test_plain_http_goes_to_https_but_for_challenges(edge: RunningEdge) -> None:
    answer = edge.get_plain(HOST, "/a?b=c")
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{HOST}:{edge.https_port}/a?b=c")
    assert edge.get_plain(HOST, "/.well-known/acme-challenge/token").status == 404


def test_no_secret_is_in_the_log(edge: RunningEdge, store: EdgeStore) -> None:
    assert seen_by_openssl(edge.https_port, "nobody.customers.test") == []
    logged = (edge.home.log / "edge.log").read_text()
    assert SECRET not in logged
    assert "PRIVATE KEY" not in logged
