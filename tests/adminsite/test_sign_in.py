"""Getting in, staying in, getting out."""

from __future__ import annotations

import pytest
import time_machine
from django.conf import global_settings
from django.test import Client
from django.urls import reverse

from adminsite import settings as product
from core.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice@contoso.example", PASSWORD, name="Alice")


def _sign_in(client: Client, **headers: str) -> None:
    answer = client.post(
        reverse("account_login"), {"login": "alice@contoso.example", "password": PASSWORD}, headers=headers
    )
    assert answer.status_code == 302, answer.content.decode()


def test_the_sign_in_page_is_the_door(client: Client) -> None:
    answer = client.get("/applications/", follow=True)

    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/applications/"
    assert "Sign in" in answer.content.decode()


def test_a_sign_in_leads_to_the_applications_tab(client: Client, alice: User) -> None:
    answer = client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})

    assert answer.headers["Location"] == "/applications/"


def test_a_wrong_password_is_told_and_the_address_kept(client: Client, alice: User) -> None:
    page = client.post(reverse("account_login"), {"login": alice.email, "password": "wrong"}).content.decode()

    assert "There is a problem" in page
    assert alice.email in page
    assert "wrong" not in page.split("<main")[1]


def test_nobody_can_sign_up(client: Client) -> None:
    page = client.get(reverse("account_signup")).content.decode()

    assert "Accounts are made by administrators" in page


def test_the_demo_hint_names_the_file_and_never_the_password(client: Client, settings: object) -> None:
    settings.PORTAL_DEMO = True  # type: ignore[attr-defined]
    settings.PORTAL_DEMO_PASSWORD = "the-secret-of-the-demo"  # type: ignore[attr-defined]

    page = client.get(reverse("account_login")).content.decode()

    assert "demo-accounts.json" in page
    assert "the-secret-of-the-demo" not in page


def test_a_sign_in_ends_after_thirty_idle_minutes(client: Client, alice: User) -> None:
    with time_machine.travel("2026-11-22T08:00:00Z", tick=False) as clock:
        _sign_in(client)
        clock.shift(29 * 60)
        assert client.get("/account/").status_code == 200
        clock.shift(31 * 60)
        assert client.get("/account/").status_code == 302


def test_a_page_that_only_polls_does_not_keep_its_reader_signed_in(client: Client, alice: User) -> None:
    with time_machine.travel("2026-11-22T08:00:00Z", tick=False) as clock:
        _sign_in(client)
        for _ in range(31):
            clock.shift(60)
            client.get("/applications/live/")
        assert client.get("/account/").status_code == 302


def test_a_sign_in_ends_after_eight_hours_however_busy(client: Client, alice: User) -> None:
    with time_machine.travel("2026-11-22T08:00:00Z", tick=False) as clock:
        _sign_in(client)
        for _ in range(24):
            clock.shift(20 * 60)
            assert client.get("/account/").status_code == 200
        clock.shift(60)
        assert client.get("/account/").status_code == 302


def test_over_https_both_cookies_belong_to_this_host_alone(client: Client, alice: User) -> None:
    _sign_in(client, **{"X-Forwarded-Proto": "https"})

    for name in ("portal_admin_session", "portal_admin_csrf"):
        assert name not in client.cookies
        cookie = client.cookies[f"__Host-{name}"]
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]
    assert client.get("/account/", headers={"X-Forwarded-Proto": "https"}).status_code == 200


def test_a_sign_in_over_plain_http_does_not_count_over_https(client: Client, alice: User) -> None:
    _sign_in(client)

    assert client.get("/account/").status_code == 200
    assert client.get("/account/", headers={"X-Forwarded-Proto": "https"}).status_code == 302


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost:8080/applications/?state=failed"}

    answer = client.get("/account/", headers=headers)

    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=/applications/%3Fstate%3Dfailed"


def test_signing_out_ends_the_sign_in(client: Client, alice: User) -> None:
    client.force_login(alice)

    client.post(reverse("account_logout"))

    assert client.get("/account/").status_code == 302


def test_the_product_keeps_passwords_by_djangos_strong_hasher() -> None:
    assert not hasattr(product, "PASSWORD_HASHERS")  # tests have a quick one, see tests/conftest.py
    assert global_settings.PASSWORD_HASHERS[0].endswith("PBKDF2PasswordHasher")
