"""The Applications tab."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portals.models import Portal, PortalLicense
from tests.builders.adminsite import Cast, instance, portal_failed, portal_ready, portal_running
from tests.builders.portals import license_free, portal_row


@pytest.fixture
def browser(client: Client, people: Cast) -> Client:
    client.force_login(people.alice)
    return client


def _page(browser: Client, query: str = "") -> str:
    return browser.get(f"/applications/{query}").content.decode()


def test_each_state_has_its_name_and_its_manage_button(browser: Client, people: Cast) -> None:
    ready = portal_ready(people.contoso, name="Contoso Support")
    portal_running(people.contoso, name="Partner Hub")
    failed = portal_failed(people.contoso, name="Field Partners")
    free = license_free()

    page = _page(browser)

    assert 'aria-label="Manage Contoso Support"' in page
    assert "Partner Hub-Configuring" in page
    assert "Field Partners-Provisioning Failed" in page
    assert "Portal Add-On" in page
    assert f'href="/portals/{ready.pk}/"' in page
    assert f'href="/portals/{failed.pk}/provisioning/"' in page
    assert f'href="/applications/{free.pk}/set-up/"' in page


def test_a_failed_portal_asks_for_attention(browser: Client, people: Cast) -> None:
    portal_failed(people.contoso, name="Field Partners")

    page = _page(browser)

    assert "1 portal needs attention" in page
    assert "provisioning stopped at “Install Portal Dependencies" in page or "provisioning stopped at" in page


def test_an_empty_tab_offers_a_licence(browser: Client) -> None:
    page = _page(browser)

    assert "No portal licences yet" in page
    assert "A licence lets you set up one portal website." in page


def test_filters_that_find_nothing_can_be_cleared(browser: Client, people: Cast) -> None:
    portal_ready(people.contoso)

    page = _page(browser, "?search=nothing-like-it")

    assert "No portals match these filters." in page
    assert "Clear filters" in page


def test_filters_and_order_are_in_the_address(browser: Client, people: Cast) -> None:
    portal_ready(people.contoso, name="Alpha")
    portal_failed(people.contoso, name="Beta")

    page = _page(browser, "?status=provisioned&sort=-name")
    table = page.split("<table")[1]

    assert "Alpha" in table
    assert "Beta" not in table
    assert 'aria-sort="descending"' in page
    assert 'href="?status=provisioned&amp;sort=name"' in page


def test_pages_lead_to_each_other(browser: Client, people: Cast) -> None:
    for number in range(30):
        portal_row(people.contoso, name=f"Portal {number:02}")

    first = _page(browser)
    link = first.split('rel="next" href="')[1].split('"')[0]
    second = _page(browser, link.replace("&amp;", "&"))

    assert "Portal 24" in first
    assert "Portal 25" not in first
    assert "Portal 25" in second
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second


def test_rows_ask_for_themselves_only_while_one_is_configuring(browser: Client, people: Cast) -> None:
    portal = portal_running(people.contoso)
    assert "hx-trigger" in browser.get("/applications/live/").content.decode()

    Portal.objects.filter(pk=portal.pk).update(state=Portal.State.PROVISIONED)

    assert "hx-trigger" not in browser.get("/applications/live/").content.decode()


def test_portals_of_other_instances_are_not_shown(browser: Client, people: Cast) -> None:
    portal_ready(instance("Fabrikam"), name="Fabrikam Help")

    assert "Fabrikam Help" not in _page(browser)


def test_the_export_has_every_row_and_no_formula(browser: Client, people: Cast) -> None:
    portal_ready(people.contoso, name="=1+1")
    license_free()

    answer = browser.get("/applications/export.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))

    assert rows[0][:2] == ["Name", "Status"]
    assert [row[0] for row in rows[1:]] == ["'=1+1", "Portal Add-On"]


def test_the_number_of_queries_does_not_grow_with_the_rows(
    browser: Client, people: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(10):
        portal_row(people.contoso, name=f"Portal {number}")
        portal_running(people.contoso)
        license_free()
    browser.get("/applications/")  # notes in the session that the reader was here

    with django_assert_max_num_queries(6):  # session, reader; roles, count, rows, attention
        browser.get("/applications/")


def test_a_licence_is_taken_and_leads_to_the_form(browser: Client) -> None:
    answer = browser.post("/applications/licences/", {"type": "trial"})

    taken = PortalLicense.objects.get()
    assert taken.type == "trial"
    assert answer.headers["Location"] == f"/applications/{taken.pk}/set-up/"


def test_a_licence_needs_a_type(browser: Client) -> None:
    answer = browser.post("/applications/licences/", {})

    assert answer.status_code == 400
    assert "Select a licence type: trial or production" in answer.content.decode()


def test_a_customizer_sees_no_button_for_what_is_refused(client: Client, people: Cast) -> None:
    client.force_login(people.bob)

    assert "Get a portal licence" not in client.get("/applications/").content.decode()
    assert client.post("/applications/licences/", {"type": "trial"}).status_code == 403
