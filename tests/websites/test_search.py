"""Search: what is found, in which order, and what strange input does."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.visitor import Visitor
from websites.search.words import marked, piece_of, words_of


def titles(text: str) -> list[str]:
    found = re.findall(r'<a class="list__link" href="[^"]*">(.*?)</a>', text)
    return [html.unescape(re.sub(r"</?mark>", "", title)) for title in found]


def test_articles_and_pages_are_found_by_beginnings_of_words(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.article("KA-1", "Reset a password")
    site.page("Passports", "passports", parent=site.home)
    assert set(titles(visitor.get("/search/?q=PASS").text)) == {"Reset a password", "Passports"}
    assert titles(visitor.get("/search/?q=password+reset").text) == ["Reset a password"]
    assert titles(visitor.get("/search/?q=password+nowhere").text) == []


def test_a_title_counts_more_than_a_body(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.article("KA-1", "Orders", content="<p>refund</p>" + "<p>filling</p>" * 20)
    site.article("KA-2", "Refund", content="<p>money</p>")
    assert titles(visitor.get("/search/?q=refund").text) == ["Refund", "Orders"]


@pytest.mark.parametrize(("typed", "written"), [("grosse", "Größe und große"), ("cafe", "Café"), ("ÜBER", "über uns")])
def test_accents_and_case_do_not_matter(visitor: Visitor, site: SiteInMemory, typed: str, written: str) -> None:
    from urllib.parse import quote

    open_portal(site.id)
    site.article("KA-1", written)
    found = visitor.get(f"/search/?q={quote(typed)}").text
    assert titles(found) == [written]
    assert "<mark>" in found


def test_hits_are_marked_and_everything_else_is_escaped(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.article("KA-1", "<b>Reset</b> & go", content="<p>1 &lt; 2 reset</p>")
    text = visitor.get("/search/?q=reset").text
    assert "&lt;b&gt;<mark>Reset</mark>&lt;/b&gt; &amp; go" in text
    assert "1 &lt; 2 <mark>reset</mark>" in text


@pytest.mark.parametrize(
    "typed",
    [
        "%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "%7B%7B%20settings%20%7D%7D",
        "%00%01%ff",
        "%F0%9F%98%80",
        "a+OR+1%3D1--",
        "%",
        "&q=&q=b",
    ],
)
def test_strange_input_is_shown_back_harmlessly(visitor: Visitor, site: SiteInMemory, typed: str) -> None:
    open_portal(site.id)
    answer = visitor.get(f"/search/?q={typed}")
    assert answer.status == 200
    assert "<script" not in answer.text
    assert "Table(" not in answer.text


def test_a_long_search_is_refused_with_a_sentence_and_a_huge_one_at_the_door(
    visitor: Visitor, site: SiteInMemory
) -> None:
    open_portal(site.id)
    long = visitor.get(f"/search/?q={'x' * 201}")
    assert (long.status, "Use at most 200 characters" in long.text) == (400, True)
    huge = visitor.get(f"/search/?q={'x' * 1_000_000}")
    assert (huge.status, "The address is too long" in huge.text) == (414, True)
    assert len(huge.body) < 2000


def test_results_are_paged_and_keep_what_was_typed(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.setting("Search/Page Size", "3")
    for number in range(7):
        site.article(f"KA-{number}", f"Refund {number}")
    first = visitor.get("/search/?q=refund").text
    assert "Results for “refund”: 7" in first
    assert 'href="/search/?q=refund&amp;page=2"' in first
    assert len(titles(visitor.get("/search/?q=refund&page=3").text)) == 1


def test_pages_that_stay_out_of_the_search_stay_out(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.page("Hidden treasure", "hidden", parent=site.home, adx_excludefromsearch=True)
    site.page("Coming treasure", "coming", parent=site.home, adx_releasedate="2999-01-01T00:00:00Z")
    site.page("Shown treasure", "shown", parent=site.home)
    assert titles(visitor.get("/search/?q=treasure").text) == ["Shown treasure"]


@given(st.text(max_size=300), st.text(max_size=20))
def test_marking_never_changes_the_words_nor_lets_markup_through(text: str, query: str) -> None:
    shown = str(marked(text, words_of(query) or ["x"]))
    assert html.unescape(re.sub(r"</?mark>", "", shown)) == html.unescape(html.escape(text))
    assert "<" not in re.sub(r"</?mark>", "", shown)


@given(st.text(min_size=300, max_size=2000))
def test_an_excerpt_is_short(text: str) -> None:
    assert len(piece_of(text, ["x"])) <= 230
