"""The edge, asked as visitors ask it: a real Caddy, real TLS, two small servers behind it."""

from __future__ import annotations

import socket
import ssl
import stat

import pytest
from cryptography import x509

from tests.builders.edge import RunningEdge, edge_running, upstream_running

pytestmark = pytest.mark.xdist_group("edge")


def test_the_admin_host_reaches_the_administration_center(edge: RunningEdge) -> None:
    answer = edge.get("localhost", "/applications/?q=1")
    assert answer.status == 200
    assert answer.text.startswith("web /applications/?q=1\n")


@pytest.mark.parametrize("path", ["/org/contoso/api/data/v9.2/WhoAmI", "/hub/contoso"])
def test_organization_and_hub_addresses_belong_to_the_admin_host(edge: RunningEdge, path: str) -> None:
    assert edge.get("localhost", path).text.startswith(f"web {path}\n")


def test_every_portal_name_reaches_the_websites_with_its_own_certificate(edge: RunningEdge) -> None:
    answer = edge.get("support.portals.localhost")
    assert answer.text.startswith("websites /\n")
    assert f"Host: support.portals.localhost:{edge.https_port}" in answer.text


def test_a_host_header_for_another_name_than_the_handshakes_is_refused(edge: RunningEdge) -> None:
    assert edge.get("localhost", name="support.portals.localhost").status == 421


def test_an_unknown_name_gets_no_certificate(edge: RunningEdge) -> None:
    with pytest.raises(ssl.SSLError):
        edge.get("support.other.example")


def test_what_a_client_claims_about_proxies_is_replaced(edge: RunningEdge) -> None:
    forged = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
        "X_Forwarded_For": "203.0.113.9",
        "X-Forwarded-Port": "1",
        "Forwarded": "for=203.0.113.9",
    }
    text = edge.get("localhost", "/", **forged).text
    assert "203.0.113.9" not in text
    assert "evil.example" not in text
    assert "X-Forwarded-Proto: https" in text
    assert "X-Forwarded-Port" not in text


def test_the_signed_probe_passes(edge: RunningEdge) -> None:
    assert "Portal-Probe: signature" in edge.get("a.portals.localhost", "/", **{"Portal-Probe": "signature"}).text


def test_names_of_this_machine_are_served_without_tls(edge: RunningEdge) -> None:
    assert edge.get_plain("localhost").text.startswith("web /\n")
    assert edge.get_plain("127.0.0.1").text.startswith("web /\n")
    answer = edge.get_plain("support.portals.localhost")
    assert answer.text.startswith("websites /\n")
    assert "X-Forwarded-Proto: http\n" in answer.text


def test_every_other_name_is_sent_to_https(edge: RunningEdge) -> None:
    answer = edge.get_plain("www.example.com", "/a/b?c=d")
    assert answer.status == 308
    assert answer.headers["Location"] == f"https://www.example.com:{edge.https_port}/a/b?c=d"


def test_it_listens_on_both_loopback_addresses_and_no_other(edge: RunningEdge) -> None:
    for address in ("127.0.0.1", "::1"):
        socket.create_connection((address, edge.https_port), 5).close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", edge.https_port), 5)


def test_http_3_is_offered(edge: RunningEdge) -> None:
    assert f'h3=":{edge.https_port}"' in edge.get("localhost").headers["Alt-Svc"]


def test_the_root_certificate_is_an_authority_and_can_be_read(edge: RunningEdge) -> None:
    root = x509.load_pem_x509_certificate(edge.root_certificate.read_bytes())
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_control_socket_and_the_authoritys_key_are_private(edge: RunningEdge) -> None:
    assert stat.S_IMODE(edge.home.socket("caddy.sock").stat().st_mode) == 0o600
    key = edge.home.caddy / "pki" / "authorities" / "local" / "root.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_an_upstream_that_is_down_is_told_in_words(tmp_path_factory: pytest.TempPathFactory) -> None:
    nobody = "127.0.0.1:1"
    folder = tmp_path_factory.mktemp("down")
    with upstream_running("web") as web, edge_running(folder, web=web, websites=nobody) as running:
        answer = running.get("support.portals.localhost")
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "5"
        assert "starting or restarting" in answer.text
        assert running.get("localhost").status == 200


def test_the_authority_survives_a_restart(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("again")
    roots = []
    with upstream_running("web") as web:
        for _ in range(2):
            with edge_running(folder, web=web, websites=web) as running:
                roots.append(running.root_certificate.read_text())
    assert roots[0] == roots[1]
