"""A site in more than one language."""

from __future__ import annotations

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


def test_only_the_articles_of_the_portals_categories_are_shown(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.setting("Knowledge/Categories", "Orders, Devices")
    site.article("KA-1", "Mine", keywords="orders")
    site.article("KA-2", "Another portal's", keywords="Payroll")
    text = visitor.get("/knowledgebase/").text
    assert ("Mine" in text, "Another portal" in text) == (True, False)
    assert visitor.get("/knowledgebase/article/KA-2/").status == 404
