"""Pages of a site as a visitor gets them."""

from __future__ import annotations

import re

import pytest

from portals.catalog import PortalType
from tests.builders.visitors import signed_in
from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal, starter_site
from tests.websites.visitor import Visitor
from websites.runtime import Runtime
from websites.visitors.members import MEMBERS_ONLY


def test_the_home_page_is_made_of_the_organizations_rows(visitor: Visitor, site: SiteInMemory) -> None:
    portal = open_portal(site.id)
    site.snippet("Home/Heading", "How can we help?")
    site.article("KA-1", "Reset a password")
    answer = visitor.get("/")
    assert answer.status == 200
    assert "How can we help?" in answer.text
    assert 'href="/knowledgebase/article/KA-1/"' in answer.text
    assert answer.headers["portal-id"] == str(portal.pk)
    assert answer.headers["content-language"] == "en-US"


def test_an_article_shows_its_number_its_keywords_and_related_ones(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.article("KA-1", "Reset a password", keywords="Account, sign-in", content="<p>Open <b>Settings</b>.</p>")
    site.article("KA-2", "Change a name", keywords="Account")
    site.article("KA-3", "Return a parcel", keywords="Orders")
    text = visitor.get("/knowledgebase/article/KA-1/").text
    assert "<p>Open <b>Settings</b>.</p>" in text
    assert "October 20, 2026" in text
    assert 'href="/search/?q=sign-in"' in text
    assert "Change a name" in text
    assert "Return a parcel" not in text


def test_the_list_of_articles_is_paged_and_filtered_by_category(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.setting("Knowledge/Page Size", "2")
    for number in range(1, 6):
        site.article(f"KA-{number}", f"Article {number}", keywords="Orders" if number % 2 else "Devices")
    first, last = visitor.get("/knowledgebase/").text, visitor.get("/knowledgebase/?page=3").text
    assert (first.count('class="list__item"'), last.count('class="list__item"')) == (2, 1)
    assert 'href="/knowledgebase/?page=2"' in first
    devices = visitor.get("/knowledgebase/?category=devices").text
    assert ("Article 2" in devices, "Article 1" in devices) == (True, False)


@pytest.mark.parametrize("asked", ["0", "-1", "99999", "x", "%00", "9" * 400])
def test_any_page_number_leads_to_a_page(visitor: Visitor, site: SiteInMemory, asked: str) -> None:
    open_portal(site.id)
    site.article("KA-1", "One")
    assert visitor.get(f"/knowledgebase/?page={asked}").status == 200


def test_an_unknown_path_gets_the_sites_own_page_with_404(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    answer = visitor.get("/no/such/page/")
    assert answer.status == 404
    assert "Page Not Found" in answer.text
    assert "Contoso Support" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_site_without_its_own_missing_page_gets_a_plain_one(visitor: Visitor, rows: RowsInMemory) -> None:
    site = SiteInMemory(rows)
    open_portal(site.id)
    rows.tables["adx_sitemarkers"].clear()
    answer = visitor.get("/no/such/page/")
    assert (answer.status, "Contoso" in answer.text) == (404, False)


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/KnowledgeBase", "/knowledgebase/"),
        ("/knowledgebase/article/ka-1", "/knowledgebase/article/KA-1/"),
        ("//evil.example/", None),
        ("/knowledgebase//", "/knowledgebase/"),
    ],
)
def test_other_spellings_lead_to_a_pages_own_address(
    visitor: Visitor, site: SiteInMemory, path: str, location: str | None
) -> None:
    open_portal(site.id)
    site.article("KA-1", "One")
    answer = visitor.get(f"{path}?a=b")
    assert answer.headers.get("location") == (f"{location}?a=b" if location else None)
    assert answer.status == (301 if location else 404)


def test_a_draft_and_everything_beneath_it_are_not_there(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    draft = site.page("Draft", "draft", parent=site.home, _adx_publishingstateid_value=site.draft)
    site.page("Beneath", "beneath", parent=draft)
    assert [visitor.get(path).status for path in ("/draft/", "/draft/beneath/")] == [404, 404]


def test_pages_come_out_and_expire(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.page("Soon", "soon", parent=site.home, adx_releasedate="2999-01-01T00:00:00Z")
    site.page("Over", "over", parent=site.home, adx_expirationdate="2001-01-01T00:00:00Z")
    assert [visitor.get(path).status for path in ("/soon/", "/over/")] == [404, 404]


def test_a_restricted_page_and_everything_beneath_it_are_denied(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    inner = site.page("Inner", "inner", parent=site.home)
    site.page("Deeper", "deeper", parent=inner, adx_copy="a secret")
    site.rows.put("adx_webpageaccesscontrolrules", "r1", adx_right=2, _adx_webpageid_value=inner)
    answers = [visitor.get(path) for path in ("/inner/", "/inner/deeper/")]
    assert [answer.status for answer in answers] == [403, 403]
    assert not any("a secret" in answer.text for answer in answers)
    assert "a secret" not in visitor.get("/search/?q=secret").text


def test_pages_in_a_circle_are_not_there_and_harm_nobody(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    one = site.page("One", "one")
    two = site.page("Two", "two", parent=one)
    site.rows.put("adx_webpages", one, _adx_parentpageid_value=two)
    assert visitor.get("/one/two/").status == 404
    assert visitor.get("/").status == 200


def test_a_pages_copy_may_hold_liquid_and_is_cleaned(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.page("About", "about", parent=site.home, adx_copy="<p>We are {{ website.name }}.</p><script>bad()</script>")
    text = visitor.get("/about/").text
    assert "<p>We are Contoso Support.</p>" in text
    assert "bad()" not in text


def test_only_reading_and_forms_are_possible(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    answer = visitor.get("/", method="PUT")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST")


def test_head_gives_the_headers_of_get_and_nothing_else(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    for _ in range(2):  # rendered, then remembered
        head = visitor.get("/", method="HEAD")
        assert (head.status, head.body) == (200, b"")
        assert int(head.headers["content-length"]) == len(visitor.get("/").body)


@pytest.mark.parametrize("lcid", [1033, 1031, 1036])
@pytest.mark.parametrize("portal_type", PortalType.values)
def test_the_starter_content_of_every_type_and_language_is_shown(
    visitor: Visitor, held: Runtime, rows: RowsInMemory, portal_type: str, lcid: int
) -> None:
    portal = open_portal(starter_site(rows, portal_type, lcid=lcid), portal_type=portal_type, language=lcid)
    is_closed = portal_type in MEMBERS_ONLY
    visitor.cookie = signed_in(portal) if is_closed else ""
    wanted = ("/", "/search/") if is_closed else ("/", "/search/", "/sitemap.xml")
    paths = [answer for path in wanted if (answer := visitor.get(path)).status != 200]
    assert paths == []
    assert f'<html lang="{ {1033: "en-US", 1031: "de-DE", 1036: "fr-FR"}[lcid] }"' in visitor.get("/").text
    assert visitor.get("/knowledgebase/").status == (404 if portal_type == "custom" else 200)


def test_home_differs_from_type_to_type(visitor: Visitor, held: Runtime, rows: RowsInMemory) -> None:
    homes = set()
    for portal_type in PortalType.values:
        name = portal_type.replace("_", "-")
        portal = open_portal(starter_site(rows, portal_type), subdomain=name, portal_type=portal_type)
        visitor.cookie = signed_in(portal) if portal_type in MEMBERS_ONLY else ""
        homes.add(visitor.get("/", host=f"{name}.portals.localhost").text.split("<main", 1)[1])
    assert len(homes) == len(PortalType.values)


def test_robots_and_sitemap_tell_of_pages_and_articles(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.article("KA-1", "One")
    assert "Sitemap: https://support.portals.localhost" in visitor.get("/robots.txt").text
    sitemap = visitor.get("/sitemap.xml").text
    assert "/knowledgebase/article/KA-1/</loc>" in sitemap
    assert "/nf/" not in sitemap


def test_a_search_engine_is_not_sent_to_pages_that_ask_to_sign_in(visitor: Visitor, rows: RowsInMemory) -> None:
    open_portal(starter_site(rows, "customer_self_service"), portal_type="customer_self_service")
    listed = re.findall(r"<loc>https://[^/]+([^<]*)</loc>", visitor.get("/sitemap.xml").text)
    assert "/forums/" in listed
    assert {visitor.get(path).status for path in listed} == {200}
