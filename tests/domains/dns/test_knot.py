"""The same questions to a real name server: zones with everything that design and complaints know."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from pytest_django.fixtures import Settings

from domains.dns import HostQuestion, Verdict, host_check, hosts_check
from tests.builders.dns import knot_needed, knot_running

pytestmark = knot_needed

EXPECTED = "contoso.portals.localhost"
CHAIN = "\n".join(f"hop{number} CNAME hop{number + 1}" for number in range(20))
CUSTOMERS = f"""
right 60 CNAME {EXPECTED}.
upper 60 CNAME CONTOSO.Portals.LOCALHOST.
other CNAME fabrikam.portals.localhost.
dangling CNAME nowhere.customers.test.
doubled CNAME {EXPECTED}
twice.customers.test CNAME {EXPECTED}.
loop CNAME loop2
loop2 CNAME loop
short CNAME middle
middle CNAME right
{CHAIN}
address A 192.0.2.1
text TXT "only a text"
deep.way A 192.0.2.1
*.wild CNAME {EXPECTED}.
_portal-verify.text TXT "abc"
outside CNAME www.partner.test.
big CNAME {EXPECTED}.
_portal-verify.big TXT {" ".join(f'"{number:0>240}"' for number in range(16))}
_portal-verify.big TXT "abc"
xn--fa-hia CNAME {EXPECTED}.
forbidden CAA 0 issue "other-ca.test"
"""
PARTNER = f"www CNAME {EXPECTED}.\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Generator[int, None, None]:
    with knot_running(tmp_path_factory.mktemp("knot"), {"customers.test": CUSTOMERS, "partner.test": PARTNER}) as port:
        yield port


@pytest.fixture(autouse=True)
def _knot_alone(port: int, settings: Settings) -> None:
    settings.PORTAL_DNS_AUTHORITATIVE = settings.PORTAL_DNS_RESOLVERS = (("127.0.0.1", port),)


@pytest.mark.parametrize(
    ("name", "verdict", "reason", "found"),
    [
        ("right", Verdict.OK, "", f"CNAME {EXPECTED}"),
        ("upper", Verdict.OK, "", f"CNAME {EXPECTED}"),
        ("short", Verdict.OK, "", "CNAME middle.customers.test"),
        ("outside", Verdict.OK, "", "CNAME www.partner.test"),
        ("any.wild", Verdict.OK, "", f"CNAME {EXPECTED}"),
        ("xn--fa-hia", Verdict.OK, "", f"CNAME {EXPECTED}"),
        ("big", Verdict.OK, "", f"CNAME {EXPECTED}"),
        ("none", Verdict.MISSING, "domains:cname-missing", ""),
        ("text", Verdict.MISSING, "domains:cname-other-type", ""),
        ("way", Verdict.MISSING, "domains:cname-other-type", ""),
        ("twice", Verdict.MISSING, "domains:name-doubled", "twice.customers.test.customers.test"),
        ("other", Verdict.WRONG, "domains:cname-other-portal", "CNAME fabrikam.portals.localhost"),
        ("dangling", Verdict.WRONG, "domains:cname-wrong", "CNAME nowhere.customers.test"),
        ("doubled", Verdict.WRONG, "domains:cname-doubled", f"CNAME {EXPECTED}.customers.test"),
        ("address", Verdict.WRONG, "domains:cname-addresses", "A 192.0.2.1"),
        ("hop0", Verdict.WRONG, "domains:cname-too-long", None),
        ("loop", Verdict.WRONG, "domains:cname-loop", None),
    ],
)
def test_each_state_of_a_zone_is_told(name: str, verdict: Verdict, reason: str, found: str | None) -> None:
    report = host_check(f"{name}.customers.test", expected=EXPECTED)
    assert (report.verdict, report.reason) == (verdict, reason)
    assert found is None or report.found == found
    assert report.sentence or report.is_ok


def test_a_domain_that_the_server_does_not_know_is_not_missing() -> None:
    assert host_check("www.strangers.test", expected=EXPECTED).verdict == Verdict.UNREACHABLE


def test_ownership_can_be_proved_before_the_record_moves() -> None:
    report = host_check("text.customers.test", expected=EXPECTED, ownership="abc")
    assert (report.verdict, report.is_owner_proved) == (Verdict.MISSING, True)


def test_long_texts_come_over_tcp() -> None:
    assert host_check("big.customers.test", expected=EXPECTED, ownership="abc").is_owner_proved


def test_caa_of_the_host_forbids() -> None:
    report = host_check("forbidden.customers.test", expected=EXPECTED, issuers=("letsencrypt.org",))
    assert 'forbidden.customers.test CAA 0 issue "letsencrypt.org"' in report.notes[0].sentence


def test_a_pass_over_many_hosts_tells_the_same_as_one_look_each() -> None:
    names = [f"{name}.customers.test" for name in ("right", "none", "other", "loop", "short", "address")]
    together = hosts_check(HostQuestion(name, EXPECTED) for name in names)
    alone = [host_check(name, expected=EXPECTED) for name in names]
    assert [(report.verdict, report.found) for report in together] == [(one.verdict, one.found) for one in alone]
