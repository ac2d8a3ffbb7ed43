"""A site in more than one language."""

from __future__ import annotations

import re

import pytest

from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.visitor import Visitor


@pytest.fixture
def two_languages(site: SiteInMemory) -> SiteInMemory:
    """English by default, German beside it; "About" in both, "Jobs" in German only."""
    for code, lcid, name in (("en-us", 1033, "English"), ("de-de", 1031, "Deutsch")):
        site.rows.put("adx_portallanguages", f"p-{lcid}", adx_lcid=lcid, adx_languagecode=code, adx_displayname=name)
        site.rows.put(
            "adx_websitelanguages",
            f"w-{lcid}",
            _adx_portallanguageid_value=f"p-{lcid}",
            _adx_websiteid_value=site.id,
        )
        site.rows.put("languagelocale", f"l-{lcid}", localeid=lcid)
    about = site.page("About", "about", parent=site.home)
    jobs = site.page("Jobs", "jobs", parent=site.home)
    for root, title, lcid in ((about, "About us", 1033), (about, "Über uns", 1031), (jobs, "Stellen", 1031)):
        site.page(title, "x", adx_isroot=False, _adx_rootwebpageid_value=root, _adx_webpagelanguageid_value=f"w-{lcid}")
    return site


def test_each_language_has_its_own_words_at_its_own_address(visitor: Visitor, two_languages: SiteInMemory) -> None:
    open_portal(two_languages.id)
    english, german = visitor.get("/about/").text, visitor.get("/de-DE/about/").text
    assert ("About us" in english, '<html lang="en-US"' in english) == (True, True)
    assert ("Über uns" in german, '<html lang="de-DE"' in german) == (True, True)
    assert 'hreflang="de-DE" href="https://support.portals.localhost' in english


def test_a_page_without_words_in_a_language_is_not_there_in_it(visitor: Visitor, two_languages: SiteInMemory) -> None:
    open_portal(two_languages.id)
    assert [visitor.get(path).status for path in ("/jobs/", "/de-DE/jobs/")] == [404, 200]


def test_articles_are_shown_in_their_own_language_only(visitor: Visitor, two_languages: SiteInMemory) -> None:
    open_portal(two_languages.id)
    two_languages.article("KA-1", "English one", _languagelocaleid_value="l-1033")
    two_languages.article("KA-1", "Deutscher", _languagelocaleid_value="l-1031")
    assert "English one" in visitor.get("/knowledgebase/article/KA-1/").text
    assert "Deutscher" in visitor.get("/de-DE/knowledgebase/article/KA-1/").text


def alternates(text: str) -> dict[str, str]:
    """Languages that a page says it is there in, and where."""
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="https://[^/]*([^"]*)">', text))


def test_a_page_names_the_languages_it_is_there_in_and_no_others(visitor: Visitor, two_languages: SiteInMemory) -> None:
    open_portal(two_languages.id)
    two_languages.article("KA-1", "English one", _languagelocaleid_value="l-1033")
    two_languages.article("KA-1", "Deutscher", _languagelocaleid_value="l-1031")
    two_languages.article("KA-2", "Nur Deutsch", _languagelocaleid_value="l-1031")
    both = {"en-US": "/about/", "de-DE": "/de-DE/about/"}
    assert alternates(visitor.get("/about/").text) == alternates(visitor.get("/de-DE/about/").text) == both
    assert alternates(visitor.get("/de-DE/jobs/").text) == {"de-DE": "/de-DE/jobs/"}
    article = alternates(visitor.get("/knowledgebase/article/KA-1/").text)
    assert article == {"en-US": "/knowledgebase/article/KA-1/", "de-DE": "/de-DE/knowledgebase/article/KA-1/"}
    assert list(alternates(visitor.get("/de-DE/knowledgebase/article/KA-2/").text)) == ["de-DE"]
    assert alternates(visitor.get("/none/").text) == {}


def test_the_switch_leads_to_the_thing_itself_or_what_is_nearest(visitor: Visitor, two_languages: SiteInMemory) -> None:
    open_portal(two_languages.id)
    two_languages.article("KA-2", "Nur Deutsch", _languagelocaleid_value="l-1031")
    text = visitor.get("/de-DE/knowledgebase/article/KA-2/").text
    assert 'href="/knowledgebase/" lang="en-US"' in text
    assert 'href="/de-DE/knowledgebase/article/KA-2/" lang="de-DE"' in text
    assert 'href="/" lang="en-US"' in visitor.get("/de-DE/jobs/").text


def test_what_is_missing_in_a_language_without_such_a_page_is_said_in_the_sites_own(
    visitor: Visitor, two_languages: SiteInMemory
) -> None:
    open_portal(two_languages.id)
    missing = two_languages.page("Gone fishing", "page-not-found", parent=two_languages.home, marker="Page Not Found")
    two_languages.page(
        "Gone fishing", "x", adx_isroot=False, _adx_rootwebpageid_value=missing, _adx_webpagelanguageid_value="w-1033"
    )
    answer = visitor.get("/de-DE/none/")
    assert (answer.status, "Gone fishing" in answer.text, '<html lang="en-US"' in answer.text) == (404, True, True)


def test_only_the_articles_of_the_portals_categories_are_shown(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.setting("Knowledge/Categories", "Orders, Devices")
    site.article("KA-1", "Mine", keywords="orders")
    site.article("KA-2", "Another portal's", keywords="Payroll")
    text = visitor.get("/knowledgebase/").text
    assert ("Mine" in text, "Another portal" in text) == (True, False)
    assert visitor.get("/knowledgebase/article/KA-2/").status == 404
