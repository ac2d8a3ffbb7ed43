"""Watching a run: what changes by itself, what is said, when it stops."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from operations.models import Operation, OperationEvent
from portals.models import Portal
from tests.builders.adminsite import Cast, portal_running, step_done
from tests.journeys.conftest import sign_in


def test_the_page_follows_the_run_and_says_the_step(page: Page, people: Cast) -> None:
    portal = portal_running(people.contoso, name="Partner Hub", portal_type="partner", done=4)
    sign_in(page, people.alice.email)
    page.goto(f"/portals/{portal.pk}/provisioning/")
    page.locator("#log-of-3 summary").click()

    step_done(portal)

    expect(page).to_have_title("(6/25) Partner Hub-Configuring - Portal Administration Center")
    expect(page.locator("#announcer")).to_contain_text("Step 6 of 25")
    expect(page.locator("#log-3")).to_be_visible()  # what the reader opened stays open
    expect(page.locator("#steps")).to_be_visible()


def test_a_line_in_the_log_is_shown_but_not_announced(page: Page, people: Cast) -> None:
    portal = portal_running(people.contoso, done=4)
    sign_in(page, people.alice.email)
    page.goto(f"/portals/{portal.pk}/provisioning/")

    operation = Operation.objects.get()
    OperationEvent.objects.create(
        operation=operation, at=timezone.now(), kind="log", position=4, message="Imported 12 of 40 components"
    )

    expect(page.locator("#log-of-4")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text("")


def test_the_end_is_shown_by_itself_and_nothing_is_asked_for_any_more(page: Page, people: Cast) -> None:
    portal = portal_running(people.contoso, name="Partner Hub", done=4)
    sign_in(page, people.alice.email)
    page.goto(f"/portals/{portal.pk}/provisioning/")

    _finish(portal)

    expect(page.get_by_role("heading", name="Portal provisioned")).to_be_visible()
    expect(page).to_have_title("Partner Hub - Portal Administration Center")
    expect(page.get_by_role("link", name=portal.url)).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(5_000)
    assert asked == []


def test_a_page_whose_question_fails_says_so_and_says_no_more_when_it_is_answered(page: Page, people: Cast) -> None:
    portal = portal_running(people.contoso, name="Partner Hub", portal_type="partner", done=4)
    sign_in(page, people.alice.email)
    page.goto(f"/portals/{portal.pk}/provisioning/")
    title, note = page.title(), page.get_by_text("Updates paused.")
    expect(note).to_be_hidden()
    page.route("**/live/", _broken)
    with page.expect_response("**/live/"):
        pass

    expect(note).to_be_visible()
    assert page.title() == title, "the error's page is not shown, nor is its title"

    _finish(portal)  # the answer that comes then is the last one
    page.unroute("**/live/", _broken)
    expect(page.get_by_role("heading", name="Portal provisioned")).to_be_visible()
    expect(note).to_be_hidden()


def test_a_run_survives_a_reload_and_a_new_sign_in(page: Page, people: Cast) -> None:
    portal = portal_running(people.contoso, name="Partner Hub")
    sign_in(page, people.alice.email)
    page.goto(f"/portals/{portal.pk}/provisioning/")
    page.locator("summary", has_text="Alice").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")

    sign_in(page, people.alice.email)
    page.get_by_role("link", name="Manage Partner Hub-Configuring").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Partner Hub-Configuring")


def test_a_page_whose_sign_in_ended_leads_to_the_sign_in_and_back(page: Page, people: Cast) -> None:
    portal = portal_running(people.contoso)
    sign_in(page, people.alice.email)
    page.goto(f"/portals/{portal.pk}/provisioning/")

    page.context.clear_cookies()

    page.wait_for_url(f"**/accounts/login/?next=/portals/{portal.pk}/provisioning/")


def test_the_applications_tab_follows_a_run_and_stops(page: Page, people: Cast) -> None:
    portal = portal_running(people.contoso, name="Partner Hub")
    sign_in(page, people.alice.email)
    expect(page.get_by_role("link", name="Partner Hub-Configuring", exact=True)).to_be_visible()

    _finish(portal)

    expect(page.get_by_role("link", name="Partner Hub", exact=True)).to_be_visible(timeout=15_000)
    expect(page.locator("#rows[hx-get]")).to_have_count(0)


def _broken(route: Route) -> None:
    route.fulfill(status=502, content_type="text/html", body="<title>Bad gateway</title><p>Bad gateway</p>")


def _finish(portal: Portal) -> None:
    operation = Operation.objects.get(resource_id=portal.pk)
    Operation.objects.filter(pk=operation.pk).update(
        status="Succeeded", finished_at=timezone.now() + timedelta(seconds=1), step=len(operation.plan)
    )
    Portal.objects.filter(pk=portal.pk).update(state=Portal.State.PROVISIONED)
