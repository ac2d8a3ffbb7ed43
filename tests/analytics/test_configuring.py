"""Connecting a portal to a hub: each step really happens, and each way to fail has its own sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analytics.client import Model
from analytics.errors import AlreadyConfigured, AnalyticsBusy, HubUnavailable, NotConfigured
from analytics.hub.model.types import interaction_type_put
from analytics.hub.services.hubs import hub_create, hub_uri
from analytics.kinds import CASE, SEARCH, type_definition
from analytics.models import InsightsConnection, Interaction
from analytics.services.connections import connection_configure, connection_delete, connection_update_key
from analytics.services.recording import captured_types
from analytics.services.switching import interaction_switch, interaction_type_missing
from analytics.services.testing import connection_test
from core.errors import InvalidValue, InvalidValues, NotAllowed
from operations.models import Operation
from portals.models import Portal
from tests.builders.adminsite import Cast
from tests.builders.analytics import connected, waiting
from tests.builders.hubs import HUB, KEY, POLICY, HubMemory
from tests.builders.operations import run_to_end
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db
S = InsightsConnection.State
Happen = Callable[[HubMemory], Any]
FOUR = {"portal_viewknowledgearticle", "portal_viewblogpost", "portal_viewforumthread", "portal_search"}


def configured(people: Cast, portal: Portal, **changes: Any) -> Operation:
    values: dict[str, Any] = {"hub_uri": HUB, "policy_name": POLICY, "shared_key": KEY, "accept_terms": True}
    found = connection_configure(actor=people.alice, portal_id=portal.pk, **{**values, **changes})
    return run_to_end(found.pk)


def test_configuring_makes_the_types_links_contact_and_sends_one_interaction(
    people: Cast, portal: Portal, hub: HubMemory
) -> None:
    hub.polls = 2
    run = configured(people, portal)
    assert (run.status, run.error) == (Operation.Status.SUCCEEDED, None)
    assert {name for model, name in hub.model if model == Model.INTERACTION} == FOUR
    assert (Model.PROFILE, "Contact") in hub.model
    [link] = [found for (model, name), found in hub.model.items() if name == "portal_search_Contact"]
    assert link["participantPropertyReferences"] == [
        {"sourcePropertyName": "portal_contactid", "targetPropertyName": "crmrecordid"}
    ]
    [test] = hub.events.values()
    assert (test["portal_portalid"], test["portal_sessionid"]) == (str(portal.pk), "connection-test")
    connection = InsightsConnection.objects.get()
    assert (connection.state, connection.terms_version, connection.is_linked) == (S.CONNECTED, "2026-11", True)
    assert captured_types() == {portal.pk: FOUR}
    assert KEY not in connection.shared_key
    assert KEY not in f"{run.input}{run.output}{run.plan}"


def test_a_hub_that_has_everything_already_is_left_as_it_is(people: Cast, portal: Portal, hub: HubMemory) -> None:
    other = portal_row(people.contoso)
    configured(people, other)
    before = dict(hub.model)
    configured(people, portal)
    assert hub.model == before
    assert {event["portal_portalid"] for event in hub.events.values()} == {str(portal.pk), str(other.pk)}


@pytest.mark.parametrize(
    ("happen", "code", "sentence", "step"),
    [
        (lambda hub: setattr(hub, "is_down", True), "hub-unreachable", "The hub did not answer", "reach-hub"),
        (lambda hub: setattr(hub, "fails", 500), "hub-failing", "The hub answered 500", "reach-hub"),
        (lambda hub: setattr(hub, "fails", 404), "not-found", "There is no Customer Insights hub", "reach-hub"),
        (
            lambda hub: hub.keys.update({POLICY: "x"}),
            "key-refused",
            "The hub rejected the shared key",
            "read-policy",
        ),
        (lambda hub: hub.keys.pop(POLICY), "policy-unknown", "The hub does not know the policy name", "read-policy"),
        (
            lambda hub: hub.permissions.update({POLICY: frozenset({"Manage", "Read"})}),
            "right-missing",
            f"Policy {POLICY} lacks Write",
            "read-policy",
        ),
        (
            lambda hub: hub.permissions.update({POLICY: frozenset({"Read"})}),
            "right-missing",
            f"Policy {POLICY} lacks Manage",
            "read-policy",
        ),
    ],
)
def test_each_way_to_fail_has_its_own_sentence(
    people: Cast,
    portal: Portal,
    hub: HubMemory,
    happen: Happen,
    code: str,
    sentence: str,
    step: str,
) -> None:
    happen(hub)
    run = configured(people, portal)
    assert run.status == Operation.Status.FAILED
    error = run.error or {}
    assert (error["code"], error["step"]) == (f"analytics:{code}", step)
    assert error["message"].startswith(sentence)
    assert InsightsConnection.objects.get().state == S.FAILED
    assert captured_types() == {}


def test_a_clock_that_is_off_is_told(people: Cast, portal: Portal, hub: HubMemory) -> None:
    hub.clock, hub.keys[POLICY] = timedelta(minutes=-20), "other"
    error = configured(people, portal).error or {}
    assert error["code"] == "analytics:clock-skew"
    assert error["message"].startswith("This server's clock is 20 minutes ahead of the hub's")


def test_what_failed_can_be_configured_with_other_values(people: Cast, portal: Portal, hub: HubMemory) -> None:
    configured(people, portal, shared_key="wrong")
    assert configured(people, portal).status == Operation.Status.SUCCEEDED
    with pytest.raises(AlreadyConfigured):
        configured(people, portal, hub_uri="https://other.hub.example")


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"hub_uri": "http://contoso.hub.example"}, "hub_uri", "Enter a hub URI that starts with https://"),
        (
            {"hub_uri": "https://a:b@hub.example"},
            "hub_uri",
            "Enter the hub URI without a user name and password",
        ),
        (
            {"hub_uri": "https://169.254.169.254"},
            "hub_uri",
            "The hub's address leads into a private network and cannot be used",
        ),
        (
            {"hub_uri": "https://hub.internal.example"},
            "hub_uri",
            "The hub's address leads into a private network and cannot be used",
        ),
        ({"policy_name": " "}, "policy_name", "Enter the policy name"),
        ({"policy_name": "a b"}, "policy_name", "Enter a policy name of at most 50 letters"),
        ({"shared_key": ""}, "shared_key", "Enter the shared key"),
        ({"shared_key": "a\nb"}, "shared_key", "Enter the shared key as the hub shows it"),
        ({"accept_terms": False}, "accept_terms", "Select the check box to continue"),
    ],
)
def test_a_value_that_cannot_be_right_is_told_before_anything_begins(
    people: Cast, portal: Portal, changes: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(InvalidValues) as caught:
        configured(people, portal, **changes)
    [error] = caught.value.errors
    assert error.field == field
    assert error.message.startswith(sentence)
    assert not InsightsConnection.objects.exists()


def test_only_who_may_manage_the_portal_configures_it(people: Cast, portal: Portal, hub: HubMemory) -> None:
    values = {"hub_uri": HUB, "policy_name": POLICY, "shared_key": KEY}
    for stranger in (people.bob, people.charlie):
        with pytest.raises(NotAllowed):
            connection_configure(actor=stranger, portal_id=portal.pk, accept_terms=True, **values)


def test_a_new_key_is_tried_first_and_loses_nothing(people: Cast, portal: Portal, hub: HubMemory) -> None:
    connection = connected(portal, failures=7)
    waiting(portal, count=3)
    with pytest.raises(InvalidValue, match="rejected the shared key"):
        connection_update_key(actor=people.alice, portal_id=portal.pk, shared_key="wrong")
    hub.is_down = True
    with pytest.raises(HubUnavailable, match="did not answer"):
        connection_update_key(actor=people.alice, portal_id=portal.pk, shared_key="second")
    hub.is_down, hub.keys[POLICY] = False, "second"
    connection_update_key(actor=people.alice, portal_id=portal.pk, shared_key=" second ")
    connection.refresh_from_db()
    assert (connection.triple.key, connection.failures, connection.key_set_by) == ("second", 0, people.alice)
    assert Interaction.objects.count() == 3


def test_deleting_sends_what_waits_and_leaves_the_hub_as_it_is(people: Cast, portal: Portal, hub: HubMemory) -> None:
    configured(people, portal)
    ids = waiting(portal, count=2)
    run = run_to_end(connection_delete(actor=people.alice, portal_id=portal.pk).pk)
    assert run.status == Operation.Status.SUCCEEDED
    assert {str(id) for id in ids} <= set(hub.events)
    assert (Model.INTERACTION, SEARCH.name) in hub.model
    assert not InsightsConnection.objects.exists()
    assert captured_types() == {}


def test_a_hub_that_is_away_stops_no_deletion_and_what_was_lost_is_told(
    people: Cast, portal: Portal, hub: HubMemory
) -> None:
    connected(portal)
    waiting(portal, count=2)
    hub.is_down = True
    run = run_to_end(connection_delete(actor=people.alice, portal_id=portal.pk).pk)
    assert (run.status, run.output["left"]) == (Operation.Status.SUCCEEDED, 2)
    assert not Interaction.objects.exists()


def test_two_things_at_once_are_refused(people: Cast, portal: Portal, hub: HubMemory) -> None:
    connection_configure(
        actor=people.alice, portal_id=portal.pk, hub_uri=HUB, policy_name=POLICY, shared_key=KEY, accept_terms=True
    )
    with pytest.raises(AnalyticsBusy):
        connection_delete(actor=people.alice, portal_id=portal.pk)
    with pytest.raises(AnalyticsBusy):
        interaction_switch(actor=people.alice, portal_id=portal.pk, name=SEARCH.name, is_on=False)
    with pytest.raises(NotConfigured):
        connection_delete(actor=people.alice, portal_id=portal_row(people.contoso).pk)


def test_a_deleted_type_is_captured_by_no_portal_of_the_hub_until_it_is_turned_on_again(
    people: Cast, portal: Portal, hub: HubMemory
) -> None:
    configured(people, portal)
    other = portal_row(people.contoso)
    connected(other)
    elsewhere = portal_row(people.contoso)
    connected(elsewhere, hub_uri="https://other.hub.example")
    stopped = interaction_type_missing(hub_uri=HUB, name=SEARCH.name)
    assert {found.pk for found in stopped} == {portal.pk, other.pk}
    assert interaction_type_missing(hub_uri=HUB, name=SEARCH.name) == []
    captured = captured_types()
    assert [SEARCH.name in captured[one.pk] for one in (portal, other, elsewhere)] == [False, False, True]
    del hub.model[Model.INTERACTION, SEARCH.name]
    run = interaction_switch(actor=people.alice, portal_id=portal.pk, name=SEARCH.name, is_on=True)
    assert run is not None
    assert run_to_end(run.pk).status == Operation.Status.SUCCEEDED
    assert (Model.INTERACTION, SEARCH.name) in hub.model
    assert SEARCH.name in captured_types()[portal.pk]


def test_cases_are_captured_only_where_they_are_turned_on(people: Cast, portal: Portal, hub: HubMemory) -> None:
    configured(people, portal)
    run = interaction_switch(actor=people.alice, portal_id=portal.pk, name=CASE.name, is_on=True)
    assert run is not None
    run_to_end(run.pk)
    assert CASE.name in captured_types()[portal.pk]
    assert interaction_switch(actor=people.alice, portal_id=portal.pk, name=CASE.name, is_on=False) is None
    assert CASE.name not in captured_types()[portal.pk]


def test_test_connection_says_what_is_not_as_it_must_be(people: Cast, portal: Portal, hub: HubMemory) -> None:
    configured(people, portal)
    assert connection_test(actor=people.alice, portal_id=portal.pk).is_good
    del hub.model[Model.INTERACTION, SEARCH.name]
    hub.permissions[POLICY] = frozenset({"Manage", "Read"})
    report = connection_test(actor=people.alice, portal_id=portal.pk)
    wrong = {check.name: check.code for check in report.checks if not check.passed}
    assert wrong == {"rights": "analytics:right-missing", SEARCH.name: "analytics:type-unknown"}
    assert not report.is_good
    hub.is_down = True
    assert [check.code for check in connection_test(actor=people.alice, portal_id=portal.pk).checks] == [
        "analytics:hub-unreachable"
    ]


def test_a_type_that_test_connection_misses_is_shown_as_missing(people: Cast, portal: Portal, hub: HubMemory) -> None:
    configured(people, portal)
    del hub.model[Model.INTERACTION, SEARCH.name]
    report = connection_test(actor=people.alice, portal_id=portal.pk)
    assert (report.is_good, report.has_warnings) == (True, True)
    assert captured_types()[portal.pk] == FOUR - {SEARCH.name}


def test_a_type_that_is_deleted_in_the_explorer_is_captured_by_no_portal_of_that_hub(
    people: Cast, portal: Portal, client: Client
) -> None:
    made, _ = hub_create(actor=None, name="fresh", organization=people.contoso)
    interaction_type_put(made, SEARCH.name, type_definition(SEARCH))
    connected(portal, hub_uri=hub_uri(made))
    client.force_login(people.alice)
    answer = client.post(reverse("hub-type-delete", args=["fresh", SEARCH.name]))
    assert answer.status_code == 302
    assert captured_types()[portal.pk] == FOUR - {SEARCH.name}
