"""The Applications tab: licences and portals in one list, in order, by page, for each role."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import User
from operations.models import Operation
from organizations.models import Role
from portals.applications import Filters, Page, Sort, Status, applications_page
from portals.models import Portal, PortalLicense
from tests.builders.portals import license_free, many_portals, portal_row
from tests.builders.provisioning import Scene, account, scene, trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Scene:
    return scene()


@pytest.fixture
def grace(db: None) -> User:
    return account("grace@contoso.example", Role.GLOBAL_ADMINISTRATOR)


def titles(page: Page) -> list[str]:
    return [row.title for row in page.rows]


def walk(user: User, filters: Filters | None = None, *, size: int = 3) -> list[list[str]]:
    """Every page, forward."""
    pages, cursor = [], ""
    while True:
        page = applications_page(user=user, filters=filters, cursor=cursor, size=size)
        pages.append(titles(page))
        if not page.next:
            return pages
        cursor = page.next


# --- Rows


def test_a_licence_without_a_portal_is_titled_portal_add_on(grace: User) -> None:
    license_free()
    row = applications_page(user=grace).rows[0]
    assert (row.title, row.status, row.type) == ("Portal Add-On", Status.NOT_CONFIGURED, PortalLicense.Type.PRODUCTION)
    assert (row.portal_id, row.url, row.portal_type, row.organization) == (None, "", None, "")


def test_an_expired_licence_says_so(grace: User) -> None:
    trial(expires_at=timezone.now() - timedelta(days=1))
    assert applications_page(user=grace).rows[0].status == Status.EXPIRED


def test_a_portals_row_shows_the_source_documents_suffix(people: Scene) -> None:
    portal_row(people.organization, name="Support", subdomain="support", state=Portal.State.CONFIGURING)
    row = applications_page(user=people.alice).rows[0]
    assert (row.title, row.status) == ("Support-Configuring", Status.CONFIGURING)
    assert row.url == "https://support.portals.localhost:8443/"
    assert row.organization == "Contoso Sales"


def test_a_trial_says_how_many_days_are_left(people: Scene) -> None:
    license = trial(is_assigned=True, expires_at=timezone.now() + timedelta(days=11, hours=1))
    portal_row(people.organization, license=license)
    assert applications_page(user=people.alice).rows[0].trial_days_left == 12


def test_a_running_or_failed_portal_shows_its_step(people: Scene) -> None:
    portal = people.portal(name="Support")
    Operation.objects.update(step=4)
    row = applications_page(user=people.alice).rows[0]
    assert row.portal_id == portal.pk
    assert row.step is not None
    assert str(row.step).startswith("Step 5 of 23 · Install ")


def test_only_the_latest_run_of_a_portal_counts(people: Scene) -> None:
    portal = people.portal()
    Operation.objects.update(status="Failed", created_at=timezone.now() - timedelta(hours=1), step=9)
    Operation.objects.create(
        workflow="provision-portal",
        resource_type="portal",
        resource_id=portal.pk,
        plan=[{"name": "a", "title": "Look", "argument": ""}],
        waiting_for="The organization did not answer.",
    )
    step = applications_page(user=people.alice).rows[0].step
    assert step is not None
    assert (str(step), step.waiting_for) == ("Step 1 of 1 · Look", "The organization did not answer.")


def test_failed_portals_ask_for_attention_where_the_list_begins(people: Scene) -> None:
    for number in range(5):
        portal_row(people.organization, name=f"Bad {number}", state=Portal.State.PROVISIONING_FAILED)
    page = applications_page(user=people.alice, size=2)
    assert [row.title for row in page.attention] == [f"Bad {number}-Provisioning Failed" for number in range(3)]
    assert applications_page(user=people.alice, cursor=page.next).attention == ()
    assert applications_page(user=people.alice, filters=Filters(status=Status.PROVISIONED)).attention == ()


@pytest.mark.parametrize("sort", [Sort.NAME, Sort.NAME_DOWN])
@pytest.mark.parametrize("piece", [1, 4, 9, 100])
def test_a_search_with_many_finds_shows_them_in_order_wherever_they_are(
    people: Scene, monkeypatch: pytest.MonkeyPatch, piece: int, sort: Sort
) -> None:
    """Near the start of the list, far from it, and with licences between them."""
    monkeypatch.setattr("portals.applications.page.COUNTED_TO", 2)
    monkeypatch.setattr("portals.applications.listing.PIECE", piece)
    names = ("A Portal", "B", "C", "D", "E", "F Portal", "G Portal", "H", "Portal Z", "Z Portal")
    for number, name in enumerate(names):
        portal_row(people.organization, name=name, subdomain=f"site-{number}")
    license_free()
    found, cursor = [], ""
    while True:
        page = applications_page(user=people.alice, filters=Filters(search="portal", sort=sort), cursor=cursor, size=2)
        found += titles(page)
        cursor = page.next
        if not cursor:
            break
    expected = ["A Portal", "F Portal", "G Portal", "Portal Add-On", "Portal Z", "Z Portal"]
    assert found == (expected if sort is Sort.NAME else expected[::-1])


# --- Who sees what


def test_each_role_sees_what_the_policy_says(people: Scene, grace: User) -> None:
    fabrikam = scene("fabrikam")
    portal_row(people.organization, name="Ours")
    portal_row(fabrikam.organization, name="Theirs")
    license_free()
    seen = {user.email: set(titles(applications_page(user=user))) for user in (people.alice, people.bob, grace)}
    assert seen == {
        "alice@contoso.example": {"Ours", "Portal Add-On"},
        "bob@contoso.example": {"Ours", "Portal Add-On"},
        "grace@contoso.example": {"Ours", "Theirs", "Portal Add-On"},
    }
    assert applications_page(user=people.charlie).rows == ()


def test_a_deactivated_account_sees_nothing(people: Scene) -> None:
    portal_row(people.organization)
    people.alice.is_active = False
    assert applications_page(user=people.alice).rows == ()


# --- Order and pages


def test_rows_are_in_the_order_of_their_names_whatever_the_case(people: Scene) -> None:
    for name in ("zeta", "Alpha", "beta", "Qualm"):
        portal_row(people.organization, name=name)
    license_free()
    assert titles(applications_page(user=people.alice)) == ["Alpha", "beta", "Portal Add-On", "Qualm", "zeta"]
    down = applications_page(user=people.alice, filters=Filters(sort=Sort.NAME_DOWN))
    assert titles(down) == ["zeta", "Qualm", "Portal Add-On", "beta", "Alpha"]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("search", ["", "portal"])
def test_the_pages_together_are_the_whole_list_once(people: Scene, sort: Sort, search: str) -> None:
    for number in range(7):
        portal_row(people.organization, name=f"Portal {number % 3}")
    for _ in range(4):
        license_free()
    filters = Filters(sort=sort, search=search)
    whole = applications_page(user=people.alice, filters=filters, size=100)
    pages = walk(people.alice, filters, size=3)
    assert [len(page) for page in pages] == [3, 3, 3, 2]
    assert list(itertools.chain(*pages)) == titles(whole)
    assert (whole.count, whole.next, whole.previous) == (11, "", "")


def test_one_can_go_back_from_the_last_page_to_the_first(people: Scene) -> None:
    for number in range(7):
        portal_row(people.organization, name=f"P{number}")
    first = applications_page(user=people.alice, size=3)
    last = applications_page(user=people.alice, size=3, cursor=first.last)
    assert (titles(last), last.next) == (["P4", "P5", "P6"], "")
    middle = applications_page(user=people.alice, size=3, cursor=last.previous)
    assert titles(middle) == ["P1", "P2", "P3"]
    begin = applications_page(user=people.alice, size=3, cursor=middle.previous)
    assert (titles(begin), begin.previous) == (["P0"], "")
    assert titles(applications_page(user=people.alice, size=3, cursor=begin.next)) == ["P1", "P2", "P3"]


def test_a_list_of_one_page_leads_nowhere(people: Scene) -> None:
    portal_row(people.organization)
    page = applications_page(user=people.alice)
    assert (page.next, page.previous, page.last) == ("", "", "")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(cursor=st.text(max_size=40) | st.sampled_from(["e30", "WzAsbnVsbCwieCJd", "WzAsIjEiLCIxIl0", "W10", "bnVsbA"]))
def test_a_cursor_that_is_none_is_the_first_page(people: Scene, cursor: str) -> None:
    for sort in ("name", "-created"):
        applications_page(user=people.alice, filters=Filters(sort=sort), cursor=cursor)


def test_a_page_is_never_larger_than_it_may_be(people: Scene) -> None:
    for _ in range(3):
        portal_row(people.organization)
    assert len(applications_page(user=people.alice, size=0).rows) == 1
    assert len(applications_page(user=people.alice, size=10**9).rows) == 3


# --- Many


def test_a_page_takes_three_queries_at_the_most_however_many_rows_there_are(people: Scene, grace: User) -> None:
    many_portals(300, [people.organization], licenses=5)
    for filters in (Filters(), Filters(search="contoso"), Filters(status="configuring"), Filters(type="trial")):
        for cursor in ("", "end"):
            with CaptureQueriesContext(connection) as queries:
                applications_page(user=grace, filters=filters, cursor=cursor)
            # Roles, rows with their number; where the list begins what asks for attention, and a search once more.
            is_longer = filters.search or not (cursor or filters.status or filters.type)
            assert len(queries) <= (3 if is_longer else 2), [query["sql"][:80] for query in queries]


def test_counting_stops_at_a_thousand(people: Scene, grace: User) -> None:
    many_portals(1001, [people.organization])
    page = applications_page(user=grace)
    assert (page.count, page.is_counted, page.count_text) == (1000, False, "1,000+")
    assert applications_page(user=grace, filters=Filters(search="contoso")).count_text == "143"


def test_a_cursor_of_many_pages_visits_every_portal_once(people: Scene, grace: User) -> None:
    many_portals(500, [people.organization, scene("fabrikam").organization], licenses=3)
    seen = list(itertools.chain(*walk(grace, size=60)))
    assert len(seen) == 503
    assert len(set(seen) - {"Portal Add-On"}) == 500
