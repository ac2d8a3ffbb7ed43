"""The hub explorer: what an administrator sees of a hub, changes in it, and never sees of other people's portals."""

from __future__ import annotations

import csv
import io
import json
import uuid

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.hub.cached import hubs_forget
from analytics.hub.models import ErasedContact, Hub, Interaction
from analytics.hub.services.hubs import hub_uri
from analytics.kinds import NOBODY, TEST_SESSION
from organizations.models import Organization, Role
from tests.builders.adminsite import Cast, cast, instance, person
from tests.builders.analytics import connected
from tests.builders.embedded_hubs import ARTICLE, SEARCH, article, client_of, hub_made, search
from tests.builders.explorers import MARIA, PAUL, SharedHub, shared_hub
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db
WHERE = "/insights/hubs/contoso/"


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    hubs_forget()
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


# --- Changing


def test_deleting_a_type_says_which_portals_it_stops_and_stops_them(browser: Client, shared: SharedHub) -> None:
    asked = _page(browser, f"types/{SEARCH}/delete/")
    assert "Portals will stop sending this interaction." in asked
    assert "<li>Contoso Support</li>" in asked
    assert "1 portal that you may not manage" in asked
    assert "<li>Never Sent</li>" not in asked

    browser.post(f"{WHERE}types/{SEARCH}/delete/")

    assert shared.client.post(search(portal_portalid=str(shared.own.pk))).status_code == 400
    assert "Deleted" in _page(browser, "types/")
    assert "boiler leaks" in _page(browser, "events/")

    browser.post(f"{WHERE}types/{SEARCH}/restore/")
    assert shared.client.post(search(portal_portalid=str(shared.own.pk))).status_code == 202


def test_deleting_a_type_names_portals_that_would_send_it_and_never_have(
    browser: Client, people: Cast, shared: SharedHub
) -> None:
    silent, off = portal_row(people.contoso, name="Never Sent"), portal_row(people.contoso, name="Turned Off")
    connected(silent, hub_uri=hub_uri(shared.hub))
    connected(off, hub_uri=hub_uri(shared.hub)).types.filter(name=SEARCH).update(is_on=False)
    connected(shared.foreign, hub_uri=hub_uri(shared.hub))

    asked = _page(browser, f"types/{SEARCH}/delete/")

    assert "<li>Never Sent</li>" in asked
    assert "Turned Off" not in asked
    assert "1 portal that you may not manage" in asked


def test_a_policy_is_deleted_after_its_portals_were_named(browser: Client, people: Cast, shared: SharedHub) -> None:
    sender = client_of(shared.hub, "Read", "Write")
    assert sender.post(search()).status_code == 202
    connected(shared.own, hub_uri=hub_uri(shared.hub), policy_name=sender.policy)

    where = f"policies/{sender.policy}/delete/"
    asked = _page(browser, where)
    assert "<li>Contoso Support</li>" in asked
    assert shared.hub.policies.filter(name=sender.policy).exists()

    assert browser.post(WHERE + where).status_code == 302
    assert not shared.hub.policies.filter(name=sender.policy).exists()
    assert sender.post(search()).status_code == 401
    assert browser.get(WHERE + where).status_code == 404


def test_the_root_policy_stays(browser: Client, shared: SharedHub) -> None:
    assert "cannot be deleted" in _page(browser, "policies/RootManageSharedAccessKey/")
    assert browser.post(f"{WHERE}policies/RootManageSharedAccessKey/delete/").status_code == 409
    assert shared.hub.policies.filter(name="RootManageSharedAccessKey").exists()


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


def test_the_link_to_the_contact_is_shown_and_changed(browser: Client, shared: SharedHub) -> None:
    assert "<code>crmrecordid</code> = <code>portal_contactid</code>" in _page(browser, "types/")

    browser.post(f"{WHERE}types/{SEARCH}/link/", {"source": "portal_sessionid"})

    assert "<code>crmrecordid</code> = <code>portal_sessionid</code>" in _page(browser, "types/")
    assert browser.post(f"{WHERE}types/{SEARCH}/link/", {"source": "nonsense"}).status_code in {200, 400}


def test_keys_are_shown_once(browser: Client, shared: SharedHub) -> None:
    made = browser.post(f"{WHERE}policies/", {"name": "reporting", "permissions": ["Read"]}).content.decode()
    key = made.split("Primary key")[1].split("data-copy-source>")[1].split("<")[0]

    assert len(key) == 44
    for path in ("policies/", "policies/reporting/"):
        assert key not in _page(browser, path)
    again = browser.post(f"{WHERE}policies/", {"name": "reporting", "permissions": ["Read", "Write"]})
    assert again.status_code == 409
    assert key not in again.content.decode()


def test_a_key_that_is_made_anew_shows_itself_and_not_the_other(browser: Client, shared: SharedHub) -> None:
    name = "RootManageSharedAccessKey"
    answer = browser.post(f"{WHERE}policies/{name}/regenerate/", {"key": "primary"}).content.decode()

    assert "Primary key" in answer
    assert "Secondary key" not in answer
    assert shared.client.post(search()).status_code == 401
    assert browser.get(f"{WHERE}policies/{name}/regenerate/").status_code == 405


def test_what_a_policy_may_do_is_changed_without_a_key(browser: Client, shared: SharedHub) -> None:
    browser.post(f"{WHERE}policies/", {"name": "sender", "permissions": ["Read"]})
    browser.post(f"{WHERE}policies/sender/", {"permissions": ["Read", "Write"]})

    assert shared.hub.policies.get(name="sender").permissions == ["Read", "Write"]
    refused = browser.post(f"{WHERE}policies/RootManageSharedAccessKey/", {"permissions": ["Read"]})
    assert refused.status_code == 409


def test_a_kpi_is_made_shown_and_deleted(client: Client, people: Cast, shared: SharedHub) -> None:
    client.force_login(people.global_admin)
    typed = {"name": "Searches", "type_name": SEARCH, "function": "Count", "expression": "", "window": "Lifetime"}
    page = client.post(f"{WHERE}kpis/", typed, follow=True).content.decode()

    assert "Count over portal_search" in page.replace("\n", " ")
    assert "<td>4" in page
    client.post(f"{WHERE}kpis/Searches/delete/")
    assert "No KPIs" in client.get(f"{WHERE}kpis/").content.decode()


def test_a_contact_is_exported_whole(browser: Client, shared: SharedHub) -> None:
    told = json.loads(_page(browser, f"contacts/export/?id={MARIA}"))
    rows = list(csv.reader(io.StringIO(_page(browser, f"contacts/export/?id={MARIA}&format=csv").lstrip("\ufeff"))))

    assert len(told["interactions"]) == 6
    assert len(rows) == 7


def test_erasing_a_contact_needs_the_word_and_leaves_nothing(browser: Client, shared: SharedHub) -> None:
    where = f"{WHERE}contacts/erase/?id={MARIA}"
    assert browser.post(where, {"confirmation": "yes"}).status_code == 400
    assert Interaction.objects.filter(contact=MARIA).count() == 6

    browser.post(where, {"confirmation": "Erase"})

    assert not Interaction.objects.filter(contact=MARIA).exists()
    assert ErasedContact.objects.filter(contact=MARIA).exists()
    assert "boiler leaks" not in _page(browser)


def test_the_retention_is_changed_within_its_limits(browser: Client, shared: SharedHub) -> None:
    assert browser.post(f"{WHERE}settings/", {"retention_months": "0"}).status_code == 400
    browser.post(f"{WHERE}settings/", {"retention_months": "6"})
    assert Hub.objects.get(name="contoso").retention_months == 6


def test_a_hub_is_made_with_its_keys(browser: Client, people: Cast) -> None:
    typed = {"name": "fresh", "organization": str(people.contoso.pk), "retention_months": "12"}
    page = browser.post("/insights/new/", typed).content.decode()

    assert "/hub/fresh" in page
    assert "RootManageSharedAccessKey" in page
    assert browser.post("/insights/new/", typed).status_code == 409
    assert browser.post("/insights/new/", {**typed, "name": "no spaces"}).status_code == 400
