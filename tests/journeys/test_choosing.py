"""Choosing faster than the center answers: nothing that was chosen is lost."""

from __future__ import annotations

import time

from playwright.sync_api import Page, Route, expect

from tests.builders.adminsite import Cast, instance
from tests.builders.portals import license_free
from tests.journeys.conftest import sign_in


def test_what_is_chosen_while_the_answer_is_on_its_way_stays_chosen(page: Page, people: Cast) -> None:
    northwind = instance("Northwind", languages=(1033, 1031))
    people.alice.role_assignments.create(role="system_administrator", organization=northwind)
    license_free()
    sign_in(page, people.alice.email)
    page.get_by_role("link", name="Manage Portal Add-On, Production").click()
    page.get_by_label("Dynamics 365 Instance").select_option(label="Northwind")
    expect(page.locator("#announcer")).to_contain_text("2 languages")
    held: list[Route] = []
    page.route("**/set-up/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())

    page.get_by_label("Dynamics 365 Instance").dispatch_event("change")
    page.get_by_label("Select Portal Language").select_option(label="German (1031)")
    page.get_by_label("Customer", exact=True).check()
    _let_go(page, held)

    expect(page.get_by_label("Select Portal Language")).to_have_value("1031")
    _let_go(page, held)
    page.get_by_label("Community Portal").check()
    expect(page.get_by_label("Select Portal Language")).to_have_value("1031")
    expect(page.get_by_label("Customer", exact=True)).to_be_checked()


def _let_go(page: Page, held: list[Route]) -> None:
    """Answer the one request that is on its way: the next waits for its answer."""
    until = time.monotonic() + 15
    while not held and time.monotonic() < until:
        page.wait_for_timeout(20)
    assert len(held) == 1
    with page.expect_response("**/set-up/"):
        held.pop().continue_()
