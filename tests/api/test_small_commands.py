"""The first administrator's link and the rotation of keys."""

from __future__ import annotations

import base64
import os
import re
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from adminsite.models import SignInLink
from core.models import User
from core.sealed import keyring_parse, secret_open, secret_seal
from organizations.models import Organization, Role
from organizations.policy import reach_of
from tests.builders.api import organization_row

pytestmark = pytest.mark.django_db


def _output(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def _link() -> str:
    return urlsplit(_output("createadmin", "first@contoso.example").strip()).path


def test_createadmin_prints_a_link_and_makes_a_global_administrator_without_a_password() -> None:
    printed = _output("createadmin", "First@Contoso.example")
    assert re.fullmatch(r"http://localhost:8080/sign-in-link/[\w-]{43}/\n", printed)
    user = User.objects.get()
    assert (user.email, user.has_usable_password()) == ("first@contoso.example", False)
    assert reach_of(user).everywhere == {Role.GLOBAL_ADMINISTRATOR}
    assert SignInLink.objects.get().sha256 not in printed


def test_createadmin_twice_makes_one_account(client: Client) -> None:
    assert _link() != _link()
    assert User.objects.count() == 1
    with pytest.raises(CommandError, match="not an e-mail address"):
        _output("createadmin", "nobody")


def test_the_link_signs_in_once_and_leads_to_choosing_a_password(client: Client) -> None:
    path = _link()
    assert client.get(path).status_code == 200
    assert "_auth_user_id" not in client.session
    answer = client.post(path)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/set/")
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)
    again = Client().post(path)
    assert again.status_code == 403
    assert b"does not work any more" in again.content


def test_a_link_is_worth_nothing_after_a_day(client: Client) -> None:
    path = _link()
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(path).status_code == 403
    assert client.post(path).status_code == 403
    assert client.post("/sign-in-link/guessed/").status_code == 403


def test_a_link_is_pressed_on_its_own_page_only() -> None:
    browser, path = Client(enforce_csrf_checks=True), _link()
    assert browser.post(path).status_code == 403
    page = browser.get(path)
    token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.content)
    assert token is not None
    form = {"csrfmiddlewaretoken": token[1].decode()}
    assert browser.post(path, form, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert browser.post(path, form, headers={"Origin": "http://testserver"}).status_code == 302


def test_the_address_of_the_page_is_told_to_no_other_site(client: Client) -> None:
    """``no-referrer`` would be too much: a browser then sends ``Origin: null`` with the form, which CSRF refuses."""
    assert client.get(_link())["Referrer-Policy"] == "same-origin"


def _key(name: str) -> str:
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"


def _sealed(settings: Settings, keyring: str) -> Organization:
    settings.PORTAL_KEYRING = keyring_parse(keyring)
    organization = organization_row("contoso")
    organization.client_secret = secret_seal("s3cret", row=organization.seal_row)
    organization.save()
    return organization


def test_rotatekeys_seals_everything_with_the_newest_key(settings: Settings) -> None:
    old, new = _key("old"), _key("new")
    organization = _sealed(settings, old)
    settings.PORTAL_KEYRING = keyring_parse(f"{new},{old}")
    assert _output("rotatekeys") == "1 sealed anew, 0 with the newest key already.\n"
    assert _output("rotatekeys") == "0 sealed anew, 1 with the newest key already.\n"
    settings.PORTAL_KEYRING = keyring_parse(new)
    organization.refresh_from_db()
    assert secret_open(organization.client_secret, row=organization.seal_row) == "s3cret"


def test_rotatekeys_says_what_it_cannot_open_and_leaves_it(settings: Settings) -> None:
    organization = _sealed(settings, _key("lost"))
    settings.PORTAL_KEYRING = keyring_parse(_key("new"))
    with pytest.raises(CommandError, match=r"keep the old keys.*'lost'"):
        _output("rotatekeys")
    before = organization.client_secret
    organization.refresh_from_db()
    assert organization.client_secret == before
