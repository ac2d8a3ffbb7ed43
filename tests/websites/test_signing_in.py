"""Visitors sign in with the directory, say yes once, and are contacts of the organization."""

from __future__ import annotations

import uuid
from collections.abc import Generator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from core.directory import directory_issuer
from domains.models import SslBinding
from portals.models import Portal
from tests.builders.provider import FakeProvider, provider_in_place
from tests.builders.visitors import MARIA
from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal
from tests.websites.signing import accept, come_back, cookie_of, sign_in
from tests.websites.visitor import Visitor
from websites.models import PortalConsent, VisitorSession
from websites.visitors.leading import own_path


@pytest.fixture
def provider() -> Generator[FakeProvider, None, None]:
    with provider_in_place() as found:
        yield found


@pytest.fixture
def portal(site: SiteInMemory) -> Portal:
    return open_portal(site.id)


@pytest.fixture
def maria(rows: RowsInMemory) -> str:
    """Maria's contact, which the organization has already."""
    return rows.put(
        "contacts", str(MARIA), emailaddress1="maria@adventureworks.example", fullname="Maria Campbell", statecode=0
    )


def test_a_visitor_is_sent_to_the_directory_with_state_nonce_and_a_challenge(
    visitor: Visitor, portal: Portal, provider: FakeProvider
) -> None:
    provider.follow(visitor.get("/signin/", x_forwarded_proto="https").headers["location"])
    asked = provider.asked[0]
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == "https://support.portals.localhost:8443/signin/callback/"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3


def test_who_came_over_plain_http_stays_there_where_the_name_is_this_machines(
    visitor: Visitor, portal: Portal, provider: FakeProvider
) -> None:
    answer = come_back(visitor, provider)
    assert provider.asked[0]["redirect_uri"] == "http://support.portals.localhost:8080/signin/callback/"
    assert answer.headers["location"] == "/signin/consent/"
    assert visitor.get("/signin/").headers["location"].startswith("http://localhost:8080/authorize?")

    SslBinding.objects.create(portal=portal, host="support.contoso.com")
    sent = Visitor("support.contoso.com").get("/signin/").headers["location"]
    assert sent.startswith(f"{directory_issuer()}/authorize?")
    assert "redirect_uri=https%3A%2F%2Fsupport.contoso.com" in sent


def test_the_first_sign_in_shows_what_the_portal_wants_and_keeps_nothing_before_yes(
    visitor: Visitor, portal: Portal, provider: FakeProvider, rows: RowsInMemory
) -> None:
    answer = come_back(visitor, provider)
    visitor.cookie = cookie_of(answer)
    page = visitor.get("/signin/consent/").text
    assert "Maria Campbell" in page
    assert "maria@adventureworks.example" in page
    assert "maria-1" in page
    assert not VisitorSession.objects.exists()
    assert not rows.tables.get("contacts")


def test_a_site_without_our_layout_as_an_imported_one_can_be_signed_in_to(
    visitor: Visitor, portal: Portal, provider: FakeProvider, rows: RowsInMemory, site: SiteInMemory, maria: str
) -> None:
    rows.remove("adx_webtemplates", site.templates["Layout"])
    answer = come_back(visitor, provider)
    visitor.cookie = cookie_of(answer)
    page = visitor.get("/signin/consent/")
    assert page.status == 200
    assert "maria@adventureworks.example" in page.text
    assert "<title>Contoso Support</title>" in page.text
    accept(visitor, answer)
    assert VisitorSession.objects.exists()


def test_cancel_makes_no_contact_and_no_session(
    visitor: Visitor, portal: Portal, provider: FakeProvider, rows: RowsInMemory
) -> None:
    answer = accept(visitor, come_back(visitor, provider), says="cancel")
    assert (answer.status, answer.headers["location"]) == (302, "/")
    assert not VisitorSession.objects.exists()
    assert not PortalConsent.objects.exists()
    assert not rows.tables.get("contacts")


def test_accept_signs_in_as_the_contact_that_is_there_and_goes_on(
    visitor: Visitor, portal: Portal, provider: FakeProvider, maria: str
) -> None:
    assert sign_in(visitor, provider).headers["location"] == "/knowledgebase/"
    assert str(VisitorSession.objects.get().contact_id) == maria
    assert "Maria Campbell" in visitor.get("/").text


def test_a_newcomer_becomes_a_contact_once(
    visitor: Visitor, portal: Portal, provider: FakeProvider, rows: RowsInMemory
) -> None:
    sign_in(visitor, provider)
    visitor.cookie = ""
    assert come_back(visitor, provider).headers["location"] == "/knowledgebase/"  # no second consent
    assert [row["emailaddress1"] for row in rows.tables["contacts"].values()] == ["maria@adventureworks.example"]
    assert len(rows.tables["adx_externalidentities"]) == 1
    assert len({session.contact_id for session in VisitorSession.objects.all()}) == 1


def test_consent_counts_at_one_portal_only(
    visitor: Visitor, portal: Portal, provider: FakeProvider, site: SiteInMemory
) -> None:
    sign_in(visitor, provider)
    open_portal(site.id, subdomain="other")
    other = Visitor("other.portals.localhost:8443")
    assert come_back(other, provider).headers["location"] == "/signin/consent/"


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_address_that_is_not_verified_leads_to_no_contact(
    visitor: Visitor, portal: Portal, provider: FakeProvider, maria: str, verified: object
) -> None:
    provider.changes = {"email_verified": verified}
    sign_in(visitor, provider)
    assert str(VisitorSession.objects.get().contact_id) != maria


def test_two_contacts_with_one_address_are_not_guessed_between(
    visitor: Visitor, portal: Portal, provider: FakeProvider, maria: str, rows: RowsInMemory
) -> None:
    rows.put("contacts", str(uuid.uuid4()), emailaddress1="maria@adventureworks.example", statecode=0)
    sign_in(visitor, provider)
    assert str(VisitorSession.objects.get().contact_id) != maria


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "somebody-else"},
        {"iss": "https://evil.example"},
        {"exp": 1_000_000_000},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_for_this_sign_in_is_not_believed(
    visitor: Visitor, portal: Portal, provider: FakeProvider, changes: dict[str, object]
) -> None:
    provider.changes = changes
    answer = come_back(visitor, provider)
    assert (answer.status, "not signed in" in answer.text) == (400, True)
    assert not VisitorSession.objects.exists()


def test_a_token_signed_by_somebody_else_is_not_believed(
    visitor: Visitor, portal: Portal, provider: FakeProvider
) -> None:
    provider.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert come_back(visitor, provider).status == 400


def test_a_key_that_is_new_at_the_provider_is_fetched(visitor: Visitor, portal: Portal, provider: FakeProvider) -> None:
    come_back(visitor, provider)
    provider.key, provider.kid = rsa.generate_private_key(public_exponent=65537, key_size=2048), "two"
    visitor.cookie = ""
    assert come_back(visitor, provider).status == 302


@pytest.mark.parametrize("query", ["error=access_denied&state=x", "code=good&state=forged", "code=bad", "state="])
def test_an_answer_that_does_not_belong_to_the_attempt_is_refused(
    visitor: Visitor, portal: Portal, provider: FakeProvider, query: str
) -> None:
    assert come_back(visitor, provider, query=query).status == 400


def test_an_attempt_of_another_portal_is_worth_nothing(
    visitor: Visitor, portal: Portal, provider: FakeProvider, site: SiteInMemory
) -> None:
    started = visitor.get("/signin/")
    open_portal(site.id, subdomain="other")
    other = Visitor("other.portals.localhost:8443")
    other.cookie = cookie_of(started)
    assert other.get(f"/signin/callback/?{provider.follow(started.headers['location'])}").status == 400


def test_while_the_provider_is_away_the_page_says_so(visitor: Visitor, portal: Portal, provider: FakeProvider) -> None:
    provider.is_away = True
    assert visitor.get("/signin/").status == 503


@pytest.mark.parametrize(
    "text",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nb", "", "/" * 600],
)
def test_nobody_is_led_to_another_site_after_signing_in(text: str) -> None:
    assert own_path(text) == "/"
