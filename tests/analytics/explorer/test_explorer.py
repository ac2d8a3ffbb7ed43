"""The hub explorer: what an administrator sees of a hub, and never sees of other people's portals."""

from __future__ import annotations

import uuid

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.hub.cached import hubs_forget
from analytics.hub.refusing import UNAUTHORIZED
from analytics.kinds import NOBODY, TEST_SESSION
from organizations.models import Organization, Role
from tests.builders.adminsite import Cast, cast, instance, person
from tests.builders.embedded_hubs import ARTICLE, SEARCH, article, hub_made, search
from tests.builders.explorers import MARIA, PAUL, SharedHub, shared_hub

pytestmark = pytest.mark.django_db
WHERE = "/insights/hubs/contoso/"


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    hubs_forget()
    UNAUTHORIZED.forget()  # of a hub that is gone
    caches["process"].clear()


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def shared(people: Cast) -> SharedHub:
    return shared_hub(people.contoso, instance("Fabrikam"))


@pytest.fixture
def browser(client: Client, people: Cast) -> Client:
    client.force_login(people.alice)
    return client


def _page(browser: Client, path: str = "") -> str:
    return browser.get(WHERE + path).content.decode()


def _led(page: str, rel: str) -> str:
    """Where the pager's link leads."""
    return page.split(f'rel="{rel}" href="')[1].split('"')[0].replace("&amp;", "&")


# --- Looking


def test_the_tab_lists_the_hubs_of_ones_instances(browser: Client, shared: SharedHub) -> None:
    page = browser.get("/insights/").content.decode()

    assert f'href="{WHERE}"' in page
    assert "/hub/contoso" in page
    assert "4 interaction types" in page
    assert 'href="/insights/" aria-current="page"' in page


def test_the_overview_counts_draws_and_lists(browser: Client, shared: SharedHub) -> None:
    page = _page(browser)

    assert "Knowledge article: 3" in page
    assert "Portal Search: 3" in page
    assert "1 × Knowledge article, 3 × Portal Search</title>" in page
    assert "“boiler leaks”" in page
    assert "Descale the coffee machine" in page
    missed = page.split('id="missed-searches"')[1].split("</section>")[0]
    assert "“engineer visit”" in missed
    assert "boiler" not in missed


def test_chart_and_table_say_the_same(browser: Client, shared: SharedHub) -> None:
    page = _page(browser, "?days=7")

    assert page.count('<th scope="row">') == 7
    assert page.count('class="chart__part') == 4


def test_events_are_listed_with_their_json(browser: Client, shared: SharedHub) -> None:
    page = _page(browser, "events/")

    assert page.count("<summary>JSON") == 6
    assert "&quot;portal_resultcount&quot;: 4" in page
    assert "Contoso Support" in page
    assert page.count("Found nothing") == 1


def test_only_portals_that_one_may_manage_can_be_chosen(browser: Client, shared: SharedHub) -> None:
    choices = _page(browser, "events/").split('id="portal"')[1].split("</select>")[0]

    assert choices.count("<option") == 2
    assert "Contoso Support" in choices


def test_events_are_filtered(browser: Client, shared: SharedHub) -> None:
    found = {query: _page(browser, f"events/?{query}").count("<summary>JSON") for query in (
        f"type={ARTICLE}", f"portal={shared.own.pk}", f"contact={MARIA}", f"contact={uuid.uuid4()}", "portal=nonsense",
        "from=2100-01-01", "until=2001-01-01", "from=nonsense",
    )}  # fmt: skip

    assert list(found.values()) == [3, 6, 6, 0, 0, 0, 0, 6]


def test_new_events_are_followed_where_one_wants_it(browser: Client, shared: SharedHub) -> None:
    assert "hx-get" not in _page(browser, f"events/?type={SEARCH}").split('id="events"')[1]
    live = _page(browser, f"events/?type={SEARCH}&live=on")
    assert 'http-equiv="refresh"' in live  # without JavaScript
    again = live.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert again == f"?type={SEARCH}&live=on"
    test = search("Test", portal_portalid=str(shared.own.pk), portal_contactid=NOBODY, portal_sessionid=TEST_SESSION)
    shared.client.post(test)
    part = browser.get(f"{WHERE}events/{again}", HTTP_HX_REQUEST="true").content.decode()
    assert part.lstrip().startswith('<div id="events"')
    assert (part.count("<summary>JSON"), part.count("Connection test")) == (4, 1)


def test_events_are_paged_both_ways(browser: Client, shared: SharedHub) -> None:
    shared.client.post([search(f"text {number}", portal_portalid=str(shared.own.pk)) for number in range(60)])

    first = _page(browser, "events/")
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = _page(browser, f"events/{older}")
    newer = second.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")

    assert (first.count("<summary>JSON"), second.count("<summary>JSON")) == (50, 16)
    assert _page(browser, f"events/{newer}").count("<summary>JSON") == 50
    assert _page(browser, "events/?older=nonsense").count("<summary>JSON") == 50


def test_what_was_refused_is_told_with_its_reason(browser: Client, shared: SharedHub) -> None:
    shared.client.post(article(portal_portalid=str(shared.own.pk), portal_knowledgetitle=None))

    page = _page(browser, "refused/")

    assert "MissingProperty" in page
    assert "portal_knowledgetitle" in page


def test_an_empty_hub_says_how_to_fill_it(browser: Client, people: Cast, shared: SharedHub) -> None:
    hub_made(people.contoso, "empty")
    page = browser.get("/insights/hubs/empty/").content.decode()

    assert "Open a knowledge article on a connected portal to see one." in page


@pytest.mark.parametrize("path", ["", "events/", "types/", "refused/"])
def test_no_page_takes_more_queries_for_more_events(browser: Client, shared: SharedHub, path: str) -> None:
    _page(browser, path)
    with CaptureQueriesContext(connection) as few:
        _page(browser, path)
    shared.client.post([search(f"text {number}", portal_portalid=str(shared.own.pk)) for number in range(40)])
    hubs_forget()
    _page(browser, path)
    with CaptureQueriesContext(connection) as many:
        _page(browser, path)

    assert len(many) <= len(few)
    assert len(many) < 30


# --- Who


@pytest.mark.parametrize("path", ["", "events/", "types/", "refused/", f"contacts/?id={PAUL}", "kpis/"])
def test_events_of_portals_that_one_may_not_manage_are_nowhere(browser: Client, shared: SharedHub, path: str) -> None:
    page = _page(browser, path)

    assert "fabrikam secret" not in page
    assert str(shared.foreign.pk) not in page
    assert "Fabrikam Help" not in page


def test_no_filter_and_no_export_opens_them(browser: Client, shared: SharedHub) -> None:
    assert "fabrikam secret" not in _page(browser, f"events/?portal={shared.foreign.pk}&contact={PAUL}")
    for format in ("json", "csv"):
        assert "fabrikam secret" not in _page(browser, f"contacts/export/?id={PAUL}&format={format}")


def test_a_global_administrator_sees_every_portals_events(client: Client, people: Cast, shared: SharedHub) -> None:
    client.force_login(people.global_admin)
    assert "fabrikam secret" in client.get(f"{WHERE}events/").content.decode()


def test_who_may_look_at_no_hub_sees_neither_tab_nor_page(client: Client, people: Cast, shared: SharedHub) -> None:
    for stranger in (people.bob, people.charlie):
        client.force_login(stranger)
        assert 'href="/insights/"' not in client.get("/instances/").content.decode()
        assert client.get("/insights/").status_code == 403
        assert client.get(WHERE).status_code == 403
        assert client.post(f"{WHERE}types/{SEARCH}/delete/").status_code == 403


def test_a_hub_of_another_instance_is_not_found(client: Client, people: Cast, shared: SharedHub) -> None:
    fabrikam = Organization.objects.get(name="Fabrikam")
    client.force_login(person("Fay", Role.SYSTEM_ADMINISTRATOR, fabrikam))
    assert "contoso" not in client.get("/insights/").content.decode().split("<main")[1]
    for path in ("", "events/", "types/", "policies/", "settings/", f"contacts/?id={MARIA}"):
        assert client.get(WHERE + path).status_code == 404
    for path in (
        f"types/{SEARCH}/delete/",
        f"contacts/erase/?id={MARIA}",
        "policies/RootManageSharedAccessKey/regenerate/",
    ):
        assert client.post(WHERE + path, {"confirmation": "erase"}).status_code == 404


def test_refused_events_are_paged_both_ways(browser: Client, shared: SharedHub) -> None:
    own = str(shared.own.pk)
    for _ in range(6):
        shared.client.post([article(portal_portalid=own, portal_knowledgetitle=None) for _ in range(20)])

    first = _page(browser, "refused/")
    second = _page(browser, f"refused/{_led(first, 'next')}")
    third = _page(browser, f"refused/{_led(second, 'next')}")
    back = _page(browser, f"refused/{_led(third, 'prev')}")

    assert [page.count("<summary>What came") for page in (first, second, third, back)] == [50, 50, 20, 50]
    assert ('rel="prev"' in first, 'rel="next"' in third) == (False, False)
    assert back.split("<tbody")[1] == second.split("<tbody")[1]
    assert 'rel="prev"' not in _page(browser, f"refused/{_led(back, 'prev')}")
    assert _page(browser, "refused/?after=nonsense").count("<summary>What came") == 50
