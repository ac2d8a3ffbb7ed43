"""The Solutions tab: a package that failed is retried and its portal comes up by itself; an extension waits."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.builders.stack import Stack
from tests.journeys.stack.center import PATIENCE, Wish
from tests.journeys.stack.conftest import Enter

pytestmark = [
    pytest.mark.stack,
    pytest.mark.browser,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(240),
]

FAY = "fay@fabrikam.example"
FABRIKAM = {"instance": "Fabrikam", "administrator": "Fay Richards (fay@fabrikam.example)"}
REFUSAL = "A plug-in of this instance refuses Ideas."
SENTENCE = "Partner Field Service cannot be installed yet. Install these first: "


def test_a_failed_package_is_retried_and_its_portal_comes_up_by_itself(stack: Stack, enter: Enter) -> None:
    wish = Wish("Fabrikam Ideas", "fabrikam-ideas", "Customer", "Community Portal", **FABRIKAM)
    refusal = ("--solution", "MicrosoftIdeas", "--code", "0x80048033", "--message", REFUSAL)
    stack.manage("orgfault", "fabrikam", "add", "fail_import", *refusal)
    center = enter(FAY)
    page = center.page
    center.set_up(wish)
    center.failed(wish.name, REFUSAL)
    run = page.url
    visitor = page.context.new_page()
    visitor.goto(f"https://{wish.subdomain}.portals.localhost:{stack.https_port}/")
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Getting set up")

    expect(page.get_by_text("Ideas 9.2.1.0: Install Failed. Visitors see “Getting set up”.")).to_be_visible()
    page.get_by_role("link", name="Open Solutions").click()
    failed = page.get_by_role("row", name="Ideas").first
    expect(failed).to_contain_text("Install Failed")
    center.look("solutions-failed")
    stack.manage("orgfault", "fabrikam", "clear")
    failed.get_by_role("button", name="Retry Ideas").click()
    expect(page.get_by_text("Attempt 2 started.")).to_be_visible()
    expect(page.locator(".page-head").get_by_text("Installed", exact=True)).to_be_visible(timeout=PATIENCE)
    center.look("solution-retried")

    page.goto(run)
    answer = page.context.new_page().goto(center.provisioned())
    assert answer is not None
    assert answer.status == 200


def test_an_extension_fails_with_its_sentence_until_its_product_is_there(stack: Stack, enter: Enter) -> None:
    center = enter(FAY)
    page = center.page
    page.goto("/solutions/")
    page.get_by_role("link", name="Install Partner Field Service").click()
    expect(page.get_by_role("main")).to_contain_text(SENTENCE)
    center.look("solution-plan")
    page.get_by_role("button", name="Try it anyway").click()
    expect(page.get_by_role("heading", name="Install Failed")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("main")).to_contain_text(SENTENCE)
    center.look("solution-failed")

    stack.manage("orgproduct", "fabrikam", "add", "fieldservice")
    page.get_by_role("button", name="Retry Partner Field Service").click()
    expect(page.locator(".page-head").get_by_text("Installed", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("heading", name="Install Failed")).to_have_count(0)
