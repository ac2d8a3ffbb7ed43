"""The customer journey inside the instance's own case form, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.builders.adminsite import Cast
from tests.builders.journeys import journey_looks


def form_of(context: BrowserContext, origin: str, address: str) -> Page:
    """A page of that origin with the address in a frame, as a form of the instance has it."""
    html = f'<!DOCTYPE html><html lang="en"><title>Case</title><iframe title="Journey" src="{address}"></iframe></html>'
    context.route(f"{origin}/**", lambda route: route.fulfill(body=html, content_type="text/html"))
    page = context.new_page()
    page.goto(f"{origin}/form")
    return page


def test_the_instances_own_pages_show_it_and_no_others(
    context: BrowserContext, live_server: object, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{live_server}{journey_looks(people.alice, monkeypatch).framed}"

    own = form_of(context, "https://contoso.example", address).frame_locator("iframe")
    own.get_by_text("Already read by the customer").wait_for()
    own.locator("#journey-range").select_option("7d")
    own.get_by_role("button", name="Show").click()
    own.locator("#journey-range option[value='7d'][selected]").wait_for(state="attached")

    foreign = form_of(context, "https://elsewhere.example", address)
    foreign.wait_for_load_state("networkidle")
    assert foreign.frame_locator("iframe").get_by_text("Already read by the customer").count() == 0
