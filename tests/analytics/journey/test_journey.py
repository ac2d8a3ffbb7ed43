"""What Sharron sees of a customer's way to a case: chart, list, articles already read."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organizations.models import Organization
from tests.builders.cases import CREATED, case_made, contact_of
from tests.builders.embedded_hubs import client_of, hub_made, search, stamp
from tests.builders.hubs import HubMemory
from tests.builders.journeys import ARTICLE, SEARCH, did, meter_journey, portal_connected
from tests.builders.organizations import bob, contoso, fabrikam, sharron
from tests.builders.portals import portal_row
from tests.organizations.cases.test_cases import counted

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture
def home() -> Organization:
    return contoso()


@pytest.fixture
def browser(client: Client, home: Organization) -> Client:
    client.force_login(sharron(home))
    return client


@pytest.fixture
def case_id(home: Organization) -> uuid.UUID:
    return case_made(home)


def _part(browser: Client, home: Organization, case_id: uuid.UUID, query: str = "") -> str:
    return browser.get(f"/cases/{home.pk}/{case_id}/journey/{query}", headers=PART).content.decode()


def _rows(page: str) -> int:
    return page.count('class="journey__row"')


def test_the_form_holds_a_place_for_the_journey_and_a_link_to_it(
    browser: Client, home: Organization, case_id: uuid.UUID
) -> None:
    page = browser.get(f"/cases/{home.pk}/{case_id}/").content.decode()

    assert f'hx-get="/cases/{home.pk}/{case_id}/journey/"' in page
    assert f'<a href="/cases/{home.pk}/{case_id}/journey/">' in page


def test_chart_and_list_say_the_same(browser: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory) -> None:
    meter_journey(hub, portal_connected(home), contact_of(home))

    page = _part(browser, home, case_id)

    assert _rows(page) == 7
    assert page.index("reset meter reading") < page.index("Booking an engineer")
    assert "Case created 22 Nov, 10:01" in page
    assert "<title>Blog post: Booking an engineer, 22 Nov, 09:58, Contoso Support</title>" in page
    assert 'href="#journey-7"' in page
    assert 'id="journey-7"' in page


def test_what_was_read_already_stands_by_itself(
    browser: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory
) -> None:
    meter_journey(hub, portal_connected(home), contact_of(home))

    read = _part(browser, home, case_id, "?range=1h&kind=blog").split('id="already-read"')[1].split("</section>")[0]

    assert read.count("<li>How to reset a meter reading") == 1
    assert "2 times, last 5" in read
    assert "Error E-14 explained" in read
    assert "Share something else." in read


def test_searches_that_found_nothing_are_told(
    browser: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory
) -> None:
    meter_journey(hub, portal_connected(home), contact_of(home))

    page = _part(browser, home, case_id)

    assert "<li>“E-14 engineer visit”</li>" in page
    assert "<li>“reset meter reading”</li>" not in page
    assert page.count("Found nothing") == 1


def test_range_kind_and_portal_are_chosen(
    browser: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory
) -> None:
    support, community = portal_connected(home), portal_connected(home, "Contoso Community")
    maria = contact_of(home)
    did(hub, support, maria, SEARCH, "a minute ago", minutes_before=1)
    did(hub, community, maria, ARTICLE, "two days ago", minutes_before=2 * 24 * 60)
    did(hub, support, maria, SEARCH, "three weeks ago", minutes_before=21 * 24 * 60)
    did(hub, support, maria, SEARCH, "two months ago", minutes_before=61 * 24 * 60)

    found = {query: _rows(_part(browser, home, case_id, query)) for query in (
        "", "?range=1h", "?range=7d", "?range=30d", "?range=30d&kind=search", f"?range=30d&portal={community.pk}",
        "?range=forever&kind=nonsense&portal=x",
    )}  # fmt: skip

    assert list(found.values()) == [1, 1, 2, 3, 2, 1, 1]


def test_portals_are_told_apart(browser: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory) -> None:
    for name in ("Contoso Support", "Contoso Community"):
        did(hub, portal_connected(home, name), contact_of(home), SEARCH, f"at {name}", minutes_before=5)

    table = _part(browser, home, case_id).split("<table")[1]

    assert table.count('<td role="cell" class="list__extra">Contoso Support</td>') == 1
    assert table.count('<td role="cell" class="list__extra">Contoso Community</td>') == 1


def test_only_this_contact_this_organization_and_the_time_before_the_case_count(
    browser: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory
) -> None:
    other = fabrikam(contacts=())
    support, foreign, maria = portal_connected(home), portal_connected(other, "Fabrikam Help"), contact_of(home)
    did(hub, foreign, maria, SEARCH, "elsewhere", minutes_before=5)
    did(hub, support, uuid.uuid4(), SEARCH, "somebody else", minutes_before=5)
    did(hub, support, maria, SEARCH, "afterwards", minutes_before=-5)
    did(hub, support, maria, SEARCH, "hers", minutes_before=5)

    page = _part(browser, home, case_id, "?range=30d")

    assert _rows(page) == 1
    assert "hers" in page
    assert "elsewhere" not in page


def test_what_visitors_typed_is_text(browser: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory) -> None:
    did(hub, portal_connected(home), contact_of(home), SEARCH, "<script>alert(1)</script>", minutes_before=5)

    assert "<script>alert" not in _part(browser, home, case_id)


def test_the_organizations_own_hub_is_asked_also_for_portals_that_no_longer_send(
    browser: Client, home: Organization, case_id: uuid.UUID
) -> None:
    maria, at = str(contact_of(home)), stamp(CREATED - timedelta(minutes=5))
    once, foreign = portal_row(home, name="Once"), portal_row(fabrikam(contacts=()), name="Fabrikam Help")
    sent = {"portal_contactid": maria, "portal_timestamp": at}
    client_of(hub_made(home)).post(
        [
            search("at a portal of before", portal_portalid=str(once.pk), **sent),
            search("at somebody else's", portal_portalid=str(foreign.pk), **sent),
        ]
    )

    page = _part(browser, home, case_id)

    assert _rows(page) == 1
    assert "at a portal of before" in page
    assert "Portal analytics is not configured for Once." in page


def test_what_names_no_portal_is_told_apart(
    browser: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory
) -> None:
    portal, maria = portal_connected(home), contact_of(home)
    did(hub, portal, maria, SEARCH, "on the portal", minutes_before=5)
    did(hub, portal, maria, SEARCH, "in the app", minutes_before=4, portal_portalid="")

    table = _part(browser, home, case_id).split("<table")[1]

    assert ">Elsewhere</td>" in table
    assert "“in the app”</a>" not in table


# --- The page of its own, rights, cost


def test_without_javascript_it_is_a_page_of_its_own(
    browser: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory
) -> None:
    meter_journey(hub, portal_connected(home), contact_of(home))

    page = browser.get(f"/cases/{home.pk}/{case_id}/journey/").content.decode()

    assert "<h1>Meter shows E-14 after reset</h1>" in page
    assert "hx-get" not in page.split("<main")[1].split("</main>")[0]
    assert _rows(page) == 7


def test_who_may_not_see_the_case_does_not_see_the_journey(
    client: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory
) -> None:
    other = fabrikam(contacts=())
    client.force_login(bob(home))
    assert client.get(f"/cases/{home.pk}/{case_id}/journey/").status_code == 403
    client.force_login(sharron(home))
    assert client.get(f"/cases/{other.pk}/{case_id}/journey/").status_code == 403
    assert client.get(f"/cases/{home.pk}/{uuid.uuid4()}/journey/").status_code == 404


def test_a_journey_costs_one_call_and_as_many_queries_however_long_it_is(
    browser: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory
) -> None:
    portal, maria = portal_connected(home), contact_of(home)
    did(hub, portal, maria, SEARCH, "search", minutes_before=1)
    _part(browser, home, case_id)
    with CaptureQueriesContext(connection) as short:
        _part(browser, home, case_id)
    for number in range(60):
        did(hub, portal, maria, SEARCH, f"search {number}", minutes_before=number * 3 + 2)

    with CaptureQueriesContext(connection) as long, counted() as calls:
        _part(browser, home, case_id)

    assert len(calls) == 1
    assert len(long) == len(short)


def test_marks_that_would_touch_are_one_with_a_count(
    browser: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory
) -> None:
    portal, maria = portal_connected(home), contact_of(home)
    for number in range(12):
        did(hub, portal, maria, SEARCH, f"search {number}", minutes_before=number + 1)
    did(hub, portal, maria, SEARCH, "long before", minutes_before=12 * 60)

    chart = _part(browser, home, case_id).split('<svg class="journey__svg"')[1].split("</svg>")[0]

    assert chart.count('class="journey__link"') == 2
    assert '<text class="journey__count" x="9" y="-6">12</text>' in chart
    assert "12 × Portal Search, 22 Nov, 09:49 to 22 Nov, 10:00: search 11;" in chart


def test_the_readers_own_clock_is_on_the_chart(
    client: Client, home: Organization, case_id: uuid.UUID, hub: HubMemory
) -> None:
    reader = sharron(home)
    reader.time_zone = "Europe/Berlin"
    reader.save()
    client.force_login(reader)
    did(hub, portal_connected(home), contact_of(home), SEARCH, "x", minutes_before=5)

    assert "Case created 22 Nov, 11:01" in _part(client, home, case_id)
