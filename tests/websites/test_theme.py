"""Colours of a portal, and the addresses of what belongs to its look."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.probe import probe_signature
from portals.catalog import PortalType
from solutions.content.templates_reader import templates
from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.test_web_files import file_put
from tests.websites.visitor import Visitor
from websites.colours import READABLE, contrast, ink_on, readable
from websites.theme import BY_TYPE, DARK_PAPER, FONTS, LIGHT_PAPER, SEEN, seen, theme_of

HEADER = templates()["Header"]
colours = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@given(colours, st.sampled_from([LIGHT_PAPER, DARK_PAPER]))
def test_links_can_be_read_whatever_colour_was_chosen(colour: str, paper: str) -> None:
    assert contrast(readable(colour, paper), paper) >= READABLE


@given(colours)
def test_the_ink_on_a_colour_can_be_read(colour: str) -> None:
    assert contrast(ink_on(colour), colour) >= READABLE


@pytest.mark.parametrize("wrong", ["", "red", "#12345", "#1234567", "#12345g", "#123456;}body{display:none", "url(x)"])
def test_what_is_no_colour_is_not_used(wrong: str) -> None:
    portal_type = PortalType.PARTNER
    found = theme_of({"Theme/Primary": wrong}, portal_type=portal_type)
    assert found.css == theme_of({}, portal_type=portal_type).css
    assert len(found.problems) == bool(wrong)


@given(colours, st.sampled_from([LIGHT_PAPER, DARK_PAPER]))
def test_a_button_can_be_told_from_its_page_whatever_colour_was_chosen(colour: str, paper: str) -> None:
    shown = seen(colour, paper)
    assert contrast(shown, paper) >= SEEN
    assert contrast(ink_on(shown), shown) >= READABLE


@pytest.mark.parametrize("portal_type", PortalType.values)
def test_the_colours_of_a_type_are_shown_as_they_are(portal_type: str) -> None:
    theme = theme_of({}, portal_type=portal_type)
    assert theme.problems == ()
    for colour in BY_TYPE[portal_type]:
        assert [seen(colour, paper) for paper in (LIGHT_PAPER, DARK_PAPER)] == [colour, colour]


def test_a_colour_that_nobody_sees_is_moved_and_told() -> None:
    white = theme_of({"Theme/Primary": "#fff"}, portal_type=PortalType.CUSTOM)
    assert white.primary == "#ffffff"
    light, dark = white.css.split("@media")
    assert "--brand:#ffffff" not in light
    assert "--brand:#ffffff;--on-brand:#000000" in dark
    (problem,) = white.problems
    assert "cannot be told from a light page" in problem


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("Theme/Font", "Comic Sans; } body { color: red", "is none of system, humanist"),
        ("Theme/Font", "url(https://x.example/f.woff2)", "is none of"),
        ("Theme/Logo Height", "5000", "no height from 24 to 96"),
        ("Theme/Logo Height", "-1", "no height"),
        ("Theme/Logo Height", "calc(1px)", "no height"),
    ],
)
def test_a_font_or_a_height_that_is_none_is_not_used_and_told(name: str, value: str, said: str) -> None:
    found, usual = theme_of({name: value}, portal_type="custom"), theme_of({}, portal_type="custom")
    assert found.css == usual.css
    assert said in found.problems[0]


def test_a_font_and_a_height_are_chosen_by_settings() -> None:
    found = theme_of({"Theme/Font": "Serif", "Theme/Logo Height": "64px"}, portal_type="custom")
    assert f"--font:{FONTS['serif']};--logo:4rem" in found.css
    assert found.problems == ()


def test_the_logo_is_a_picture_of_this_site_with_its_words(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.template("Page", HEADER)
    site.page("About", "about", parent=site.home)
    file_put(site, "logo.svg")
    site.setting("Theme/Logo Url", "~/Logo.svg")
    site.setting("Theme/Logo Alt", 'Contoso "the firm"')
    text = visitor.get("/about/").text
    assert '<img class="brand__logo" src="/logo.svg" alt="Contoso &#34;the firm&#34;">' in text


@pytest.mark.parametrize("wrong", ["/nothing.png", "https://elsewhere.example/logo.png", "//x/logo.png", "/notes.txt"])
def test_a_logo_that_is_no_picture_of_this_site_is_a_letter_and_told(
    visitor: Visitor, site: SiteInMemory, caplog: pytest.LogCaptureFixture, wrong: str
) -> None:
    portal = open_portal(site.id)
    site.template("Page", HEADER)
    site.page("About", "about", parent=site.home)
    file_put(site, "notes.txt")
    site.setting("Theme/Logo Url", wrong)
    text = visitor.get("/about/").text
    assert "brand__mark" in text
    assert "brand__logo" not in text
    assert "no picture" in caplog.text
    about = visitor.get("/_services/about", portal_probe=probe_signature(portal.pk)).text
    assert "so the first letter of the name is shown" in about


def test_a_setting_changes_the_colours_and_their_address(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.setting("Theme/Primary", "#AA0011")
    address = re.search(r'href="(/_assets/theme\.css\?v=[0-9a-f]+)"', visitor.get("/").text)
    assert address is not None
    answer = visitor.get(address[1])
    assert "--brand:#aa0011" in answer.text
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"


def test_an_address_of_another_version_is_not_kept_for_long(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    assert visitor.get("/_assets/portal.css?v=old").headers["cache-control"] == "public, max-age=300"
    assert visitor.get("/_assets/../settings.py").status == 404
    assert visitor.get("/_assets/other.css").status == 404


def test_the_icon_shows_the_first_letter_escaped(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.rows.put("adx_websites", site.id, adx_name="<script>")
    answer = visitor.get("/_assets/icon.svg")
    assert ">&lt;</text>" in answer.text
    assert answer.headers["content-type"] == "image/svg+xml"
