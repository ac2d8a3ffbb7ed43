"""Files of starter content: read, and refused in words where they are wrong."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from portals.catalog import PortalType
from solutions.content import content_rows
from solutions.content.articles import FOLDER as ARTICLES
from solutions.content.articles import article_read
from solutions.content.errors import BadContent
from solutions.content.sites_reader import site_make
from solutions.content.texts_reader import texts_make
from tests.builders.content_files import ENGLISH

WEBSITE = uuid.UUID("11111111-2222-4333-8444-555555555555")

GERMAN, JAPANESE, DANISH = 1031, 1041, 1030

WRITTEN = (ENGLISH, GERMAN, 1036, 3082, 1040, 1043, 1046, 1045, JAPANESE, 2052)

MARKERS = {"Home", "Profile", "Page Not Found", "Access Denied", "Search"}


@pytest.mark.parametrize(("portal_type", "lcid"), [("no_such_type", ENGLISH), ("custom", 1025), ("custom", 1037)])
def test_what_is_no_portal_type_or_language_is_refused(portal_type: str, lcid: int) -> None:
    with pytest.raises(ValueError, match=r"no_such_type|no portal language"):
        content_rows(portal_type=portal_type, options=(), lcid=lcid, website_id=WEBSITE, website_name="x", host="y")


ARTICLE = """+++
number = "KA-09001"
title = "A title"
description = "A line."
category = "Devices"
keywords = "one, two"
+++

Some *text*.
"""


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("+++\nnumber", "number"), "front matter"),
        (("KA-09001", "9001"), "no article number"),
        (('title = "A title"\n', ""), "'title'"),
        (("A line.", "A" * 156), "longer than 155"),
        (("one, two", "word, " * 40), "longer than 155"),
        (('"Devices"', '"Devices, Parts"'), "without commas"),
        (("Some *text*.", ""), "and a text"),
        (('"A line."', "A line."), "a.md"),
    ],
)
def test_a_wrong_article_is_refused_with_its_name(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    path = tmp_path / "1033" / "a.md"
    path.parent.mkdir()
    path.write_text(ARTICLE.replace(*change), "utf-8")
    with pytest.raises(BadContent, match=r"articles/1033/a\.md") as refused:
        article_read(path)
    assert sentence in str(refused.value)


def test_an_article_is_markdown_without_html_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "1033" / "a.md"
    path.parent.mkdir()
    path.write_text(ARTICLE + "\n<script>alert(1)</script>\n", "utf-8")
    read = article_read(path)
    assert "<em>text</em>" in read.content
    assert "<script>" not in read.content


PAGE: Mapping[str, Any] = {"key": "home", "name": "Home", "partial_url": "/", "template": "Home"}

BASE: dict[str, Any] = {"pages": [PAGE], "markers": dict.fromkeys(MARKERS, "home")}

RIGHT: dict[str, Any] = {"name": "Cases", "table": "incident", "scope": "contact", "rights": ["read"], "roles": []}


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"pages": [{**PAGE, "key": "b", "parent": "c"}]}, "does not come before it"),
        ({"pages": [{**PAGE, "parent": "home"}]}, "two pages are called"),
        ({"markers": {"Home": "nowhere"}}, "there are no pages"),
        ({"link_sets": {"Primary Navigation": ["nowhere"]}}, "there are no pages"),
        ({"pages": [{**PAGE, "key": "second"}]}, "it alone"),
        ({"permissions": [RIGHT, RIGHT]}, "there twice"),
        ({"permissions": [{**RIGHT, "parent": "Accounts"}]}, "before its parent"),
        ({"permissions": [{**RIGHT, "roles": ["Nobody"]}]}, "names the roles"),
    ],
)
def test_a_wrong_site_is_refused(own: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        site_make(BASE, own)


def test_a_site_without_its_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="Access Denied"):
        site_make({"pages": [PAGE], "markers": {"Home": "home"}})


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"colours": {}}, "colours"),
        ({"types": {"shop": {}}}, "no portal types"),
        ({"pages": {"home": {"copy": "x"}}}, "has no title"),
        ({"pages": {"home": {"title": "x", "colour": "y"}}}, "unknown keys"),
        ({"types": {"custom": {"snippets": {"a": 1}}}}, "are no texts"),
    ],
)
def test_wrong_texts_are_refused(entries: dict[str, Any], sentence: str) -> None:
    whole = {"pages": {}, "types": {}} | entries
    with pytest.raises(ValueError, match=sentence):
        texts_make(whole, PortalType.CUSTOM, ENGLISH)


def test_no_file_stands_about_unused() -> None:
    counted = Counter(path.parent.name for path in ARTICLES.glob("*/*.md"))
    assert set(counted) == {str(lcid) for lcid in WRITTEN}
