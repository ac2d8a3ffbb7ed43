"""The look at a host name, against servers that answer over the network: scripted ones that misbehave on purpose."""

from __future__ import annotations

import json
import time

import pytest

from domains.dns import DnsReport, HostQuestion, Verdict, host_check, hosts_check
from domains.dns.transport import MOST_PACKETS
from tests.builders.dns import Answering
from tests.domains.dns.conftest import EXPECTED, Network

HOST = "support.customers.test"
SOA = "customers.test. 300 SOA ns1.customers.test. hostmaster.customers.test. 1 900 300 86400 120"


def zone(**records: str) -> Answering:
    """A name server with records by name in the zone: ``support="CNAME x."``; other names are definitely not there."""
    known = {f"{name.replace('__', '.')}.customers.test": text for name, text in records.items()}

    def answer(name: str, type: str) -> list[str] | str:
        if name not in known:
            return [SOA, "; no such name"]
        found = [text for text in known[name].split("|") if text.split()[0] in {type, "CNAME"}]
        return [f"{name}. 60 {text}" for text in found] or [SOA]

    return answer


RIGHT = zone(support=f"CNAME {EXPECTED}.", _portal_verify__support="TXT abc")


def silent(name: str, type: str) -> None:
    return None


def servfail(name: str, type: str) -> str:
    return "SERVFAIL"


def test_a_cname_to_the_portal_is_ok(network: Network) -> None:
    network.name_servers(RIGHT, RIGHT)
    network.resolvers(RIGHT)
    report = network.check()
    assert (report.verdict, report.reason, report.found) == (Verdict.OK, "", f"CNAME {EXPECTED}")
    assert report.chain == (HOST, EXPECTED)
    assert [shown.answers for shown in report.evidence if shown.question == f"{HOST} CNAME"] == [
        (f"CNAME {EXPECTED}",)
    ] * 3


def test_case_and_final_dots_make_no_difference(network: Network) -> None:
    network.name_servers(lambda name, type: [f"{name.upper()}. 60 CNAME {EXPECTED.upper()}."])
    assert network.check().verdict == Verdict.OK


def test_no_record_is_missing_and_the_seed_s_words_head_the_evidence(network: Network) -> None:
    from core.messages import message_for

    network.name_servers(zone())
    report = network.check()
    assert (report.verdict, report.reason) == (Verdict.MISSING, "domains:cname-other-type")
    message = message_for("domains:cname-missing")
    assert message
    assert message.heading == "Please add a CNAME record to this domain name."
    assert f"Expected: {HOST} CNAME {EXPECTED}." in report.sentence
    assert report.visible_in == 120  # the SOA's minimum: so long may a resolver remember the no
    assert report.retry_after == 10


def test_nxdomain_is_missing(network: Network) -> None:
    network.name_servers(lambda name, type: "NXDOMAIN")
    assert network.check().reason == "domains:cname-missing"


@pytest.mark.parametrize("disturbed", [silent, servfail, lambda name, type: "REFUSED", lambda name, type: "referral"])
def test_who_cannot_answer_has_not_said_no(network: Network, disturbed: Answering) -> None:
    network.name_servers(disturbed, disturbed)
    report = network.check()
    assert (report.verdict, report.reason) == (Verdict.UNREACHABLE, "domains:dns-unreachable")
    assert not report.is_definite
    assert all(shown.error for shown in report.evidence if shown.kind == "authoritative")


def test_one_no_of_three_servers_is_not_enough(network: Network) -> None:
    network.name_servers(zone(), servfail, servfail)
    assert network.check().verdict == Verdict.UNREACHABLE
    network.name_servers(zone(), zone(), servfail)
    assert network.check().verdict == Verdict.MISSING


def test_a_silent_server_beside_a_right_one_is_a_note(network: Network) -> None:
    network.name_servers(RIGHT, silent)
    report = network.check()
    assert report.verdict == Verdict.OK
    assert [note.code for note in report.notes] == ["domains:dns-servers-silent"]


def test_some_servers_have_it_and_others_not_yet(network: Network) -> None:
    network.name_servers(RIGHT, zone())
    report = network.check()
    assert (report.verdict, report.visible_in) == (Verdict.PROPAGATING, 120)


def test_a_resolver_that_remembers_the_old_no_does_not_stand_in_the_way(network: Network) -> None:
    network.name_servers(RIGHT)
    network.resolvers(zone(), RIGHT)
    report = network.check()
    assert (report.verdict, report.visible_in) == (Verdict.OK, 120)
    assert "domains:dns-resolver-late" in [note.code for note in report.notes]


def test_resolvers_alone_say_nothing_where_name_servers_are_named(network: Network) -> None:
    network.name_servers(silent)
    network.resolvers(RIGHT)
    assert network.check().verdict == Verdict.UNREACHABLE


def test_another_portal_s_address_is_wrong_and_nothing_is_told_of_it(network: Network) -> None:
    network.name_servers(zone(support="CNAME fabrikam.portals.localhost."))
    report = network.check()
    assert (report.verdict, report.reason) == (Verdict.WRONG, "domains:cname-other-portal")
    assert report.found == "CNAME fabrikam.portals.localhost"
    assert report.chain == (HOST, "fabrikam.portals.localhost")  # what anybody sees in DNS, and no more


def test_a_chain_of_aliases_is_followed_to_its_end(network: Network) -> None:
    network.name_servers(zone(support="CNAME a.customers.test.", a="CNAME b.customers.test.", b=f"CNAME {EXPECTED}."))
    report = network.check()
    assert report.verdict == Verdict.OK
    assert report.chain == (HOST, "a.customers.test", "b.customers.test", EXPECTED)


def test_a_chain_in_one_answer_is_not_taken_on_trust(network: Network) -> None:
    def answer(name: str, type: str) -> list[str]:
        if name == HOST:
            return [f"{HOST}. 60 CNAME a.elsewhere.test.", f"a.elsewhere.test. 60 CNAME {EXPECTED}."]
        return [SOA]

    network.name_servers(answer)
    assert network.check().reason == "domains:cname-wrong"


def test_a_loop_is_named(network: Network) -> None:
    network.name_servers(zone(support="CNAME a.customers.test.", a=f"CNAME {HOST}."))
    report = network.check()
    assert (report.verdict, report.reason) == (Verdict.WRONG, "domains:cname-loop")
    assert report.found == f"{HOST} → a.customers.test → {HOST}"


def test_a_chain_without_end_has_one(network: Network) -> None:
    network.name_servers(lambda name, type: [f"{name}. 60 CNAME x{name}."] if type == "CNAME" else [SOA])
    report = network.check()
    assert (report.verdict, report.reason) == (Verdict.WRONG, "domains:cname-too-long")
    assert len(report.chain) == 9


def test_an_alias_that_cannot_be_followed_is_not_wrong(network: Network) -> None:
    def answer(name: str, type: str) -> list[str] | str:
        return [f"{HOST}. 60 CNAME a.customers.test."] if name == HOST else "SERVFAIL"

    network.name_servers(answer)
    assert (network.check().verdict, network.check().reason) == (
        Verdict.UNREACHABLE,
        "domains:cname-chain-unreachable",
    )


def test_a_value_without_its_final_dot_is_recognised(network: Network) -> None:
    network.name_servers(zone(support=f"CNAME {EXPECTED}.customers.test."))
    report = network.check()
    assert (report.verdict, report.reason) == (Verdict.WRONG, "domains:cname-doubled")
    assert f"enter {EXPECTED}. with the dot" in report.sentence


def test_a_name_typed_in_whole_is_found_where_it_ended_up(network: Network) -> None:
    network.name_servers(zone(support__customers__test=f"CNAME {EXPECTED}."))
    report = network.check()
    assert (report.verdict, report.reason) == (Verdict.MISSING, "domains:name-doubled")
    assert report.found == f"{HOST}.customers.test"


def test_an_address_in_place_of_the_alias_is_shown(network: Network) -> None:
    network.name_servers(zone(support="A 192.0.2.1|AAAA 2001:db8::1"))
    report = network.check()
    assert (report.verdict, report.reason) == (Verdict.WRONG, "domains:cname-addresses")
    assert report.found == "A 192.0.2.1, AAAA 2001:db8::1"


def test_a_stray_address_beside_the_alias_is_a_note(network: Network) -> None:
    network.name_servers(zone(support=f"CNAME {EXPECTED}.|AAAA 2001:db8::1"))
    report = network.check()
    assert report.verdict == Verdict.OK
    stray = next(note for note in report.notes if note.code == "domains:dns-stray-address")
    assert "AAAA 2001:db8::1" in stray.sentence


def test_a_wildcard_of_the_customer_is_a_note(network: Network) -> None:
    network.name_servers(lambda name, type: [f"{name}. 60 CNAME {EXPECTED}."])
    assert [note.code for note in network.check().notes] == ["domains:dns-wildcard"]


@pytest.mark.parametrize(
    ("text", "is_proved"),
    [("TXT abc", True), ('TXT "\\"abc\\""', True), ('TXT "ab" "c"', True), ("TXT abcd", False), ("A 192.0.2.1", False)],
)
def test_ownership_is_proved_by_the_text_alone(network: Network, text: str, is_proved: bool) -> None:
    def answer(name: str, type: str) -> list[str]:
        return [f"{name}. 60 {text}"] if name == f"_portal-verify.{HOST}" and type == text[:3] else [SOA]

    network.name_servers(answer)
    report = network.check(ownership="abc")
    assert report.verdict == Verdict.MISSING
    assert report.is_owner_proved is is_proved
    assert network.check().is_owner_proved is False  # not asked


def test_what_is_too_long_for_a_packet_is_asked_over_tcp(network: Network) -> None:
    network.name_servers(lambda name, type: ["; over tcp", f"{name}. 60 CNAME {EXPECTED}."])
    assert network.check().verdict == Verdict.OK


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ({}, ""),
        ({"support": 'CAA 0 issue "letsencrypt.org"'}, ""),
        ({"support": 'CAA 0 issue "ca.test; validationmethods=http-01"'}, ""),
        ({"customers": 'CAA 0 issue "other.test"'}, "domains:caa-forbids"),
        ({"customers": 'CAA 0 issue ";"'}, "domains:caa-forbids"),
        ({"customers": 'CAA 0 iodef "mailto:a@customers.test"'}, ""),
        ({"customers": 'CAA 128 tbs "unknown"'}, "domains:caa-forbids"),
        ({"customers": 'CAA 0 issue "other.test"', "support": 'CAA 0 issue "letsencrypt.org"'}, ""),
    ],
)
def test_caa_is_walked_up_to_the_first_that_has_records(network: Network, records: dict[str, str], code: str) -> None:
    def answer(name: str, type: str) -> list[str]:
        found = {"support": HOST, "customers": "customers.test"}
        at = next((text for short, text in records.items() if found[short] == name and type == "CAA"), "")
        return [f"{name}. 60 {at}"] if at else [SOA]

    network.name_servers(answer)
    report = host_check(HOST, expected=EXPECTED, issuers=("letsencrypt.org", "ca.test"))
    assert [note.code for note in report.notes] == ([code] if code else [])


def test_caa_that_cannot_be_asked_is_said(network: Network) -> None:
    network.name_servers(lambda name, type: "SERVFAIL" if type == "CAA" else [f"{name}. 60 CNAME {EXPECTED}."])
    report = host_check(HOST, expected=EXPECTED, issuers=("letsencrypt.org",))
    assert "domains:caa-unreachable" in [note.code for note in report.notes]


def test_a_look_costs_no_more_than_its_packets_and_seconds(network: Network) -> None:
    asked: list[str] = []

    def answer(name: str, type: str) -> list[str] | None:
        asked.append(name)
        return [f"{name}. 60 CNAME x{name}."] if type == "CNAME" else None

    network.name_servers(*[answer] * 8)
    network.resolvers(*[answer] * 3)
    began = time.monotonic()
    report = network.check(ownership="abc")
    assert len(asked) <= MOST_PACKETS
    assert time.monotonic() - began < 15
    assert any("used up" in shown.error for shown in report.evidence)


def test_garbage_in_answers_is_shown_cut_and_harmless(network: Network) -> None:
    network.name_servers(lambda name, type: [f'{name}. 60 TXT "{"x" * 200}"'] * 20 if type == "TXT" else [SOA])
    report = network.check(ownership="abc")
    assert all(len(shown.answers) <= 8 for shown in report.evidence)
    assert all(len(text) <= 300 for shown in report.evidence for text in shown.answers)


def test_a_host_whose_ownership_name_would_be_too_long_is_looked_at_all_the_same(network: Network) -> None:
    host = ".".join(["a" * 55] * 4) + ".customers.test"
    network.name_servers(lambda name, type: [f"{name}. 60 CNAME {EXPECTED}."])
    assert network.check(host, ownership="abc").verdict == Verdict.OK


def test_a_report_survives_json(network: Network) -> None:
    network.name_servers(zone(support="CNAME fabrikam.portals.localhost."), silent)
    report = network.check(ownership="abc")
    assert DnsReport.from_json(json.loads(json.dumps(report.to_json()))) == report


def test_many_hosts_are_looked_at_shortly_and_the_odd_ones_wholly(network: Network) -> None:
    def answer(name: str, type: str) -> list[str]:
        return [SOA] if name.startswith("host7.") else [f"{name}. 60 CNAME {EXPECTED}."]

    network.name_servers(answer)
    reports = hosts_check(HostQuestion(f"host{number}.customers.test", EXPECTED) for number in range(20))
    assert [report.host for report in reports] == [f"host{number}.customers.test" for number in range(20)]
    assert [report.verdict for report in reports] == [Verdict.MISSING if i == 7 else Verdict.OK for i in range(20)]
    assert [len(report.evidence) for report in reports if report.is_ok] == [1] * 19
