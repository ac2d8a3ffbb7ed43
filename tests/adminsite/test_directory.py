"""The directory sends people back to portals that the edge serves, and to nothing else."""

from __future__ import annotations

import pytest
from allauth.idp.oidc.models import Client as OpenIdClient
from django.contrib.auth.models import Group

from adminsite.directory.adapter import DirectoryAdapter
from adminsite.directory.clients import is_portals
from adminsite.directory.views import sign_in_origin
from core.directory import GUESTS
from core.models import User
from domains.models import SslBinding
from tests.builders.organizations import contoso
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db
CALLBACK = "/signin/callback/"


@pytest.fixture(autouse=True)
def portal() -> None:
    made = portal_row(contoso(), subdomain="support")
    made.hostnames.create(host=made.host, state="published")
    SslBinding.objects.create(portal=made, host="support.contoso.com")


@pytest.mark.parametrize(
    "origin",
    [
        "https://support.portals.localhost:8443",
        "https://support.contoso.com:8443",
        "http://support.portals.localhost:8080",
    ],
)
def test_a_portals_sign_in_is_known(origin: str) -> None:
    assert is_portals(f"{origin}{CALLBACK}")


@pytest.mark.parametrize(
    "address",
    [
        "http://support.contoso.com:8080/signin/callback/",
        "http://support.portals.localhost:8443/signin/callback/",
        "https://support.portals.localhost:8080/signin/callback/",
        "http://support.portals.localhost:port/signin/callback/",
        "https://other.portals.localhost:8443/signin/callback/",
        "https://support.portals.localhost:8443/signin/callback/?x=1",
        "https://me@support.portals.localhost:8443/signin/callback/",
        "https://support.portals.localhost:8443/",
        "javascript:alert(1)",
    ],
)
def test_every_other_address_is_refused(address: str) -> None:
    assert not is_portals(address)


def test_the_directory_says_who_is_a_guest() -> None:
    jay, maria = (User.objects.create_user(f"{name}@contoso.example") for name in ("jay", "maria"))
    Group.objects.create(name=GUESTS).user_set.add(maria)
    told = [
        DirectoryAdapter().get_claims("id_token", user, OpenIdClient(), ["openid"])["acct"] for user in (jay, maria)
    ]
    assert told == [0, 1]


def test_the_sign_in_page_names_the_portal_that_it_goes_on_to() -> None:
    asked = "/identity/o/authorize?redirect_uri=http%3A%2F%2Fsupport.portals.localhost%3A8080%2Fsignin%2Fcallback%2F"
    assert sign_in_origin(asked) == "http://support.portals.localhost:8080"
    assert sign_in_origin(f"https://evil.example{asked}") == ""
