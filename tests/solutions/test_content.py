"""The starter content: complete in ten languages, whole in itself, refused with a clear sentence where it is not."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest

from portals.catalog import OPTIONS_FOR_TYPE, Option, PortalType
from solutions.content import ContentRow, Shared, content_language, content_rows
from solutions.content.articles import articles
from solutions.content.keys import SETS
from solutions.content.sites_reader import site
from solutions.content.templates_reader import FOLDER as TEMPLATES
from solutions.content.templates_reader import templates
from solutions.content.texts_reader import FOLDER as TEXTS
from solutions.content.texts_reader import texts
from solutions.content.values import Article
from tests.builders.content_files import ENGLISH, left_in_english, names, parts, places

WEBSITE = uuid.UUID("11111111-2222-4333-8444-555555555555")
GERMAN, JAPANESE, DANISH = 1031, 1041, 1030
WRITTEN = (ENGLISH, GERMAN, 1036, 3082, 1040, 1043, 1046, 1045, JAPANESE, 2052)
MARKERS = {"Home", "Profile", "Page Not Found", "Access Denied", "Search"}
KNOWLEDGE_MARKERS = {"Knowledge Base", "Knowledge Article"}
WORDS = parts(TEXTS, ENGLISH)
every_type = pytest.mark.parametrize("portal_type", list(PortalType))
every_language = pytest.mark.parametrize("lcid", [ENGLISH, GERMAN, JAPANESE, DANISH])
every_translation = pytest.mark.parametrize("lcid", WRITTEN[1:])
IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")  # Japanese and Chinese put no space between words


def made(portal_type: str, lcid: int = ENGLISH, **changes: Any) -> tuple[ContentRow, ...]:
    options = OPTIONS_FOR_TYPE.get(PortalType(portal_type), ())
    given: dict[str, Any] = {"website_id": WEBSITE, "website_name": "Contoso Support", "host": "support.example"}
    return content_rows(portal_type=portal_type, options=options, lcid=lcid, **given | changes)


def options_of(portal_type: PortalType) -> frozenset[Option]:
    return frozenset(OPTIONS_FOR_TYPE.get(portal_type, ()))


def of(rows: tuple[ContentRow, ...], table: str) -> list[ContentRow]:
    return [row for row in rows if row.logical_name == table]


def target(row: ContentRow, navigation: str) -> uuid.UUID:
    return uuid.UUID(re.findall(r"\((.+)\)", row.values[f"{navigation}@odata.bind"])[0])


def named(rows: tuple[ContentRow, ...], table: str) -> dict[str, ContentRow]:
    return {row.values["adx_name"]: row for row in of(rows, table)}


@every_type
@every_language
def test_every_lookup_leads_to_a_row_that_is_written_before(portal_type: PortalType, lcid: int) -> None:
    written: set[tuple[str, uuid.UUID]] = set()
    for row in made(portal_type, lcid):
        for name, value in row.values.items():
            if name.endswith("@odata.bind"):
                entity_set, id = re.fullmatch(r"/(\w+)\((.+)\)", value).groups()  # type: ignore[union-attr]
                assert (entity_set, uuid.UUID(id)) in written, (row.logical_name, name)
        written.add((row.entity_set, row.id))
    assert len(written) == len(made(portal_type, lcid))


@every_type
def test_the_tables_come_in_one_piece_each_and_in_the_declared_order(portal_type: PortalType) -> None:
    tables = [row.logical_name for row in made(portal_type)]
    runs = [table for table, before in zip(tables, ["", *tables], strict=False) if table != before]
    assert runs == [table for table in SETS if table in tables]


@every_type
@every_language
def test_every_page_has_a_place_and_words_in_the_websites_language(portal_type: PortalType, lcid: int) -> None:
    rows = made(portal_type, lcid)
    (language,) = of(rows, "adx_websitelanguage")
    pages = of(rows, "adx_webpage")
    roots = {row.id for row in pages if row.values["adx_isroot"]}
    contents = [row for row in pages if not row.values["adx_isroot"]]
    assert {target(row, "adx_rootwebpageid") for row in contents} == roots
    assert {target(row, "adx_webpagelanguageid") for row in contents} == {language.id}
    assert all(row.values["adx_title"] for row in contents)


@every_type
def test_pages_are_published_in_the_default_state(portal_type: PortalType) -> None:
    rows = made(portal_type)
    (default,) = [row for row in of(rows, "adx_publishingstate") if row.values["adx_isdefault"]]
    assert default.values["adx_isvisible"]
    assert {target(row, "adx_publishingstateid") for row in of(rows, "adx_webpage")} == {default.id}


@every_type
def test_the_website_comes_first_and_is_not_active_yet(portal_type: PortalType) -> None:
    first = made(portal_type, GERMAN)[0]
    assert (first.logical_name, first.id) == ("adx_website", WEBSITE)
    assert (first.values["adx_name"], first.values["adx_primarydomainname"]) == ("Contoso Support", "support.example")
    assert (first.values["adx_website_language"], first.values["statecode"]) == (GERMAN, 1)


@every_type
def test_site_markers_point_to_pages_and_none_is_missing(portal_type: PortalType) -> None:
    rows = made(portal_type)
    roots = {row.id for row in of(rows, "adx_webpage") if row.values["adx_isroot"]}
    markers = named(rows, "adx_sitemarker")
    expected = MARKERS if portal_type == PortalType.CUSTOM else MARKERS | KNOWLEDGE_MARKERS
    assert set(markers) == set(site(portal_type, options_of(portal_type)).markers) >= expected
    assert all(target(marker, "adx_pageid") in roots for marker in markers.values())


@every_type
def test_addresses_are_those_that_the_runtime_knows(portal_type: PortalType) -> None:
    source = site(portal_type)
    pages = {page.key: page for page in source.pages}

    def path(key: str) -> str:
        page = pages[key]
        return path(page.parent) + page.partial_url + "/" if page.parent else "/"

    assert path(source.markers["Home"]) == "/"
    assert path(source.markers["Search"]) == "/search/"
    if portal_type != PortalType.CUSTOM:
        assert path(source.markers["Knowledge Base"]) == "/knowledgebase/"
        assert path(source.markers["Knowledge Article"]) == "/knowledgebase/article/"
    assert len({path(key) for key in pages}) == len(pages)


@every_type
def test_the_three_web_roles_of_every_portal_are_there_with_their_flags(portal_type: PortalType) -> None:
    roles = named(made(portal_type), "adx_webrole")
    flags = {
        name: (role.values["adx_authenticatedusersrole"], role.values["adx_anonymoususersrole"])
        for name, role in roles.items()
    }
    assert flags["Administrators"] == (False, False)
    assert flags["Authenticated Users"] == (True, False)
    assert flags["Anonymous Users"] == (False, True)


def test_a_partner_portal_has_the_partners_roles_and_its_options_theirs() -> None:
    plain = {row.values["adx_name"] for row in of(made("partner"), "adx_webrole")}
    assert {"Partner administrator", "Partner manager", "Partner seller"} <= plain
    assert {"FS Customer Approver", "PSA Partner Reviewer"} <= plain
    without = content_rows(
        portal_type="partner", options=(), lcid=ENGLISH, website_id=WEBSITE, website_name="x", host="y"
    )
    assert "FS Customer Approver" not in {row.values["adx_name"] for row in of(without, "adx_webrole")}


@every_language
@pytest.mark.parametrize("portal_type", [type for type in PortalType if type != PortalType.CUSTOM])
def test_articles_are_published_in_the_portals_language(portal_type: PortalType, lcid: int) -> None:
    locale = uuid.uuid4()
    found = of(made(portal_type, lcid, shared=Shared(None, locale))[:], "knowledgearticle")
    assert len(found) >= 6
    assert {row.values["statecode"] for row in found} == {3}
    assert {target(row, "languagelocaleid") for row in found} == {locale}
    assert all(len(row.values["keywords"]) <= 155 and len(row.values["description"]) <= 155 for row in found)


def test_a_custom_portal_has_no_articles() -> None:
    assert not of(made("custom"), "knowledgearticle")


@pytest.mark.parametrize("lcid", WRITTEN)
def test_there_are_enough_articles_in_each_language_and_each_says_something(lcid: int) -> None:
    read = articles(lcid)
    assert len(read) >= 8
    for article in read.values():
        assert 120 <= words_of(article.content) <= 250, (article.slug, words_of(article.content))


def words_of(html: str) -> int:
    """How many words a reader meets. Where no spaces stand between words, two characters are one on average."""
    text = re.sub(r"<[^>]+>", " ", html)
    spaced = [word for word in IDEOGRAPHS.sub(" ", text).split() if any(map(str.isalnum, word))]
    return len(spaced) + len(IDEOGRAPHS.findall(text)) // 2


@pytest.mark.parametrize("lcid", WRITTEN)
def test_no_mark_of_emphasis_is_shown_as_a_star(lcid: int) -> None:
    """A mark next to punctuation emphasises nothing, which happens easily where there are no spaces."""
    texts_shown = [article.content for article in articles(lcid).values()]
    for portal_type in PortalType:
        texts_shown += [page.copy for page in texts(portal_type, lcid).pages.values()]
    assert not [text for text in texts_shown if "*" in text]


def test_the_languages_tell_the_same_articles_under_the_same_numbers() -> None:
    numbers = [{slug: article.number for slug, article in articles(lcid).items()} for lcid in WRITTEN]
    assert all(other == numbers[0] for other in numbers)


def test_every_article_is_shown_somewhere() -> None:
    shown = {slug for portal_type in PortalType for slug in site(portal_type).articles}
    assert shown == set(articles(ENGLISH))


@pytest.mark.parametrize("portal_type", [type for type in PortalType if type != PortalType.CUSTOM])
def test_a_setting_says_which_categories_the_portal_shows(portal_type: PortalType) -> None:
    rows = made(portal_type, GERMAN)
    shown = named(rows, "adx_sitesetting")["Knowledge/Categories"].values["adx_value"].split(", ")
    own = list(dict.fromkeys(row.values["keywords"].split(", ")[0] for row in of(rows, "knowledgearticle")))
    assert shown[: len(own)] == own
    for lcid in WRITTEN:
        also = {articles(lcid)[slug].category for slug in site(portal_type).articles}
        assert also <= set(shown)


def test_employees_topics_are_not_those_of_other_portals() -> None:
    """Else an article for employees would show on a portal for customers of the same organization."""
    topics = {
        portal_type: set(
            named(made(portal_type), "adx_sitesetting")["Knowledge/Categories"].values["adx_value"].split(", ")
        )
        for portal_type in PortalType
        if portal_type != PortalType.CUSTOM
    }
    employees = topics.pop(PortalType.EMPLOYEE_SELF_SERVICE)
    assert all(employees.isdisjoint(others) for others in topics.values())


@every_translation
def test_the_pages_and_samples_of_a_language_are_those_of_english(lcid: int) -> None:
    """Part by part and in one order: pages, snippets of the types, samples down to the posts of a thread."""
    assert names(parts(TEXTS, lcid)) == names(WORDS)


@every_translation
def test_the_same_is_filled_into_a_text_in_every_language(lcid: int) -> None:
    assert places(parts(TEXTS, lcid)) == places(WORDS)


@every_translation
def test_no_line_of_a_page_or_sample_was_left_in_english(lcid: int) -> None:
    own = parts(TEXTS, lcid)
    pairs = [(own[part][name], english) for part, words in WORDS.items() for name, english in words.items()]
    assert not [left for text, english in pairs for left in left_in_english(text, english, lcid)]


@pytest.mark.parametrize("lcid", WRITTEN)
def test_no_line_of_a_post_ends_in_the_middle_of_a_sentence(lcid: int) -> None:
    """Line ends of posts are shown: what is wrapped in the file would be wrapped on the page."""
    contents = [row.values["adx_content"] for row in of(made("community", lcid), "adx_communityforumpost")]
    assert not [text for text in contents if re.search(r"[^\n]\n(?![\n>*-]|\d+\.)", text)]


@every_translation
def test_no_line_of_an_article_was_left_in_english(lcid: int) -> None:
    pairs = [(told(article), told(articles(ENGLISH)[slug])) for slug, article in articles(lcid).items()]
    assert not [left for text, english in pairs for left in left_in_english(text, english, lcid)]


def told(article: Article) -> str:
    content = re.sub(r"<[^>]+>", "", article.content)
    return "\n".join([article.title, article.description, article.category, content])


def test_another_language_gets_english_words_but_is_itself() -> None:
    assert [content_language(lcid) for lcid in (*WRITTEN, DANISH)] == [*WRITTEN, ENGLISH]
    rows = made("custom", DANISH)
    (language,) = of(rows, "adx_portallanguage")
    assert (language.values["adx_lcid"], language.values["adx_languagecode"]) == (DANISH, "da-DK")
    assert language.values["adx_displayname"] == "Dansk"
    assert any(row.values.get("adx_title") == "About us" for row in of(rows, "adx_webpage"))


def test_every_snippet_that_the_templates_ask_for_is_there() -> None:
    asked = {
        name
        for source in templates().values()
        for name in re.findall(r'snippets\["([^"]+)"\]', source)
        if name not in {"Site Name"}  # the website's own name stands there
    }
    cards = {name for name in asked if name.startswith("Home/")}
    for portal_type in PortalType:
        missing = asked - cards - texts(portal_type, ENGLISH).snippets.keys()
        assert not missing, portal_type


def test_the_templates_that_pages_use_are_there() -> None:
    used = {page.template for portal_type in PortalType for page in site(portal_type).pages}
    assert used <= templates().keys()
    assert {"Layout", "Header", "Footer"} <= templates().keys()
    assert TEMPLATES.is_dir()


def test_ids_are_the_same_in_every_attempt_and_differ_between_websites() -> None:
    first, again, other = made("community"), made("community"), made("community", website_id=uuid.uuid4())
    assert first == again
    shared = {row.logical_name for row in first if row.id in {row.id for row in other}}
    assert shared == {"adx_portallanguage", "knowledgearticle", "contact"}


def test_a_portal_language_that_the_organization_has_is_used() -> None:
    theirs = uuid.uuid4()
    rows = made("custom", shared=Shared(portal_language_id=theirs))
    assert not of(rows, "adx_portallanguage")
    assert target(of(rows, "adx_websitelanguage")[0], "adx_PortalLanguageId") == theirs


def test_the_websites_name_stands_in_its_snippets() -> None:
    footer = named(made("custom"), "adx_contentsnippet")["Footer/Text"]
    assert footer.values["adx_value"] == "© Contoso Support"
