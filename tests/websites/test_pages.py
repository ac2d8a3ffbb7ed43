"""Pages of a site as a visitor gets them."""

from __future__ import annotations

from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.visitor import Visitor


def test_the_home_page_is_made_of_the_organizations_rows(visitor: Visitor, site: SiteInMemory) -> None:
    portal = open_portal(site.id)
    site.snippet("Home/Heading", "How can we help?")
    site.article("KA-1", "Reset a password")
    answer = visitor.get("/")
    assert answer.status == 200, answer.text
    assert "How can we help?" in answer.text
    assert 'href="/knowledgebase/article/KA-1/"' in answer.text
    assert answer.headers["portal-id"] == str(portal.pk)
