"""A portal at its custom host: the same pages, addresses of that host, and visitors sent there with care."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from domains.models import SslBinding
from domains.probe import probe_signature
from portals.models import Portal
from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.visitor import Visitor

HOST = "help.customers.test"
OWN = "support.portals.localhost"
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def portal(site: SiteInMemory) -> Portal:
    return open_portal(site.id)


def _bound(portal: Portal, **columns: Any) -> SslBinding:
    return SslBinding.objects.create(portal=portal, host=HOST, **columns)


def _redirecting(portal: Portal, *, hours: float) -> SslBinding:
    since = timezone.now() - timedelta(hours=hours)
    state = SslBinding.State.SERVED
    return _bound(portal, redirects_from_base=True, redirects_since=since, served_at=since, state=state)


def test_the_portal_answers_at_both_hosts_with_addresses_of_that_host(visitor: Visitor, portal: Portal) -> None:
    _bound(portal)
    for host in (OWN, HOST, f"{HOST.upper()}:8443"):
        answer = visitor.get("/", host=host)
        assert (answer.status, answer.headers["portal-id"]) == (200, str(portal.pk))
    assert f"Sitemap: https://{HOST}:8443/sitemap.xml" in visitor.get("/robots.txt", host=HOST).text
    assert OWN not in visitor.get("/sitemap.xml", host=HOST).text


def test_a_host_that_is_unbound_names_nobody_within_a_second(
    visitor: Visitor, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    _bound(portal)
    assert visitor.get("/", host=HOST).status == 200
    SslBinding.objects.all().delete()
    _later(monkeypatch)
    answer = visitor.get("/", host=HOST)
    assert answer.status == 404
    assert "portal-id" not in answer.headers


def test_visitors_of_the_own_address_stay_until_somebody_chooses(visitor: Visitor, portal: Portal) -> None:
    _bound(portal, state=SslBinding.State.SERVED, served_at=timezone.now())
    assert visitor.get("/", host=OWN).status == 200


def test_nobody_is_sent_to_a_host_that_was_never_seen_served(visitor: Visitor, portal: Portal) -> None:
    _bound(portal, redirects_from_base=True, redirects_since=timezone.now())
    assert visitor.get("/", host=OWN).status == 200


@pytest.mark.parametrize(("hours", "status", "keeping"), [(1, 302, "no-store"), (25, 308, "private, max-age=3600")])
def test_visitors_are_sent_to_the_same_page_passingly_for_a_day(
    visitor: Visitor, portal: Portal, hours: float, status: int, keeping: str
) -> None:
    _redirecting(portal, hours=hours)
    answer = visitor.get("/knowledgebase/?q=a%20b&x=1", host=OWN)
    assert (answer.status, answer.headers["cache-control"]) == (status, keeping)
    assert answer.headers["location"] == f"https://{HOST}:8443/knowledgebase/?q=a%20b&x=1"
    assert visitor.get("/", host=HOST).status == 200


def test_a_page_that_was_kept_before_is_redirected_too(
    visitor: Visitor, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        assert visitor.get("/", host=OWN).status == 200
    _redirecting(portal, hours=1)
    _later(monkeypatch)
    assert visitor.get("/", host=OWN).status == 302


@pytest.mark.parametrize("path", ["/.well-known/acme-challenge/x", "/livez", "/_assets/portal.css", "/?keep-address"])
def test_checks_challenges_and_who_asks_to_stay_are_never_redirected(
    visitor: Visitor, portal: Portal, path: str
) -> None:
    _redirecting(portal, hours=25)
    assert visitor.get(path, host=OWN).status not in {302, 308}


def test_our_own_probe_is_never_redirected(visitor: Visitor, portal: Portal) -> None:
    _redirecting(portal, hours=25)
    assert visitor.get("/", host=OWN, portal_probe=probe_signature(portal.pk)).status == 200


def test_a_sent_form_is_never_redirected(visitor: Visitor, portal: Portal) -> None:
    _redirecting(portal, hours=25)
    assert visitor.get("/", host=OWN, method="POST", sec_fetch_site="same-origin").status not in {302, 308}


def test_who_asked_to_stay_stays_for_an_hour(visitor: Visitor, portal: Portal) -> None:
    _redirecting(portal, hours=25)
    cookie = visitor.get("/?keep-address", host=OWN, x_forwarded_proto="https").headers["set-cookie"].strip()
    assert cookie.startswith("__Host-portal_keep_address=1;")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=Lax", "Max-Age=3600"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    held = cookie.split(";")[0]
    assert visitor.get("/knowledgebase/", host=OWN, cookie=held, x_forwarded_proto="https").status == 200


@pytest.mark.parametrize("path", ["//evil.example/", "/%0d%0aX-Bad:%201", "/\\evil.example"])
def test_a_redirect_leads_to_the_custom_host_and_nowhere_else(visitor: Visitor, portal: Portal, path: str) -> None:
    _redirecting(portal, hours=1)
    answer = visitor.get(path, host=OWN)
    assert answer.headers["location"].startswith(f"https://{HOST}:8443/")
    assert "x-bad" not in answer.headers
    assert "\r" not in answer.headers["location"]


@pytest.mark.parametrize(("days", "expected"), [(6, None), (8, "max-age=300")])
def test_browsers_are_told_to_insist_on_https_after_a_week(
    visitor: Visitor, portal: Portal, days: int, expected: str | None
) -> None:
    _bound(portal, state=SslBinding.State.SERVED, served_at=timezone.now() - timedelta(days=days))
    for _ in range(2):  # made, and kept
        told = visitor.get("/", host=HOST, x_forwarded_proto="https").headers
        assert told.get("strict-transport-security") == expected
    assert "strict-transport-security" not in visitor.get("/", host=HOST, x_forwarded_proto="http").headers
    assert "strict-transport-security" not in visitor.get("/", host=OWN, x_forwarded_proto="https").headers


def test_who_switches_it_off_has_browsers_forget_it(visitor: Visitor, portal: Portal) -> None:
    then = timezone.now() - timedelta(days=8)
    _bound(portal, state=SslBinding.State.SERVED, served_at=then, hsts=SslBinding.Hsts.OFF)
    told = visitor.get("/", host=HOST, x_forwarded_proto="https").headers
    assert told["strict-transport-security"] == "max-age=0"


def test_a_form_of_the_own_address_does_not_count_at_the_custom_one(visitor: Visitor, portal: Portal) -> None:
    _bound(portal)
    answer = visitor.get("/", host=HOST, method="POST", origin=f"https://{OWN}:8443")
    assert answer.status == 403


def _later(monkeypatch: pytest.MonkeyPatch) -> None:

    later = time.monotonic() + 1.1
    monkeypatch.setattr("websites.hosts.time.monotonic", lambda: later)
