"""Whose host it is, and whether its pages may be shown."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db import OperationalError

from domains.probe import probe_signature
from portals.models import PackageInstallStatus, Portal
from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal
from tests.websites.visitor import Visitor
from websites.hosts import KEPT, HostTable
from websites.runtime import Runtime


@pytest.mark.parametrize("host", ["nobody.portals.localhost", "", "[::1]", "a" * 300, "evil.example:443", "127.0.0.1"])
def test_an_unknown_host_gets_a_page_that_names_nobody(visitor: Visitor, site: SiteInMemory, host: str) -> None:
    open_portal(site.id)
    answer = visitor.get("/", host=host or "\x00")
    assert answer.status == 404
    assert "There is no site at this address." in answer.text
    assert "portal-id" not in answer.headers
    assert "Contoso" not in answer.text


@pytest.mark.parametrize("state", [Portal.State.CONFIGURING, Portal.State.PROVISIONING_FAILED])
def test_a_portal_that_is_not_provisioned_says_getting_set_up(
    visitor: Visitor, site: SiteInMemory, state: Portal.State
) -> None:
    portal = open_portal(site.id, state=state)
    answer = visitor.get("/knowledgebase/")
    assert answer.status == 503
    assert "<title>Portal Provisioning</title>" in answer.text
    assert "<h1>Getting set up…</h1>" in answer.text
    assert "<p>This might take a while.</p>" in answer.text
    assert '<meta http-equiv="refresh" content="30">' in answer.text
    assert answer.headers["retry-after"] == "30"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["portal-id"] == str(portal.pk)
    assert "Contoso" not in answer.text
    assert site.rows.calls == []


def test_a_portal_whose_packages_failed_says_getting_set_up(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id, package_install_status=PackageInstallStatus.INSTALL_FAILED)
    assert visitor.get("/").status == 503


def test_the_style_of_the_waiting_page_is_served_while_waiting(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id, state=Portal.State.CONFIGURING)
    assert visitor.get("/_assets/setup.css").status == 200
    assert [visitor.get(path).status for path in ("/_assets/theme.css", "/robots.txt", "/sitemap.xml")] == [503] * 3


def test_a_signed_probe_sees_the_real_page_and_leaves_no_trace(
    visitor: Visitor, held: Runtime, site: SiteInMemory
) -> None:
    portal = open_portal(site.id, state=Portal.State.CONFIGURING)
    answer = visitor.get("/", portal_probe=probe_signature(portal.pk))
    assert (answer.status, answer.headers["portal-id"]) == (200, str(portal.pk))
    assert held.pages.size == 0
    assert visitor.get("/").status == 503


def test_a_probe_signed_for_another_portal_sees_what_everybody_sees(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id, state=Portal.State.CONFIGURING)
    other = open_portal(site.id, subdomain="other")
    answers = [visitor.get("/", portal_probe=value) for value in (probe_signature(other.pk), "x", "é")]
    assert [answer.status for answer in answers] == [503] * 3


def test_a_probe_sees_what_was_written_a_moment_ago(visitor: Visitor, site: SiteInMemory) -> None:
    portal = open_portal(site.id, state=Portal.State.CONFIGURING)
    heading = site.snippet("Home/Heading", "Before")
    visitor.get("/", portal_probe=probe_signature(portal.pk))
    site.rows.put("adx_contentsnippets", heading, adx_value="After")
    assert "After" in visitor.get("/", portal_probe=probe_signature(portal.pk)).text


def test_a_portal_is_open_within_a_second_of_being_provisioned(
    visitor: Visitor, held: Runtime, site: SiteInMemory
) -> None:
    portal = open_portal(site.id, state=Portal.State.CONFIGURING)
    assert visitor.get("/").status == 503
    Portal.objects.filter(pk=portal.pk).update(state=Portal.State.PROVISIONED)
    with patch("websites.hosts.time.monotonic", return_value=__import__("time").monotonic() + 1.01):
        assert visitor.get("/").status == 200


def test_an_organization_without_the_website_record_says_getting_set_up(visitor: Visitor, rows: RowsInMemory) -> None:
    site = SiteInMemory(rows)
    open_portal(site.id)
    rows.put("adx_websites", site.id, statecode=1)
    assert visitor.get("/").status == 503
    assert "Getting set up" in visitor.get("/").text


def test_two_portals_never_see_each_others_words(visitor: Visitor, rows: RowsInMemory) -> None:
    for name in ("alpha", "bravo"):
        site = SiteInMemory(rows, name=f"{name} company")
        site.snippet("Home/Lead", f"secret of {name}")
        site.page("Only", f"only-{name}", parent=site.home)
        open_portal(site.id, subdomain=name)
    for mine, other in (("alpha", "bravo"), ("bravo", "alpha")):
        host = f"{mine}.portals.localhost"
        text = visitor.get("/", host=host).text + visitor.get("/search/?q=only", host=host).text
        assert (f"secret of {mine}" in text, other in text) == (True, False)
        assert visitor.get(f"/only-{other}/", host=host).status == 404


def test_a_known_portal_is_served_while_the_database_is_away(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    visitor.get("/")
    later = __import__("time").monotonic() + 1.5
    with (
        patch("websites.hosts._read", side_effect=OperationalError("gone")),
        patch("websites.hosts.time.monotonic", return_value=later),
    ):
        assert visitor.get("/").status == 200
        assert visitor.get("/", host="never-seen.portals.localhost").status == 503


def test_hosts_are_asked_for_once_a_second_at_most(
    visitor: Visitor, site: SiteInMemory, django_assert_num_queries: object
) -> None:
    open_portal(site.id)
    visitor.get("/")
    with django_assert_num_queries(0):  # type: ignore[operator]
        for path in ("/", "/knowledgebase/", "/search/"):
            assert visitor.get(path).status == 200


@pytest.mark.django_db
def test_invented_hosts_do_not_fill_the_memory_or_push_a_portal_out(site: SiteInMemory) -> None:
    portal = open_portal(site.id)
    table = HostTable()
    table.portal_at(portal.host)
    with patch("websites.hosts._read", return_value=None):
        for number in range(KEPT + 50):
            with pytest.raises(Exception, match="no site"):
                table.portal_at(f"h{number}.example")
    assert len(table._answers) == KEPT
    assert portal.host in table._answers


def test_every_answer_is_hardened(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    for path in ("/", "/", "/nothing/", "/_assets/portal.css"):
        headers = visitor.get(path).headers
        assert "script-src" not in headers["content-security-policy"]
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in headers
