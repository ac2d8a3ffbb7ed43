"""A portal is connected to the demo's hub, a visitor reads and searches, and the hub has it seconds later."""

from __future__ import annotations

import json
import time

import pytest
from playwright.sync_api import Page, expect

from tests.builders.stack import Stack
from tests.journeys.stack.center import PATIENCE, Center, Wish
from tests.journeys.stack.conftest import Enter

pytestmark = [
    pytest.mark.stack,
    pytest.mark.browser,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(240),
]

JAY = "jay@contoso.example"
WISH = Wish("Contoso Tracked", "contoso-tracked", "Customer", "Customer Self Service Portal")
MARIA = "maria@adventureworks.example"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"  # one of the tests' own says so
KEPT = """
import json
from analytics.hub.models import Interaction
from websites.models import VisitorSession
contact = VisitorSession.objects.get(portal_id="{portal}").contact_id
kept = Interaction.objects.filter(portal="{portal}", contact=str(contact)).order_by("ts")
print("kept", json.dumps(list(kept.values_list("txt", flat=True))))
"""


def test_from_configure_to_what_a_visitor_did(stack: Stack, enter: Enter) -> None:
    center = enter(JAY)
    page = center.page
    center.set_up(WISH)
    address = center.provisioned()
    page.get_by_role("link", name="Portal details and actions").click()
    page.get_by_role("link", name="Portal Analytics").last.click()
    expect(page.get_by_role("heading", level=1, name="Tracking Portal Interaction")).to_be_visible()
    portal = page.url.split("/portals/")[1].split("/")[0]
    _configure(stack, center)
    title = _visit(stack, page, address)
    assert _kept(stack, portal, count=2) == ["printer", title]
    page.reload()
    expect(page.get_by_role("row", name="Portal Search")).not_to_contain_text("Not sent yet")
    center.look("analytics")


def _configure(stack: Stack, center: Center) -> None:
    page = center.page
    hub = stack.accounts["hubs"]["contoso"]  # type: ignore[index]
    page.get_by_role("link", name="Configure Portal Interaction Tracking").click()
    page.get_by_label("Dynamics 365 for the Customer Insights hub URI").fill(hub["hub_uri"])
    page.get_by_label("Policy name with Manage, Read, and Write permissions").fill(hub["policy_name"])
    key = page.get_by_label("Shared Key")
    key.fill(hub["shared_key"])
    page.get_by_role("button", name="Show the key").click()
    expect(key).to_have_attribute("type", "text")
    page.get_by_label("I have read and understood the terms and conditions").check()
    page.get_by_role("button", name="Configure", exact=True).click()
    expect(page.get_by_text("Portal interaction tracking is configured")).to_be_visible(timeout=PATIENCE)
    center.look("analytics-configured")
    page.get_by_role("link", name="Close").click()
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()


def _visit(stack: Stack, page: Page, address: str) -> str:
    """Maria signs in, searches and opens an article, in a browser of her own; the article's title."""
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(ignore_https_errors=True, user_agent=BROWSER)
    context.set_default_timeout(PATIENCE)
    own = context.new_page()
    own.goto(f"{address}signin/?return=/search/%3Fq%3Dprinter")
    own.get_by_label("Email").fill(MARIA)
    own.get_by_label("Password").fill(stack.password)
    own.get_by_role("button", name="Sign in", exact=True).click()
    own.get_by_role("button", name="Accept").click()
    own.wait_for_url("**/search/?q=printer")
    own.goto(f"{address}knowledgebase/")
    article = own.locator("a[href*='/article/']").first
    article.click()
    own.wait_for_url("**/article/**")
    title = own.get_by_role("heading", level=1).inner_text()
    context.close()
    return title


def _kept(stack: Stack, portal: str, *, count: int) -> list[str]:
    """What the hub has of the visitor; it takes some seconds."""
    ends = time.monotonic() + PATIENCE / 1000
    while True:
        output = stack.manage("shell", "-c", KEPT.format(portal=portal))
        line = next(line for line in output.splitlines() if line.startswith("kept "))
        found: list[str] = json.loads(line.partition(" ")[2])
        if len(found) >= count or time.monotonic() > ends:
            return found
