"""Sign out ends the portal's session whatever happens, and then the provider's, and leads home."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from core.directory import CLIENT_ID, directory_issuer
from core.sealed import secret_open
from domains.models import SslBinding
from portals.models import Portal
from tests.builders.provider import FakeProvider, provider_in_place
from tests.builders.visitors import signed_in
from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.signing import asked_at_sign_out, come_back, cookie_of, leads_to, sign_in, state_of
from tests.websites.visitor import Answer, Visitor
from websites.models import VisitorSession


@pytest.fixture
def provider() -> Generator[FakeProvider, None, None]:
    with provider_in_place() as found:
        yield found


@pytest.fixture
def portal(site: SiteInMemory) -> Portal:
    return open_portal(site.id)


def clears_the_cookie(answer: Answer) -> bool:
    return "portal_visitor=" in answer.headers["set-cookie"] and "Max-Age=0" in answer.headers["set-cookie"]


def test_a_visitor_signs_out_here_and_then_at_the_provider(
    visitor: Visitor, portal: Portal, provider: FakeProvider
) -> None:
    sign_in(visitor, provider)
    assert "Sign out" in visitor.get("/signout/").text
    assert VisitorSession.objects.exists()  # a GET asks
    session = VisitorSession.objects.get()
    token = secret_open(session.id_token, row=session.seal_row)
    answer = visitor.post("/signout/", {})
    assert not VisitorSession.objects.exists()
    assert clears_the_cookie(answer)
    assert leads_to(answer).startswith("http://localhost:8080/logout?")  # who came over plain HTTP stays there
    asked = asked_at_sign_out(answer)
    assert asked["id_token_hint"] == token
    assert asked["client_id"] == CLIENT_ID
    assert asked["post_logout_redirect_uri"] == "http://support.portals.localhost:8080/signout/callback/"
    assert "Finish signing out" in answer.text  # for a browser that does not go on by itself
    assert answer.headers["cache-control"] == "no-store"


def test_the_token_is_stored_and_travels_sealed_alone(visitor: Visitor, portal: Portal, provider: FakeProvider) -> None:
    asking = cookie_of(come_back(visitor, provider))
    visitor.cookie = ""
    sign_in(visitor, provider)
    session = VisitorSession.objects.get()
    token = secret_open(session.id_token, row=session.seal_row)
    assert token.count(".") == 2
    assert token not in session.id_token
    assert token not in asking


def test_coming_back_leads_to_the_home_page(visitor: Visitor, portal: Portal, provider: FakeProvider) -> None:
    visitor.cookie = signed_in(portal)
    state = state_of(visitor.post("/signout/", {}))
    for query in (f"state={state}", "state=forged", "", "state=https://evil.example/"):
        answer = visitor.get(f"/signout/callback/?{query}")
        assert (answer.status, answer.headers["location"]) == (302, "/")


def test_at_a_custom_domain_one_comes_back_there(visitor: Visitor, portal: Portal, provider: FakeProvider) -> None:
    SslBinding.objects.create(portal=portal, host="support.contoso.com")
    custom = Visitor("support.contoso.com:8443")
    custom.cookie = signed_in(portal).replace("portal_visitor", "__Host-portal_visitor")
    answer = custom.post("/signout/", {}, x_forwarded_proto="https")
    assert leads_to(answer).startswith(f"{directory_issuer()}/logout?")
    assert asked_at_sign_out(answer)["post_logout_redirect_uri"] == "https://support.contoso.com:8443/signout/callback/"


def test_without_a_token_the_provider_is_asked_by_name(
    visitor: Visitor, portal: Portal, provider: FakeProvider
) -> None:
    visitor.cookie = signed_in(portal)  # as one begun before tokens were kept
    asked = asked_at_sign_out(visitor.post("/signout/", {}))
    assert "id_token_hint" not in asked
    assert asked["client_id"] == CLIENT_ID


@pytest.mark.parametrize("what", ["away", "no page for it"])
def test_a_provider_keeps_nobody_signed_in(visitor: Visitor, portal: Portal, provider: FakeProvider, what: str) -> None:
    sign_in(visitor, provider)  # its description is remembered from here
    provider.is_away, provider.has_sign_out = what == "away", False
    answer = visitor.post("/signout/", {})
    assert (answer.status, answer.headers["location"]) == (302, "/")
    assert not VisitorSession.objects.exists()
    assert clears_the_cookie(answer)


def test_a_site_that_cannot_be_read_keeps_nobody_signed_in(
    visitor: Visitor, portal: Portal, provider: FakeProvider, site: SiteInMemory
) -> None:
    visitor.cookie = signed_in(portal)
    site.rows.is_away = True  # and nothing was read before
    answer = visitor.post("/signout/", {})
    assert not VisitorSession.objects.exists()
    assert clears_the_cookie(answer)
    assert leads_to(answer)


def test_who_is_not_signed_in_is_sent_nowhere_else(visitor: Visitor, portal: Portal, provider: FakeProvider) -> None:
    assert visitor.post("/signout/", {}).headers["location"] == "/"
    visitor.cookie = signed_in(portal)
    assert visitor.post("/signout/", {}, sec_fetch_site="cross-site").status == 403
    assert VisitorSession.objects.exists()
