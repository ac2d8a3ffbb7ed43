"""The page Site map: the tree of the pages that the visitor may see."""

from __future__ import annotations

import re

import pytest

from portals.catalog import PortalType
from tests.builders.visitors import signed_in
from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal, starter_site
from tests.websites.visitor import Visitor
from websites.runtime import Runtime
from websites.visitors.members import MEMBERS_ONLY


@pytest.fixture
def map_of(site: SiteInMemory) -> SiteInMemory:
    open_portal(site.id)
    site.page("Site map", "sitemap", parent=site.home, template="Site Map", marker="Site Map", hidden=True)
    return site


def tree(visitor: Visitor) -> str:
    """The list on the page, without what stands between the tags."""
    page = re.sub(r">\s+<", "><", visitor.get("/sitemap/").text)
    return page.split('<ul class="tree">', 1)[1].split("</main>", 1)[0]


@pytest.mark.parametrize("portal_type", PortalType.values)
def test_every_portal_type_has_a_site_map_that_the_foot_of_its_pages_leads_to(
    visitor: Visitor, held: Runtime, rows: RowsInMemory, portal_type: str
) -> None:
    portal = open_portal(starter_site(rows, portal_type), portal_type=portal_type)
    visitor.cookie = signed_in(portal) if portal_type in MEMBERS_ONLY else ""
    assert '<a href="/sitemap/">Site map</a>' in visitor.get("/").text.split("<footer", 1)[1]
    shown = tree(visitor)
    assert 'href="/contact/"' in shown
    assert "/page-not-found/" not in shown
    assert "/sitemap/" not in shown


def test_pages_stand_beneath_those_that_they_belong_to(visitor: Visitor, map_of: SiteInMemory) -> None:
    about = map_of.page("About", "about", parent=map_of.home)
    people = map_of.page("People", "people", parent=about)
    map_of.page("Board", "board", parent=people)
    link = '<li><a class="alone" href="{}">{}</a>'.format
    board = f"<ul>{link('/about/people/board/', 'Board')}</li></ul>"
    assert f"{link('/about/', 'About')}<ul>{link('/about/people/', 'People')}{board}</li></ul></li>" in tree(visitor)


def test_pages_that_are_not_for_the_visitor_are_not_named(visitor: Visitor, map_of: SiteInMemory) -> None:
    board = map_of.page("Board", "board", parent=map_of.home)
    map_of.page("Minutes", "minutes", parent=board)
    map_of.page("Planned", "planned", parent=map_of.home, _adx_publishingstateid_value=map_of.draft)
    rule = {"adx_right": 2, "adx_scope": 1, "_adx_webpageid_value": board}
    map_of.rows.put("adx_webpageaccesscontrolrules", "r", _adx_websiteid_value=map_of.id, **rule)
    shown = tree(visitor)
    assert "Knowledge Base" in shown
    assert [name for name in ("Board", "Minutes", "Planned") if name in shown] == []


def test_a_tree_that_is_too_deep_ends_instead_of_failing(visitor: Visitor, map_of: SiteInMemory) -> None:
    above = map_of.home
    for level in range(1, 15):
        above = map_of.page(f"Level {level}", f"level-{level}", parent=above)
    shown = tree(visitor)
    assert "Level 10<" in shown
    assert "Level 11<" not in shown
