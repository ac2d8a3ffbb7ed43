"""Signing in with a passkey, held by a browser's virtual authenticator."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.builders.adminsite import Cast
from tests.journeys.conftest import PASSWORD, photograph, sign_in


def test_a_passkey_is_added_and_signs_in_without_a_password(page: Page, people: Cast) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page, people.alice.email)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("My laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("My laptop")).to_be_visible()
    photograph(page, "passkeys")

    page.locator("summary", has_text="Alice").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    photograph(page, "login")
    page.get_by_role("button", name="Sign in with a passkey").click()

    page.wait_for_url("**/applications/")
    expect(page.locator("summary", has_text="Alice")).to_be_visible()
