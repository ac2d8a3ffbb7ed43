"""Host names as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from domains.names import HostInvalid, host_parse, registrable_domain

LONG = ".".join(["a" * 60] * 5)


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("Support.Contoso.com.", "support.contoso.com", "support.contoso.com"),
        ("  www.contoso.co.uk\n", "www.contoso.co.uk", "www.contoso.co.uk"),
        ("faß.contoso.com", "xn--fa-hia.contoso.com", "faß.contoso.com"),
        ("xn--fa-hia.contoso.com", "xn--fa-hia.contoso.com", "faß.contoso.com"),
        ("ｓｕｐｐｏｒｔ。contoso。com", "support.contoso.com", "support.contoso.com"),
        ("поддержка.пример.рф", "xn--80ahaefyxhn.xn--e1afmkfd.xn--p1ai", "поддержка.пример.рф"),
        ("support.customers.test", "support.customers.test", "support.customers.test"),
    ],
)
def test_a_name_is_stored_as_a_labels_and_shown_as_people_write_it(typed: str, stored: str, shown: str) -> None:
    host = host_parse(typed)
    assert (host.a_label, host.u_label) == (stored, shown)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "domains:host-missing"),
        ("   ", "domains:host-missing"),
        ("https://support.contoso.com/path", "domains:host-url"),
        ("support.contoso.com/path", "domains:host-url"),
        ("support.contoso.com:8443", "domains:host-port"),
        ("192.0.2.1", "domains:host-address"),
        ("[2001:db8::1]", "domains:host-address"),
        ("2001:db8::1", "domains:host-address"),
        ("support.contoso.1", "domains:host-address"),
        ("support.contoso.0x7f", "domains:host-address"),
        ("１２７.０.０.１", "domains:host-address"),
        ("*.contoso.com", "domains:host-wildcard"),
        ("_portal-verify.contoso.com", "domains:host-underscore"),
        ("a" * 64 + ".contoso.com", "domains:host-length"),
        (LONG, "domains:host-length"),
        ("support", "domains:host-single"),
        ("portals.localhost", "domains:host-platform"),
        ("another.portals.localhost", "domains:host-platform"),
        ("deep.other.PORTALS.localhost.", "domains:host-platform"),
        ("admin.localhost", "domains:host-platform"),
        ("support.contoso.invalid", "domains:host-reserved"),
        ("support.contoso.onion", "domains:host-reserved"),
        ("1.0.0.127.in-addr.arpa", "domains:host-reserved"),
        ("co.uk", "domains:host-public-suffix"),
        ("github.io", "domains:host-public-suffix"),
        ("contoso.com", "domains:host-apex"),
        ("contoso.co.uk", "domains:host-apex"),
        ("customers.test", "domains:host-apex"),
        ("-a.contoso.com", "domains:host-invalid"),
        ("a..contoso.com", "domains:host-invalid"),
        ("a b.contoso.com", "domains:host-invalid"),
        ("a\x00.contoso.com", "domains:host-invalid"),
        ("ab--c.contoso.com", "domains:host-invalid"),
        ("xn--zzzzzz.contoso.com", "domains:host-invalid"),
        ("a\u200bb/../c", "domains:host-url"),
        ("☃\u2028.contoso.com", "domains:host-invalid"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(HostInvalid) as refused:
        host_parse(typed)
    assert refused.value.code == code
    assert refused.value.message.isprintable()


def test_endings_that_public_dns_does_not_know_are_for_private_networks(settings: Settings) -> None:
    settings.PORTAL_DNS_ALLOW_PRIVATE = False
    with pytest.raises(HostInvalid) as refused:
        host_parse("support.contoso.local")
    assert refused.value.code == "domains:host-unknown-ending"
    settings.PORTAL_DNS_AUTHORITATIVE = (("192.0.2.1", 53),)
    assert host_parse("support.contoso.local").a_label == "support.contoso.local"


@given(st.text(max_size=80))
def test_any_text_is_a_name_or_refused(typed: str) -> None:
    try:
        host = host_parse(typed)
    except HostInvalid:
        return
    assert host.a_label.isascii()
    assert len(host.a_label) <= 253


LABEL = st.from_regex(r"[a-z0-9äßпし]{1,20}", fullmatch=True)


@given(st.lists(LABEL, min_size=2, max_size=5))
def test_a_name_read_again_is_the_same(labels: list[str]) -> None:
    try:
        host = host_parse(".".join([*labels, "contoso", "com"]))
    except HostInvalid:
        return
    assert host_parse(host.a_label) == host
    assert host_parse(host.u_label) == host
    assert host_parse(host.a_label.upper() + ".") == host


def test_the_registrable_domain_is_what_somebody_registered() -> None:
    assert registrable_domain("a.b.contoso.co.uk") == "contoso.co.uk"
    assert registrable_domain("co.uk") == ""
    assert registrable_domain("a.b.customers.test") == "customers.test"
