"""The demo's DNS server, asked over the network, and the command that changes its records."""

from __future__ import annotations

from collections.abc import Callable, Generator
from io import StringIO
from pathlib import Path

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from domains.dns import Verdict, host_check
from tests.builders.dns import demo_dns_running

Ask = Callable[[str, str], dns.message.Message]
EXPECTED = "contoso.portals.localhost"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo-dns")


@pytest.fixture(scope="module")
def port(home: Path) -> Generator[int, None, None]:
    with demo_dns_running(home) as port:
        yield port


@pytest.fixture
def ask(port: int) -> Ask:
    return lambda name, type: dns.query.udp(dns.message.make_query(f"{name}.", type), "127.0.0.1", 5, port)


@pytest.fixture(autouse=True)
def _records(home: Path, settings: Settings) -> Generator[None, None, None]:
    settings.PORTAL_HOME = home
    yield
    (home / "demo-dns.json").unlink(missing_ok=True)


def demodns(*arguments: str) -> str:
    output = StringIO()
    call_command("demodns", *arguments, stdout=output)
    return output.getvalue()


def texts(answer: dns.message.Message) -> list[str]:
    return [line for rrset in answer.answer for line in rrset.to_text().splitlines()]


def test_each_zone_has_its_soa_its_name_server_and_that_one_an_address(ask: Ask) -> None:
    for zone in ("example.test", "customers.test"):
        assert "ns1." in texts(ask(zone, "SOA"))[0]
        assert texts(ask(zone, "NS")) == [f"{zone}. 60 IN NS ns1.{zone}."]
        assert texts(ask(f"ns1.{zone}", "A")) == [f"ns1.{zone}. 60 IN A 127.0.0.1"]


def test_an_added_record_is_answered_at_once_and_a_removed_one_no_longer(ask: Ask) -> None:
    assert ask("support.customers.test", "CNAME").rcode() == dns.rcode.NXDOMAIN
    demodns("add", "Support.customers.test.", "cname", f"{EXPECTED}.", "--ttl", "7")
    assert texts(ask("SUPPORT.customers.test", "CNAME")) == [f"support.customers.test. 7 IN CNAME {EXPECTED}."]
    assert demodns("list") == f"support.customers.test 7 CNAME {EXPECTED}\n"
    demodns("remove", "support.customers.test")
    no = ask("support.customers.test", "CNAME")
    assert no.rcode() == dns.rcode.NXDOMAIN
    assert no.flags & dns.flags.AA
    assert no.authority[0][0].minimum == 5


def test_aliases_are_followed_within_the_zones_and_a_loop_has_an_end(ask: Ask) -> None:
    demodns("add", "a.customers.test", "CNAME", "b.example.test")
    demodns("add", "b.example.test", "A", "192.0.2.1")
    demodns("add", "c.customers.test", "CNAME", "c.customers.test")
    assert texts(ask("a.customers.test", "A")) == [
        "a.customers.test. 30 IN CNAME b.example.test.",
        "b.example.test. 30 IN A 192.0.2.1",
    ]
    assert len(texts(ask("c.customers.test", "A"))) == 1


def test_a_wildcard_answers_for_what_is_not_there_itself(ask: Ask) -> None:
    demodns("add", "*.customers.test", "CNAME", EXPECTED)
    demodns("add", "here.customers.test", "TXT", 'with "quotes" \\ and more')
    demodns("add", "x.way.customers.test", "A", "192.0.2.1")
    assert texts(ask("any.deep.customers.test", "CNAME")) == [f"any.deep.customers.test. 30 IN CNAME {EXPECTED}."]
    assert texts(ask("here.customers.test", "CNAME")) == []
    assert ask("here.customers.test", "TXT").answer[0][0].strings == (b'with "quotes" \\ and more',)
    assert texts(ask("way.customers.test", "CNAME")) == []  # on the way to another name (RFC 4592 2.2.2)
    assert ask("way.customers.test", "CNAME").rcode() == dns.rcode.NOERROR


def test_names_of_other_zones_are_refused(ask: Ask) -> None:
    assert ask("www.contoso.com", "A").rcode() == dns.rcode.REFUSED


def test_what_is_too_long_for_a_packet_comes_over_tcp(ask: Ask, port: int) -> None:
    for number in range(8):
        demodns("add", "long.customers.test", "TXT", f"{number}" * 190)
    assert ask("long.customers.test", "TXT").flags & dns.flags.TC
    whole = dns.query.tcp(dns.message.make_query("long.customers.test.", "TXT"), "127.0.0.1", 5, port)
    assert len(whole.answer[0]) == 8


def test_garbage_does_not_stop_the_server(ask: Ask, port: int) -> None:
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for garbage in (b"", b"\0", b"\xff" * 12, b"\0\1\1\0\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1", b"x" * 9000):
            sender.sendto(garbage, ("127.0.0.1", port))
    assert texts(ask("example.test", "NS"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "www.contoso.com", "A", "192.0.2.1"),
        ("add", "a.customers.test", "SRV", "x"),
        ("add", "a.customers.test", "A", "192.0.2"),
        ("add", "a.customers.test", "CNAME", "x" * 64 + ".test"),
        ("add", "a.customers.test", "TXT", "x", "--ttl", "-1"),
        ("add", "customers.test", "CNAME", EXPECTED),
        ("add", "a/../b.customers.test", "A", "192.0.2.1"),
        ("remove", "a.customers.test"),
    ],
)
def test_what_cannot_be_served_is_refused_in_words(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refused:
        demodns(*arguments)
    assert str(refused.value).endswith(".")
    assert demodns("list") == ""


def test_beside_a_cname_nothing_else_may_stand() -> None:
    demodns("add", "a.customers.test", "CNAME", EXPECTED)
    with pytest.raises(CommandError, match="no other can stand"):
        demodns("add", "a.customers.test", "A", "192.0.2.1")


def test_the_demo_s_names_are_asked_there_and_all_others_elsewhere(port: int, settings: Settings) -> None:
    settings.DEMO_DNS = (("127.0.0.1", port),)
    demodns("add", "support.customers.test", "CNAME", EXPECTED)
    demodns("add", "_portal-verify.support.customers.test", "TXT", "abc")
    report = host_check("support.customers.test", expected=EXPECTED, ownership="abc")
    assert report.verdict == Verdict.OK
    assert report.is_owner_proved
    assert {shown.kind for shown in report.evidence} == {"authoritative", "resolver"}
