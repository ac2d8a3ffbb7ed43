"""The second step of the sign-in, password change, sessions: allauth's pages in our words."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from core.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice@contoso.example", PASSWORD, name="Alice")


def _sign_in(client: Client) -> str:
    answer = client.post(reverse("account_login"), {"login": "alice@contoso.example", "password": PASSWORD})
    return str(answer.headers["Location"])


def _code(secret: str, *, ahead: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead)))


def _activate(client: Client) -> str:
    """Set up an authenticator app; returns its secret."""
    _sign_in(client)
    page = reverse("mfa_activate_totp")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": page})
    shown = client.get(page).content.decode()
    secret = re.search(r"data-copy-source>(\w+)<", shown)
    assert secret
    answer = client.post(page, {"code": _code(secret[1])})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes"), answer.content.decode()
    return secret[1]


def test_setting_up_an_app_asks_for_the_password_first(client: Client, alice: User) -> None:
    _sign_in(client)

    answer = client.get(reverse("mfa_activate_totp"))

    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))


def test_an_app_is_set_up_and_asked_for_at_the_next_sign_in(client: Client, alice: User) -> None:
    secret = _activate(client)
    codes = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert codes.count("<li>") >= 10
    client.post(reverse("account_logout"))

    assert _sign_in(client) == reverse("mfa_authenticate")
    page = client.get(reverse("mfa_authenticate")).content.decode()
    assert "Second step of the sign-in" in page
    assert client.get("/account/").status_code == 302  # the password alone opens nothing
    answer = client.post(reverse("mfa_authenticate"), {"code": _code(secret, ahead=1)})

    assert answer.headers["Location"] == "/applications/"
    assert client.get("/account/").status_code == 200


def test_a_wrong_code_is_told(client: Client, alice: User) -> None:
    _activate(client)
    client.post(reverse("account_logout"))
    _sign_in(client)

    page = client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()

    assert "There is a problem" in page


def test_the_pages_of_the_second_step_stand_in_our_shell(client: Client, alice: User) -> None:
    _activate(client)

    for name in ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        page = client.get(reverse(name)).content.decode()
        assert 'class="tabs"' in page, name
        assert "Your account" in page, name


def test_a_forgotten_password_is_changed_by_a_link(client: Client, alice: User) -> None:
    client.post(reverse("account_reset_password"), {"email": alice.email})

    link = re.search(r"https?://[^\s]+/password/reset/key/[^\s]+", str(mail.outbox[0].body))
    assert link
    path = "/" + link[0].split("/", 3)[3]
    form = client.get(path, follow=True)
    assert "Choose a new password" in form.content.decode()
    answer = client.post(
        form.redirect_chain[-1][0], {"password1": "another long password", "password2": "another long password"}
    )

    assert answer.status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("another long password")


def test_an_unknown_address_is_answered_like_a_known_one(client: Client, alice: User) -> None:
    known = client.post(reverse("account_reset_password"), {"email": alice.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@contoso.example"})

    assert known.headers["Location"] == unknown.headers["Location"]
    assert known.status_code == unknown.status_code


def test_the_other_browsers_are_signed_out(client: Client, alice: User) -> None:
    other = Client()
    _sign_in(other)
    _sign_in(client)
    other.get("/account/")
    client.get("/account/")
    assert UserSession.objects.filter(user=alice).count() == 2
    page = client.get(reverse("usersessions_list")).content.decode()
    assert "This browser" in page
    assert "Sign out everywhere else" in page

    client.post(reverse("usersessions_list"))

    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_too_many_wrong_passwords_lock_the_door_for_a_while(client: Client, alice: User) -> None:
    for _ in range(6):
        client.post(reverse("account_login"), {"login": alice.email, "password": "wrong"})

    answer = client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})

    assert answer.status_code != 302
