"""The projection that is searched: kept like the site, within one portal, under the visitor's web roles."""

from __future__ import annotations

import re
import time
from collections.abc import Generator
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from tests.builders.visitors import signed_in
from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal
from tests.websites.test_search import titles
from tests.websites.test_web_files import restricted
from tests.websites.visitor import Visitor
from websites.runtime import Runtime
from websites.search import Document, SearchSource, documents, search_source_register
from websites.search.models import SearchEntry

MEMORY = "websites.search.finding.search_ask"


def look_again(held: Runtime) -> None:
    """As the watcher does, some seconds later."""
    with (
        patch("websites.sites.close_old_connections"),
        patch("websites.sites.time.monotonic", return_value=time.monotonic() + 7),
    ):
        for reading in held.sites.check_due():
            reading.result(timeout=10)


def test_what_is_changed_added_or_removed_is_found_so(visitor: Visitor, held: Runtime, site: SiteInMemory) -> None:
    open_portal(site.id)
    changed, removed = site.article("KA-1", "Refund old"), site.article("KA-2", "Refund gone")
    assert len(titles(visitor.get("/search/?q=refund").text)) == 2
    untouched = SearchEntry.objects.get(kind="page", title="Home").pk
    site.rows.put("knowledgearticles", changed, title="Refund new")
    site.rows.remove("knowledgearticles", removed)
    site.article("KA-3", "Refund added")
    look_again(held)
    assert set(titles(visitor.get("/search/?q=refund").text)) == {"Refund new", "Refund added"}
    assert SearchEntry.objects.get(kind="page", title="Home").pk == untouched


def test_a_portal_finds_nothing_of_another(visitor: Visitor, rows: RowsInMemory) -> None:
    ours, theirs = SiteInMemory(rows), SiteInMemory(rows, name="Other")
    open_portal(ours.id)
    open_portal(theirs.id, subdomain="other")
    theirs.page("Their secret", "secret", parent=theirs.home)
    assert titles(visitor.get("/search/?q=secret", host="other.portals.localhost").text) == ["Their secret"]
    assert titles(visitor.get("/search/?q=secret").text) == []


def test_restricted_and_unpublished_pages_are_found_by_those_who_may_read_them(
    visitor: Visitor, site: SiteInMemory
) -> None:
    page = site.page("Salary plan", "salaries", parent=site.home)
    site.page("Salary draft", "draft", parent=site.home, _adx_publishingstateid_value=site.draft)
    role = restricted(site, page)
    portal = open_portal(site.id)
    assert titles(visitor.get("/search/?q=salary").text) == []
    visitor.cookie = signed_in(portal, role_ids=[role])
    assert titles(visitor.get("/search/?q=salary").text) == ["Salary plan"]


def test_a_search_takes_few_queries_and_asks_the_organization_nothing(
    visitor: Visitor, site: SiteInMemory, rows: RowsInMemory
) -> None:
    open_portal(site.id)
    for number in range(30):
        site.article(f"KA-{number}", f"Refund {number}")
    visitor.get("/search/?q=refund")
    rows.calls.clear()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        visitor.get("/search/?q=refund&page=2")
    assert len([one for one in queries if "websites_search" in one["sql"]]) == 3
    assert rows.calls == []


@pytest.mark.parametrize(("typed", "meant"), [("pasword", "password"), ("recieve", "receive"), ("invocie", "invoice")])
def test_a_mistyped_word_is_put_right(visitor: Visitor, site: SiteInMemory, typed: str, meant: str) -> None:
    open_portal(site.id)
    site.article("KA-1", f"About your {meant}")
    text = visitor.get(f"/search/?q={typed}").text
    assert f'href="/search/?q={meant}"' in text
    assert "Did you mean" in text


def test_nothing_is_suggested_that_finds_nothing(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    assert "Did you mean" not in visitor.get("/search/?q=zzzzqqq").text


def test_facets_narrow_down_by_type_category_rating_and_time(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.article("KA-1", "Refund one", keywords="Billing", rating=4.6, rating_count=3)
    site.article("KA-2", "Refund two", keywords="Orders", rating=2.0, rating_count=1)
    site.page("Refund page", "refunds", parent=site.home)
    text = visitor.get("/search/?q=refund").text
    facets = re.search(r'<aside class="facets".*?</aside>', text, re.S)
    assert facets
    for words in ("Billing", "Orders", "★★★★ +", "Article"):
        assert words in facets[0]
    assert titles(visitor.get("/search/?q=refund&category=Billing").text) == ["Refund one"]
    assert titles(visitor.get("/search/?q=refund&rating=4").text) == ["Refund one"]
    assert titles(visitor.get("/search/?q=refund&kind=page").text) == ["Refund page"]
    assert titles(visitor.get("/search/?q=refund&modified=day").text) == []
    assert len(titles(visitor.get("/search/?q=refund&rating=x&modified=never&sort=modified").text)) == 3


def test_the_site_setting_says_whether_there_are_facets(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id, portal_type="community")
    site.article("KA-1", "Refund")
    site.page("Refund page", "refunds", parent=site.home)
    assert "facets" not in visitor.get("/search/?q=refund").text
    site.setting("Search/FacetedView", "true")
    open_portal(site.id, subdomain="other", portal_type="community")
    assert "facets" in visitor.get("/search/?q=refund", host="other.portals.localhost").text


@pytest.mark.parametrize("typed", ["検索", "検"])
def test_languages_without_spaces_are_searched_by_their_signs(visitor: Visitor, site: SiteInMemory, typed: str) -> None:
    from urllib.parse import quote

    open_portal(site.id)
    site.article("KA-1", "全文検索の使い方")
    assert titles(visitor.get(f"/search/?q={quote(typed)}").text) == ["全文検索の使い方"]


def test_memory_answers_while_the_database_is_away(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.article("KA-1", "Refund")
    site.page("Refund staff", "staff", parent=site.home)
    with patch(MEMORY, side_effect=DatabaseError("away")):
        text = visitor.get("/search/?q=refund").text
    assert set(titles(text)) == {"Refund", "Refund staff"}
    assert "<mark>Refund</mark>" in text


@pytest.fixture
def threads() -> Generator[list[Document], None, None]:
    """A feature's documents."""
    found = [Document("thread", "T-1", "Refund thread", "", "", "Words", url="/forums/refund/")]
    search_source_register(SearchSource("threads", lambda loaded, edition: list(found)))
    yield found
    documents._sources.pop("threads")


def test_a_feature_adds_what_is_to_be_found(visitor: Visitor, site: SiteInMemory, threads: list[Document]) -> None:
    open_portal(site.id)
    text = visitor.get("/search/?q=refund").text
    assert (titles(text), 'href="/forums/refund/"' in text) == (["Refund thread"], True)
    threads[:] = []
    with patch("websites.search.projection.LIVE_EVERY", -timedelta.resolution):
        assert titles(visitor.get("/search/?q=refund+").text) == []


def test_one_name_is_one_source(threads: list[Document]) -> None:
    with pytest.raises(ValueError, match="threads"):
        search_source_register(SearchSource("threads", lambda loaded, edition: []))
