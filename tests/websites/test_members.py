"""An employee portal: nobody reads anything of it without signing in."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from core.directory import directory_issuer
from portals.models import Portal
from tests.builders.provider import provider_in_place
from tests.builders.visitors import signed_in
from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal, starter_site
from tests.websites.signing import accept, come_back, sign_in, state_of
from tests.websites.visitor import Visitor
from websites.models import VisitorSession


@pytest.fixture
def portal(rows: RowsInMemory) -> Portal:
    return open_portal(starter_site(rows, "employee_self_service"), portal_type="employee_self_service")


@pytest.mark.parametrize(
    "path", ["/", "/knowledgebase/", "/search/?q=leave", "/forums/", "/contact/", "/nothing/", "/knowledgebase/feed/"]
)
def test_a_stranger_is_sent_to_sign_in_whatever_they_ask_for(visitor: Visitor, portal: Portal, path: str) -> None:
    answer = visitor.get(path)
    assert answer.headers["location"] == f"/signin/?return={quote(path)}"
    assert visitor.post(path, {"_action": "send", "message": "x"}).status == 302


def test_who_was_sent_to_sign_in_comes_back_to_what_they_searched_for(visitor: Visitor, portal: Portal) -> None:
    address = "/search/?q=%C3%BCbung%26more&page=2"
    wanted = visitor.get(address).headers["location"].partition("return=")[2]
    with provider_in_place() as provider:
        assert accept(visitor, come_back(visitor, provider, path=wanted)).headers["location"] == address
    visitor.cookie = ""
    assert visitor.get(f"/search/?q={'x' * 600}").headers["location"] == "/signin/?return=/search/"


def test_programs_are_told_to_stay_away_and_learn_no_address(visitor: Visitor, portal: Portal) -> None:
    assert "Disallow: /\n" in visitor.get("/robots.txt").text
    assert visitor.get("/sitemap.xml").status == 404


def test_who_is_signed_in_reads_it_and_leaves_nothing_behind_for_others(visitor: Visitor, portal: Portal) -> None:
    visitor.cookie = signed_in(portal)
    page = visitor.get("/")
    assert page.status == 200
    assert page.headers["cache-control"] == "private, no-store"
    visitor.cookie = ""
    assert visitor.get("/").status == 302


def test_signing_out_ends_on_a_page_that_does_not_sign_in_again(visitor: Visitor, portal: Portal) -> None:
    visitor.cookie = signed_in(portal)
    with provider_in_place():
        back = state_of(visitor.post("/signout/", {}))
    visitor.cookie = ""
    assert visitor.get(f"/signout/callback/?state={back}").headers["location"] == "/signout/"
    page = visitor.get("/signout/").text
    assert "You are not signed in" in page
    assert 'action="/signout/" class="actions"' not in page


@pytest.mark.parametrize("claims", [{"acct": 1}, {"acct": "1"}, {"idp": "live.com"}])
def test_a_guest_of_the_directory_is_refused_and_may_come_back_as_somebody_else(
    visitor: Visitor, portal: Portal, claims: dict[str, object]
) -> None:
    with provider_in_place() as provider:
        provider.changes = claims
        answer = come_back(visitor, provider)
    assert (answer.status, "This site is for employees" in answer.text) == (403, True)
    assert "maria@adventureworks.example" in answer.text
    assert 'href="http://localhost:8080/logout?id_token_hint=' in answer.text
    assert "Knowledge base" not in answer.text  # nor the name of any other page
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert not VisitorSession.objects.exists()


@pytest.mark.parametrize("claims", [{}, {"acct": 0}, {"idp": directory_issuer()}, {"acct": 0, "idp": "live.com"}])
def test_a_member_of_the_directory_is_let_in(visitor: Visitor, portal: Portal, claims: dict[str, object]) -> None:
    with provider_in_place() as provider:
        provider.changes = claims
        assert sign_in(visitor, provider).status == 302
    assert VisitorSession.objects.exists()


def test_other_portals_let_guests_in(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    with provider_in_place() as provider:
        provider.changes = {"acct": 1}
        assert sign_in(visitor, provider).status == 302
