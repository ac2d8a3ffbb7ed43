"""The progress page, the failed page, and what can be done there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from operations.models import Operation
from organizations.policy import PROVISION_DENIED
from portals.models import PackageInstallStatus, Portal
from provisioning.views import runs
from tests.builders.adminsite import Cast, portal_failed, portal_ready, portal_running

CONFIGURING = "This portal is currently being configured and updates are not allowed. Please try again later."
PACKAGES = "Your Portal URL has been created. However, package installation is still in progress. Please check status"


@pytest.fixture
def browser(client: Client, people: Cast) -> Client:
    client.force_login(people.alice)
    return client


def _page(browser: Client, portal: Portal, part: str = "") -> str:
    return browser.get(f"/portals/{portal.pk}/provisioning/{part}").content.decode()


def test_the_title_tells_the_step(browser: Client, people: Cast) -> None:
    portal = portal_running(people.contoso, name="Partner Hub", portal_type="partner", done=4)

    page = _page(browser, portal)

    assert "<title>(5/25) Partner Hub-Configuring - Portal Administration Center</title>" in page
    assert "Provisioning usually takes 30 minutes but can take a few hours depending on the system load." in page
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in page


def test_the_live_part_carries_title_and_step_and_asks_again(browser: Client, people: Cast) -> None:
    portal = portal_running(people.contoso, name="Partner Hub", done=2)

    part = _page(browser, portal, "live/")

    assert part.strip().startswith("<title>(3/") or "<title>(3/" in part
    assert 'hx-trigger="every 2s"' in part
    assert 'data-announce="Step 3 of' in part


def test_a_long_run_is_asked_for_less_often(browser: Client, people: Cast) -> None:
    portal = portal_running(people.contoso)
    Operation.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    assert 'hx-trigger="every 5s"' in _page(browser, portal, "live/")

    Operation.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert 'hx-trigger="every 10s"' in _page(browser, portal, "live/")


def test_a_finished_run_asks_no_more(browser: Client, people: Cast) -> None:
    portal = portal_ready(people.contoso)

    assert "hx-trigger" not in _page(browser, portal, "live/")


def test_a_run_that_ends_while_its_page_is_made_is_shown_as_ended(
    browser: Client, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = portal_running(people.contoso, name="Partner Hub")
    read = runs._latest

    def ends_meanwhile(found: Portal) -> Operation:
        Portal.objects.filter(pk=portal.pk).update(state=Portal.State.PROVISIONED)
        Operation.objects.update(status=Operation.Status.SUCCEEDED, finished_at=timezone.now())
        return read(found)

    monkeypatch.setattr(runs, "_latest", ends_meanwhile)
    for part in ("", "live/"):
        Portal.objects.filter(pk=portal.pk).update(state=Portal.State.CONFIGURING)
        assert "Portal provisioned" in _page(browser, portal, part)


def test_the_two_halves_have_their_banners(browser: Client, people: Cast) -> None:
    portal = portal_running(people.contoso)
    assert CONFIGURING in _page(browser, portal)

    Portal.objects.update(address_ready_at=timezone.now(), package_install_status=PackageInstallStatus.INSTALLING)

    page = _page(browser, portal)
    assert CONFIGURING not in page
    assert PACKAGES in page
    assert f'<a href="/solutions/{people.contoso.pk}/">here</a>.' in page


def test_a_provisioned_portal_is_a_hyperlink(browser: Client, people: Cast) -> None:
    portal = portal_ready(people.contoso, subdomain="contoso-help")

    page = _page(browser, portal)

    assert "Portal provisioned" in page
    assert f'<a href="{portal.url}">{portal.url}</a>' in page
    assert "What you can do next" in page


def test_a_failure_says_what_why_what_is_kept_and_whose_turn_it_is(browser: Client, people: Cast) -> None:
    portal = portal_failed(people.contoso, name="Field Partners", done=5)

    page = _page(browser, portal)

    assert "Field Partners-Provisioning Failed" in page
    assert "It stopped at “Install" in page
    assert "Partner Field Service needs Field Service, which is not installed in Contoso." in page
    assert "It is your turn" in page
    assert "Nothing was lost: 5 finished steps are kept." in page
    assert "solutions:prerequisite-missing" in page
    assert "Restarts the installation process with the configuration that was previously defined." in page
    assert "Lets you change some of the values before restarting the provisioning process." in page


def test_restarting_begins_a_new_run_and_keeps_the_old(browser: Client, people: Cast) -> None:
    portal = portal_failed(people.contoso, name="Field Partners")

    answer = browser.post(f"/portals/{portal.pk}/provisioning/restart/", follow=True)

    assert "Field Partners-Configuring" in answer.content.decode()
    assert Operation.objects.count() == 2
    assert "Previous runs" in answer.content.decode()


def test_a_stale_page_is_told_that_the_run_goes_on_already(browser: Client, people: Cast) -> None:
    portal = portal_failed(people.contoso)
    browser.post(f"/portals/{portal.pk}/provisioning/restart/")

    answer = browser.post(f"/portals/{portal.pk}/provisioning/restart/")

    assert answer.status_code == 409
    assert "This portal is already being provisioned." in answer.content.decode()


def test_somebody_who_may_manage_but_not_provision_is_told_why(client: Client, people: Cast) -> None:
    portal = portal_failed(people.contoso)
    client.force_login(people.global_admin)

    page = client.get(f"/portals/{portal.pk}/provisioning/").content.decode()

    assert PROVISION_DENIED in page
    assert client.post(f"/portals/{portal.pk}/provisioning/restart/").status_code == 403


def test_a_run_can_be_cancelled(browser: Client, people: Cast) -> None:
    portal = portal_running(people.contoso)

    page = browser.post(f"/portals/{portal.pk}/provisioning/cancel/", follow=True).content.decode()

    assert "Cancelling: the run stops before its next step." in page
    assert "Cancel provisioning</button>" not in page


def test_the_log_can_be_taken_along(browser: Client, people: Cast) -> None:
    portal = portal_failed(people.contoso, name="Field Partners")
    run = portal.requests.get().operation_id

    answer = browser.get(f"/portals/{portal.pk}/provisioning/runs/{run}/log/")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "which is not installed in Contoso" in answer.content.decode()


def test_changing_values_shows_what_is_fixed_and_what_is_done_again(browser: Client, people: Cast) -> None:
    portal = portal_failed(people.contoso, name="Field Partners", address_ready_at=timezone.now())
    mia = people.contoso.users.get(name="Mia Marin")
    change = f"/portals/{portal.pk}/provisioning/change/"

    form = browser.get(change).content.decode()
    typed = {
        "name": "Partner Help",
        "language": "1033",
        "administrator": str(mia.pk),
        "audience": "customer",
        "portal_type": "community",
    }
    preview = browser.post(change, {**typed, "action": "preview"}).content.decode()
    answer = browser.post(change, {**typed, "action": "submit"})

    assert "Cannot be changed: already reserved" in form
    assert "Cannot be changed: solutions are already installed in Contoso" in form
    assert "What will be done" in preview
    assert "The portal becomes a Community Portal." in preview
    assert answer.headers["Location"] == f"/portals/{portal.pk}/provisioning/"
    portal.refresh_from_db()
    assert (portal.name, portal.portal_type, portal.state) == ("Partner Help", "community", "configuring")


def test_a_fixed_value_that_was_sent_all_the_same_is_refused(browser: Client, people: Cast) -> None:
    portal = portal_failed(people.contoso, address_ready_at=timezone.now())
    jay = people.contoso.users.get(name="Jay Hamlin")
    sent = {
        "name": portal.name,
        "subdomain": "another-address",
        "language": "1033",
        "administrator": str(jay.pk),
        "audience": portal.audience,
        "portal_type": portal.portal_type,
        "action": "submit",
    }

    answer = browser.post(f"/portals/{portal.pk}/provisioning/change/", sent)

    assert answer.status_code == 400
    assert answer.content.decode().count("Cannot be changed: already reserved") >= 2
    portal.refresh_from_db()
    assert portal.subdomain != "another-address"


def test_renaming_is_told_in_the_history(browser: Client, people: Cast) -> None:
    portal = portal_ready(people.contoso, name="Contoso Support")

    browser.post(f"/portals/{portal.pk}/rename/", {"name": "Contoso Help"})
    page = browser.get(f"/portals/{portal.pk}/").content.decode()

    assert "Renamed from Contoso Support to Contoso Help" in page
    assert "by Alice" in page


def test_a_name_that_cannot_be_is_told_beside_the_field(browser: Client, people: Cast) -> None:
    portal = portal_ready(people.contoso)

    answer = browser.post(f"/portals/{portal.pk}/rename/", {"name": "  "})

    assert answer.status_code == 400
    assert "Enter a name" in answer.content.decode()


@pytest.mark.parametrize("part", ["", "live/"])
def test_the_progress_page_asks_the_same_few_queries_however_long_the_run(
    browser: Client, people: Cast, part: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    portal = portal_running(people.contoso, portal_type="community", done=20)
    _page(browser, portal, part)

    # session, reader, portal, right, run; its steps, lines and typical times; the right to restart; runs
    with django_assert_max_num_queries(10):
        _page(browser, portal, part)
