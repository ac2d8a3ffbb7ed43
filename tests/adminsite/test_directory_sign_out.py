"""The directory's own end of a portal's sign-out: it believes its own tokens, and leads back to portals alone."""

from __future__ import annotations

from urllib.parse import urlencode

import jwt
import pytest
from allauth.core.internal import jwkkit
from allauth.idp.oidc.models import Client as OpenIdClient
from django.test import Client

from adminsite.directory.clients import client_ensure
from adminsite.directory.keys import signing_key
from core.directory import CLIENT_ID, directory_issuer
from core.models import User
from domains.models import SslBinding
from tests.builders.organizations import contoso
from tests.builders.portals import portal_row

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The default scheme will be changed"),  # of allauth's own form field
]
PORTAL = "https://support.portals.localhost:8443"
CUSTOM = "https://support.contoso.com:8443"


@pytest.fixture(autouse=True)
def portals() -> None:
    made = portal_row(contoso(), subdomain="support")
    made.hostnames.create(host=made.host, state="published")
    SslBinding.objects.create(portal=made, host="support.contoso.com")
    for origin in (PORTAL, CUSTOM):
        client_ensure(f"{origin}/signin/callback/")


@pytest.fixture
def maria(client: Client) -> User:
    user = User.objects.create_user("maria@adventureworks.example", name="Maria Campbell")
    client.force_login(user)
    return user


def token_of(user: User) -> str:
    """An ID token of this directory, long expired, as it is after an afternoon at the portal."""
    jwk, key = jwkkit.load_jwk_from_pem(signing_key())
    claims = {"iss": directory_issuer(), "aud": CLIENT_ID, "sub": str(user.pk), "exp": 1_000_000_000}
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": jwk["kid"]})


def asked(back: str = f"{PORTAL}/signout/callback/", **more: str) -> str:
    return "/identity/o/logout?" + urlencode({"client_id": CLIENT_ID, "post_logout_redirect_uri": back, **more})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_directory_says_where_its_session_ends(client: Client) -> None:
    told = client.get("/.well-known/openid-configuration").json()
    assert told["end_session_endpoint"].endswith("/identity/o/logout")


@pytest.mark.parametrize("origin", [PORTAL, CUSTOM])
def test_a_token_of_the_account_signs_it_out_and_leads_back(client: Client, maria: User, origin: str) -> None:
    answer = client.get(asked(f"{origin}/signout/callback/", state="s", id_token_hint=token_of(maria)))
    assert (answer.status_code, answer["Location"]) == (302, f"{origin}/signout/callback/?state=s")
    assert not is_signed_in(client)


def test_without_a_token_or_with_another_accounts_it_asks_first(client: Client, maria: User) -> None:
    ben = User.objects.create_user("ben@contoso.example")
    for more in ({}, {"id_token_hint": token_of(ben)}, {"id_token_hint": f"{token_of(maria)}x"}):
        page = client.get(asked(**more))
        assert "Sign out here too?" in page.content.decode()
        assert f"form-action 'self' {PORTAL}" in page["Content-Security-Policy"]
        assert is_signed_in(client)


def test_who_says_yes_is_signed_out_and_led_back(maria: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(maria)
    client.get(asked(state="s"))
    values = {"client_id": CLIENT_ID, "post_logout_redirect_uri": f"{PORTAL}/signout/callback/", "state": "s"}
    token = {"csrfmiddlewaretoken": client.cookies["portal_admin_csrf"].value}
    answer = client.post("/identity/o/logout", {**values, **token, "action": "logout"})
    assert answer["Location"] == f"{PORTAL}/signout/callback/?state=s"
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/signout/callback/",
        f"{PORTAL}/elsewhere/",
        "javascript:alert(1)",
        f"{PORTAL}@evil.example/",
    ],
)
def test_it_leads_to_no_other_address(client: Client, maria: User, back: str) -> None:
    answer = client.get(asked(back, id_token_hint=token_of(maria)))
    assert "Location" not in answer
    assert "This does not lead on" in answer.content.decode()


def test_portals_that_were_known_before_get_their_way_back(client: Client) -> None:
    OpenIdClient.objects.update(data=None)
    client_ensure(f"{PORTAL}/signin/callback/")
    known = OpenIdClient.objects.get(pk=CLIENT_ID)
    assert known.get_post_logout_redirect_uris() == [f"{origin}/signout/callback/" for origin in (PORTAL, CUSTOM)]
