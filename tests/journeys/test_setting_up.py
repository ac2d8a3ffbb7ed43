"""From the licence to the run in the browser: chained choices, live address, terms, keyboard, without scripts."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from playwright.sync_api import Browser, Page, expect

from operations.models import Operation
from portals.models import Portal
from tests.builders.adminsite import Cast, instance
from tests.builders.portals import license_free, portal_row
from tests.journeys.conftest import photograph, sign_in
from tests.journeys.geometry import misplaced


@pytest.fixture
def plain_page(browser: Browser, live_server: object) -> Generator[Page, None, None]:
    """A browser that runs no scripts."""
    context = browser.new_context(base_url=str(live_server), java_script_enabled=False)
    yield context.new_page()
    context.close()


def _fill(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("Contoso Support")
    page.get_by_label("Portal URL").fill("contoso-support")
    page.get_by_label("Select Portal Administrator").select_option(label="Jay Hamlin (jay@contoso.example)")


def test_a_portal_is_set_up(page: Page, people: Cast) -> None:
    license_free()
    sign_in(page, people.alice.email)
    page.get_by_role("link", name="Manage Portal Add-On, Production").click()

    _fill(page)
    expect(page.get_by_text("Available", exact=True)).to_be_visible()
    page.get_by_label("Customer", exact=True).check()
    page.get_by_label("Custom Portal").check()
    page.get_by_role("button", name="Submit", exact=True).click()

    dialog = page.get_by_role("dialog", name="Terms of Service")
    expect(dialog.get_by_role("heading", name="Terms of Service").first).to_be_focused()
    expect(dialog.get_by_label("I agree to the Terms of Service")).not_to_be_checked()
    photograph(page, "terms-dialog")
    dialog.get_by_label("I agree to the Terms of Service").check()
    dialog.get_by_role("button", name="Accept").click()

    page.wait_for_url("**/provisioning/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Contoso Support-Configuring")
    assert page.title().startswith("(1/")
    assert Operation.objects.count() == 1


def test_escape_closes_the_terms_and_keeps_the_values(page: Page, people: Cast) -> None:
    license_free()
    sign_in(page, people.alice.email)
    page.get_by_role("link", name="Manage Portal Add-On, Production").click()
    _fill(page)
    page.get_by_label("Customer", exact=True).check()
    page.get_by_label("Community Portal").check()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Contoso Support")
    expect(page.get_by_label("Community Portal")).to_be_checked()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert not Portal.objects.exists()


def test_another_instance_swaps_what_depends_on_it_and_keeps_the_focus(page: Page, people: Cast) -> None:
    fabrikam = instance("Fabrikam", languages=(1036,))
    people.alice.role_assignments.create(role="system_administrator", organization=fabrikam)
    license_free()
    sign_in(page, people.alice.email)
    page.get_by_role("link", name="Manage Portal Add-On, Production").click()
    page.get_by_label("Name", exact=True).fill("Contoso Support")

    picker = page.get_by_label("Dynamics 365 Instance")
    picker.focus()
    picker.select_option(label="Fabrikam")

    expect(page.get_by_label("Select Portal Language").locator("option")).to_have_text(["Select…", "French (1036)"])
    expect(page.get_by_label("Select Portal Language")).to_have_value("1036")
    expect(picker).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("1 language, 2 administrators available")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Contoso Support")


def test_a_taken_address_offers_one_that_is_free(page: Page, people: Cast) -> None:
    portal_row(people.contoso, subdomain="contoso-support")
    license_free()
    sign_in(page, people.alice.email)
    page.get_by_role("link", name="Manage Portal Add-On, Production").click()

    page.get_by_label("Portal URL").press_sequentially("contoso-support")
    page.get_by_role("button", name="Use contoso-support-2").click()

    expect(page.get_by_label("Portal URL")).to_have_value("contoso-support-2")
    expect(page.get_by_text("Available", exact=True)).to_be_visible()


def test_errors_take_the_focus_and_lead_to_their_fields(page: Page, people: Cast) -> None:
    license_free()
    sign_in(page, people.alice.email)
    page.get_by_role("link", name="Manage Portal Add-On, Production").click()

    page.get_by_role("button", name="Submit", exact=True).click()

    problem = page.get_by_role("alert")
    expect(problem).to_be_focused()
    expect(problem).to_contain_text("There is a problem")
    assert page.title().startswith("Error: ")
    problem.get_by_role("link", name="Enter a name").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()


def test_the_checks_appear_in_their_place(page: Page, people: Cast) -> None:
    license_free()
    sign_in(page, people.alice.email)
    page.get_by_role("link", name="Manage Portal Add-On, Production").click()
    _fill(page)

    page.get_by_role("button", name="Check before submitting").click()

    expect(page.get_by_text("You may provision in Contoso.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Contoso Support")
    photograph(page, "checks")
    assert misplaced(page) == []


def test_the_whole_way_without_javascript(plain_page: Page, people: Cast) -> None:
    license_free()
    page = plain_page
    sign_in(page, people.alice.email)
    page.get_by_role("link", name="Manage Portal Add-On, Production").click()

    page.get_by_label("Name", exact=True).fill("Contoso Support")
    page.get_by_label("Portal URL").fill("contoso-support")
    page.get_by_label("Employee", exact=True).check()
    page.get_by_role("button", name="Update choices").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Contoso Support")
    page.get_by_label("Select Portal Administrator").select_option(index=1)
    page.get_by_label("Employee Self Service Portal").check()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Terms of Service")
    photograph(page, "terms-plain")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("Portal URL")).to_have_value("contoso-support")
    page.get_by_role("button", name="Submit", exact=True).click()
    page.get_by_label("I agree to the Terms of Service").check()
    page.get_by_role("button", name="Accept").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Contoso Support-Configuring")
    assert page.locator("noscript meta[http-equiv=refresh], meta[http-equiv=refresh]").count() == 1


def test_the_whole_way_with_the_keyboard_alone(page: Page, people: Cast) -> None:
    license_free()
    sign_in(page, people.alice.email)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")

    page.get_by_role("link", name="Manage Portal Add-On, Production").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Contoso Support")
    page.keyboard.press("Tab")
    page.keyboard.type("contoso-support")
    page.keyboard.press("Tab")  # the instance, the only one
    page.keyboard.press("Tab")  # the language
    page.keyboard.press("Tab")
    page.keyboard.type("Jay")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Custom Portal")).to_be_visible()
    expect(page.get_by_label("Customer", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(dialog.get_by_label("I agree to the Terms of Service")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/provisioning/")
