"""A real browser against a real server. Where no Chromium is found, every journey skips with one line."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from django.core.cache import caches
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import MISSING, chromium_path
from tests.builders.adminsite import Cast, cast

PASSWORD = "a long enough password"
expect.set_options(timeout=20_000)  # milliseconds: what is not there yet on a busy machine is waited for
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=LocalNetworkAccessChecks",  # a page of the internet frames one of this machine
]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Every journey that lacks a browser tells the same place, so that pytest says it in one line."""
    report = yield
    if report.skipped and MISSING in str(report.longrepr):
        report.longrepr = (str(Path(__file__).parent), 1, MISSING)
    return report


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """What a process remembers of people; what all of them do is in the database and goes with the test."""
    caches["process"].clear()


@pytest.fixture(scope="module")
def browser() -> Generator[Browser, None, None]:
    """One for a file's tests, not for all: its event loop holds this thread, where others start loops of their own."""
    path = chromium_path()
    if path is None:
        pytest.skip(MISSING)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Django takes this thread for an asynchronous caller
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def people(transactional_db: None) -> Cast:
    found = cast()
    found.alice.set_password(PASSWORD)
    found.alice.save()
    return found


@pytest.fixture
def context(browser: Browser, live_server: object) -> Generator[BrowserContext, None, None]:
    made = browser.new_context(base_url=str(live_server), viewport={"width": 1280, "height": 900})
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def sign_in(page: Page, email: str) -> None:
    """Through the form, as people do."""
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/applications/")


def photograph(page: Page, name: str) -> None:
    """Keep a picture where PORTAL_SCREENSHOTS names a folder, for people to look at."""
    folder = os.environ.get("PORTAL_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
