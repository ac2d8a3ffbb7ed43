"""Somebody of the demo, signed in at the running product. Where no Chromium is found, nothing is started."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.builders.stack import Stack
from tests.journeys.stack.center import Center

DESK = {"width": 1280, "height": 900}
PATIENCE = 60_000  # milliseconds; the machine may be busy

Enter = Callable[..., Center]


@pytest.fixture(scope="module")
def signed_in(browser: Browser, stack: Stack) -> Callable[[str], Any]:
    """The session of an account; each signs in once, through the form, for sign-ins from one address are counted."""
    kept: dict[str, Any] = {}

    def session(email: str) -> Any:
        if email not in kept:
            context = browser.new_context(base_url=stack.https_url, ignore_https_errors=True)
            kept[email] = _sign_in(context.new_page(), email, stack.password)
            context.close()
        return kept[email]

    return session


@pytest.fixture
def enter(browser: Browser, stack: Stack, signed_in: Callable[[str], Any]) -> Generator[Enter, None, None]:
    """``enter(email)`` opens the center in a browser window of its own."""
    opened: list[BrowserContext] = []

    def window(email: str, **options: Any) -> Center:
        context = browser.new_context(
            base_url=stack.https_url,
            ignore_https_errors=True,  # a browser does not know this home's root; the certificate has a test of its own
            storage_state=signed_in(email),
            viewport=DESK,  # type: ignore[arg-type]
            **options,
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return Center(context.new_page())

    yield window
    for context in opened:
        context.close()


def _sign_in(page: Page, email: str, password: str) -> Any:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/applications/")
    return page.context.storage_state()
