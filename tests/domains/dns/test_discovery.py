"""Finding a domain's name servers, and which of their addresses may be asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from adminsite.embedded.ports import port_free
from domains.dns import Verdict
from domains.dns.addresses import is_public
from tests.builders.dns import Answering, scripted_dns
from tests.domains.dns.conftest import EXPECTED, Network

HOST = "support.customers.test"


def soa(zone: str) -> list[str]:
    return [f"{zone}. 300 SOA ns1.{zone}. hostmaster.{zone}. 1 900 300 86400 120"]


def resolver(*name_servers: str, address: str = "127.0.0.1", **more: str) -> Answering:
    """A resolver that knows customers.test with these name servers, all at one address."""

    def answer(name: str, type: str) -> list[str] | str:
        if (name, type) == ("customers.test", "NS"):
            return [f"{name}. 60 NS {server}." for server in name_servers]
        if name in name_servers and type == ("AAAA" if ":" in address else "A"):
            return [f"{name}. 60 {type} {address}"]
        return [f"{name}. 60 {more[type]}"] if type in more else soa("customers.test")

    return answer


def right(name: str, type: str) -> list[str]:
    return [f"{name}. 60 CNAME {EXPECTED}."] if name == HOST else soa("customers.test")


@pytest.fixture
def name_server_port(monkeypatch: pytest.MonkeyPatch) -> int:
    port = port_free()
    monkeypatch.setattr("domains.dns.servers.PORT", port)
    return port


def test_the_zone_s_own_name_servers_are_found_and_asked(network: Network, name_server_port: int) -> None:
    network.resolvers(resolver("ns1.customers.test", "ns2.customers.test", CNAME=f"CNAME {EXPECTED}."))
    with scripted_dns(right, port=name_server_port):
        report = network.check()
    assert report.verdict == Verdict.OK
    asked = {shown.server for shown in report.evidence if shown.kind == "authoritative"}
    assert asked == {f"{name}.customers.test (127.0.0.1:{name_server_port})" for name in ("ns1", "ns2")}


def test_no_more_name_servers_are_asked_than_the_packets_allow(network: Network, name_server_port: int) -> None:
    network.resolvers(resolver(*(f"ns{number}.customers.test" for number in range(9))))
    with scripted_dns(right, port=name_server_port):
        report = network.check()
    assert len({shown.server for shown in report.evidence if shown.kind == "authoritative"}) == 5
    assert "domains:dns-left-out" in [note.code for note in report.notes]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.5", "169.254.169.254", "64:ff9b::a00:1", "::1", "224.0.0.1"])
def test_a_name_server_on_a_private_address_is_not_sent_a_packet(
    network: Network, name_server_port: int, settings: Settings, address: str
) -> None:
    settings.PORTAL_DNS_ALLOW_PRIVATE = False
    network.resolvers(resolver("ns1.customers.test", address=address))
    asked: list[str] = []
    with scripted_dns(lambda name, type: asked.append(name), port=name_server_port):
        report = network.check()
    assert (report.verdict, report.reason) == (Verdict.UNREACHABLE, "domains:zone-private")
    assert asked == []


def test_a_domain_that_is_not_there_is_missing_if_every_resolver_says_so(network: Network) -> None:
    network.resolvers(lambda name, type: soa("test"), lambda name, type: soa("test"))
    assert (network.check().verdict, network.check().reason) == (Verdict.MISSING, "domains:zone-missing")
    network.resolvers(lambda name, type: soa("test"), lambda name, type: "SERVFAIL")
    assert (network.check().verdict, network.check().reason) == (Verdict.UNREACHABLE, "domains:zone-unreachable")


@pytest.mark.parametrize("answering", [lambda name, type: "SERVFAIL", lambda name, type: None])
def test_without_a_resolver_that_answers_nothing_is_concluded(network: Network, answering: Answering) -> None:
    network.resolvers(answering, answering)
    assert (network.check().verdict, network.check().reason) == (Verdict.UNREACHABLE, "domains:zone-unreachable")


def test_without_any_resolver_nothing_is_concluded(network: Network) -> None:
    assert network.check().verdict == Verdict.UNREACHABLE


def test_where_name_servers_cannot_be_reached_resolvers_are_believed_in_what_they_see(
    network: Network, name_server_port: int
) -> None:
    network.resolvers(resolver("ns1.customers.test", CNAME=f"CNAME {EXPECTED}."))
    report = network.check()
    assert report.verdict == Verdict.OK
    assert [note.code for note in report.notes] == ["domains:dns-resolvers-only"]
    network.resolvers(resolver("ns1.customers.test"))
    assert network.check().verdict == Verdict.UNREACHABLE


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "::", "::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::7f00:1", "fe80::1",
        "fe80::1%eth0", "fc00::1", "ff02::1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::1", "2001:0:a00:1::1",
        "2001:db8::1", "no address", "",
    ],
)  # fmt: skip
def test_an_address_that_is_not_one_public_machine_is_told(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_what_is_public_is_global_and_its_mapped_form_judged_alike(address: object) -> None:
    text = str(address)
    if is_public(text):
        assert address.is_global  # type: ignore[attr-defined]
    if ":" not in text:
        assert is_public(f"::ffff:{text}") == is_public(text)
