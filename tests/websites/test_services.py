"""The page about a portal, and clearing what is kept of it."""

from __future__ import annotations

import pytest

from domains.probe import probe_signature
from tests.builders.visitors import signed_in
from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.visitor import Visitor

RIGHTS = (
    "adx_managecontentsnippets",
    "adx_managesitemarkers",
    "adx_manageweblinksets",
    "adx_previewunpublishedentities",
)


def role_with(site: SiteInMemory, *rights: str) -> str:
    role = site._put("adx_webroles", adx_name="Administrators")
    access = site._put("adx_websiteaccesses", adx_websiteaccess_webrole=[{"adx_webroleid": role}])
    for right in RIGHTS:
        site.rows.tables["adx_websiteaccesses"][access][right] = right in rights
    return role


def test_administrators_see_what_the_portal_is(visitor: Visitor, site: SiteInMemory) -> None:
    role = role_with(site, *RIGHTS)
    portal = open_portal(site.id)
    visitor.cookie = signed_in(portal, role_ids=[role])
    found = visitor.get("/_services/about")
    assert found.status == 200
    assert str(portal.pk) in found.text
    assert found.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("rights", [(), RIGHTS[3:]])
def test_nobody_else_learns_that_it_is_there(visitor: Visitor, site: SiteInMemory, rights: tuple[str, ...]) -> None:
    role = role_with(site, *rights)
    portal = open_portal(site.id)
    assert visitor.get("/_services/about").status == 404
    visitor.cookie = signed_in(portal, role_ids=[role])
    assert visitor.get("/_services/about").status == 404
    assert visitor.post("/_services/about", {}).status == 404


def test_what_has_changed_shows_at_once_after_clearing(visitor: Visitor, site: SiteInMemory) -> None:
    role = role_with(site, *RIGHTS)
    portal = open_portal(site.id)
    article = site.article("KA-1", "Old title")
    assert "Old title" in visitor.get("/").text
    site.rows.put("knowledgearticles", article, title="New title")
    assert "Old title" in visitor.get("/").text
    visitor.cookie = signed_in(portal, role_ids=[role])
    assert "read anew" in visitor.post("/_services/about", {}).text
    visitor.cookie = ""
    assert "New title" in visitor.get("/").text


def test_another_program_says_so_with_the_products_signature(visitor: Visitor, site: SiteInMemory) -> None:
    portal = open_portal(site.id)
    article = site.article("KA-1", "Old title")
    visitor.get("/")
    site.rows.put("knowledgearticles", article, title="New title")
    assert visitor.post("/_services/about", {}, portal_probe="0" * 64).status == 404
    assert visitor.post("/_services/about", {}, portal_probe=probe_signature(portal.pk)).status == 200
    assert "New title" in visitor.get("/").text
