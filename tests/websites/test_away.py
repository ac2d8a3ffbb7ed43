"""While the organization is away, who is signed in reads what is held, and of the rest what is away, in the layout."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from portals.models import Portal
from tests.builders.provider import FakeProvider, provider_in_place
from tests.builders.visitors import MARIA, signed_in
from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal, starter_site
from tests.websites.signing import accept, come_back
from tests.websites.visitor import Visitor
from websites.models import VisitorSession
from websites.visitors import roles


@pytest.fixture
def staff(rows: RowsInMemory, visitor: Visitor) -> Portal:
    """An employee portal that Maria has read, and whose organization is away now."""
    portal = open_portal(starter_site(rows, "employee_self_service"), portal_type="employee_self_service")
    rows.put("contacts", str(MARIA), fullname="Maria Campbell")
    visitor.cookie = signed_in(portal)
    assert visitor.get("/").status == 200
    rows.is_away = True
    return portal


def looked_at(ago: timedelta) -> None:
    """The roles were."""
    VisitorSession.objects.update(roles_read_at=timezone.now() - ago)


@pytest.mark.parametrize("path", ["/", "/knowledgebase/", "/search/?q=leave", "/sitemap/"])
def test_pages_of_the_site_are_served_as_they_were_read(visitor: Visitor, staff: Portal, path: str) -> None:
    looked_at(timedelta(minutes=5))
    page = visitor.get(path)
    assert (page.status, "Maria Campbell" in page.text) == (200, True)


def test_a_page_of_live_records_says_what_is_away_in_the_sites_own_layout(visitor: Visitor, staff: Portal) -> None:
    page = visitor.get("/support/?page=2")
    assert (page.status, page.headers["retry-after"]) == (503, "30")
    assert page.headers["cache-control"] == "no-store"
    assert "Nothing is lost" in page.text
    assert "Maria Campbell" in page.text
    assert 'href="/support/?page=2"' in page.text
    assert visitor.get("/support/", sec_fetch_dest="image").text.count("<nav") == 0


def test_what_was_typed_is_kept_even_where_the_forms_own_page_is_away(visitor: Visitor, staff: Portal) -> None:
    page = visitor.post("/profile/", {"_action": "save", "firstname": 'Maria "<b>'})
    assert page.status == 503
    assert "What you typed is still here" in page.text
    assert 'name="firstname" value="Maria &#34;&lt;b&gt;"' in page.text
    assert 'name="_action" value="save"' in page.text


def test_roles_of_the_last_look_hold_for_some_hours_and_no_longer(
    visitor: Visitor, site: SiteInMemory, rows: RowsInMemory
) -> None:
    portal = open_portal(site.id)
    role = site._put("adx_webroles", adx_name="Members")
    page = site.page("Members", "members", parent=site.home)
    rule = [{"adx_webroleid": role}]
    site._put(
        "adx_webpageaccesscontrolrules",
        adx_right=2,
        _adx_webpageid_value=page,
        adx_webpageaccesscontrolrule_webrole=rule,
    )
    visitor.cookie = signed_in(portal, role_ids=[role])
    rows.put("contacts", str(MARIA), adx_webrole_contact=rule)
    assert visitor.get("/members/").status == 200
    rows.is_away = True
    looked_at(timedelta(hours=3))
    assert visitor.get("/members/").status == 200
    looked_at(timedelta(hours=5))
    assert visitor.get("/members/").status == 403
    assert VisitorSession.objects.get().role_ids == [role]
    rows.is_away = False
    roles._away_until.clear()
    assert visitor.get("/members/").status == 200


def test_nobody_waits_for_the_roles_on_every_page(visitor: Visitor, staff: Portal, rows: RowsInMemory) -> None:
    looked_at(timedelta(minutes=5))
    rows.calls.clear()
    visitor.get("/")
    visitor.get("/knowledgebase/")
    assert len(rows.calls) == 1
    rows.is_away = False
    with patch("websites.visitors.roles.ASKED_AGAIN", 0.0):
        roles._away_until.clear()
        visitor.get("/")
    assert VisitorSession.objects.get().roles_read_at > timezone.now() - timedelta(minutes=1)


@pytest.fixture
def provider() -> Generator[FakeProvider, None, None]:
    with provider_in_place() as found:
        yield found


def test_a_sign_in_that_cannot_be_finished_begins_anew(
    visitor: Visitor, site: SiteInMemory, provider: FakeProvider, rows: RowsInMemory
) -> None:
    open_portal(site.id)
    asked = come_back(visitor, provider)
    rows.is_away = True
    page = accept(visitor, asked)
    assert (page.status, page.headers["retry-after"]) == (503, "30")
    assert "You are not signed in" in page.text
    assert 'href="/signin/"' in page.text
    assert not VisitorSession.objects.exists()
