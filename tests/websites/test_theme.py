"""Colours of a portal, and the addresses of what belongs to its look."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portals.catalog import PortalType
from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.visitor import Visitor
from websites.theme import DARK_PAPER, LIGHT_PAPER, READABLE, contrast, ink_on, readable, theme_of

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
    assert theme_of({"Theme/Primary": wrong}, portal_type=portal_type) == theme_of({}, portal_type=portal_type)


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
