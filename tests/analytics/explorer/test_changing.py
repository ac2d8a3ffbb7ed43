"""What the explorer changes in a hub: types, policies, keys, links, KPIs, contacts, retention."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.cache import caches
from django.test import Client

from analytics.hub.cached import hubs_forget
from analytics.hub.models import ErasedContact, Hub, Interaction
from analytics.hub.refusing import UNAUTHORIZED
from analytics.hub.services.hubs import hub_uri
from analytics.models import Interaction as WaitingInteraction
from tests.builders.adminsite import Cast, cast, instance
from tests.builders.analytics import connected, waiting
from tests.builders.embedded_hubs import SEARCH, client_of, search
from tests.builders.explorers import MARIA, SharedHub, shared_hub
from tests.builders.portals import portal_row

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
    connected(shared.own, hub_uri=hub_uri(shared.hub))
    connected(shared.foreign, hub_uri="https://other.hub.example")
    for portal in (shared.own, shared.foreign):
        waiting(portal, count=2)
        WaitingInteraction.objects.filter(portal_id=portal.pk).update(contact_id=MARIA)
    assert browser.post(where, {"confirmation": "yes"}).status_code == 400
    assert Interaction.objects.filter(contact=MARIA).count() == 6

    browser.post(where, {"confirmation": "Erase"})

    assert not Interaction.objects.filter(contact=MARIA).exists()
    assert ErasedContact.objects.filter(contact=MARIA).exists()
    assert set(WaitingInteraction.objects.values_list("portal_id", flat=True)) == {shared.foreign.pk}
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
