"""After a failure: restart, or change values, see what is done again, and restart."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import Page, expect

from operations.models import Operation
from tests.builders.adminsite import Cast, portal_failed
from tests.journeys.conftest import photograph, sign_in
from tests.journeys.geometry import misplaced


def test_a_failed_portal_is_restarted(page: Page, people: Cast) -> None:
    portal_failed(people.contoso, name="Field Partners", actor=people.alice)
    sign_in(page, people.alice.email)
    page.get_by_role("link", name="Manage Field Partners-Provisioning Failed").click()

    page.get_by_role("button", name="Restart Provisioning", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Field Partners-Configuring")
    page.get_by_role("link", name="Submit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Run of Field Partners")
    assert Operation.objects.count() == 2


def test_values_are_changed_after_a_look_at_what_is_done_again(page: Page, people: Cast) -> None:
    portal_failed(people.contoso, name="Field Partners", address_ready_at=timezone.now(), actor=people.alice)
    sign_in(page, people.alice.email)
    page.get_by_role("link", name="Manage Field Partners-Provisioning Failed").click()
    page.get_by_role("link", name="Change Values and Restart Provisioning").click()
    expect(page.get_by_text("Cannot be changed: already reserved")).to_be_visible()

    page.get_by_label("Select Portal Administrator").select_option(label="Mia Marin (mia@contoso.example)")
    page.get_by_label("Community Portal").check()
    page.get_by_role("button", name="Show what will be done again").last.click()
    expect(page.get_by_text("The portal becomes a Community Portal.")).to_be_visible()
    expect(page.get_by_label("Community Portal")).to_be_checked()
    photograph(page, "change-preview")
    assert misplaced(page) == []
    page.get_by_role("button", name="Change Values and Restart Provisioning").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Field Partners-Configuring")
    expect(page.get_by_text("Community Portal ·")).to_be_visible()
