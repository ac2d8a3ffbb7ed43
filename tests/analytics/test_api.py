"""``portals/{id}/analytics/``: what scripts rely on. The key goes in and never comes out."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from analytics.models import InsightsConnection
from operations.models import Operation
from organizations.models import Organization, Role
from portals.models import Portal
from tests.builders.analytics import connected, waiting
from tests.builders.api import Caller, caller, organization_row
from tests.builders.hubs import HUB, POLICY, HubMemory
from tests.builders.operations import run_to_end
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db
SECRET = "c2VjcmV0LWtleS1uZXZlci1zaG93bg=="


@pytest.fixture
def contoso(db: None) -> Organization:
    return organization_row("contoso")


@pytest.fixture
def alice(contoso: Organization) -> Caller:
    return caller("alice@contoso.example", (Role.SYSTEM_ADMINISTRATOR, contoso))


@pytest.fixture
def place(contoso: Organization) -> Portal:
    return portal_row(contoso, name="Support", subdomain="contoso-support")


def path(portal: Portal) -> str:
    return f"portals/{portal.pk}/analytics/"


def body(**changes: Any) -> dict[str, Any]:
    return {"hub_uri": HUB, "policy_name": POLICY, "shared_key": SECRET, "accept_terms": True, **changes}


def test_a_portal_is_connected_looked_at_given_another_key_and_disconnected(
    alice: Caller, place: Portal, hub: HubMemory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hub.keys[POLICY] = SECRET
    assert alice.get(path(place)).json()["code"] == "analytics:not-configured"
    accepted = alice.ask("PUT", path(place), body())
    assert accepted.status_code == 202
    run_to_end(accepted.json()["id"])
    waiting(place, count=2)
    told = alice.get(path(place))
    found = told.json()
    assert (found["hub_uri"], found["policy_name"], found["state"], found["backlog"]) == (HUB, POLICY, "connected", 2)
    assert [one["name"] for one in found["interactions"] if one["is_captured"]] == [
        "portal_viewknowledgearticle",
        "portal_viewblogpost",
        "portal_viewforumthread",
        "portal_search",
    ]
    hub.keys[POLICY] = "second"
    patched = alice.patch(path(place), {"shared_key": "second"})
    assert patched.status_code == 200
    deleted = alice.ask("DELETE", path(place))
    assert deleted.status_code == 202
    assert run_to_end(deleted.json()["id"]).status == Operation.Status.SUCCEEDED
    everything = [accepted.content, told.content, patched.content, deleted.content, caplog.text.encode()]
    everything += [str(row).encode() for row in Operation.objects.values()]
    assert not [text for text in everything if SECRET.encode() in text or b"SharedAccessSignature sig" in text]


def test_a_wrong_key_and_a_hub_that_is_away_are_told_apart(alice: Caller, place: Portal, hub: HubMemory) -> None:
    connected(place)
    refused = alice.patch(path(place), {"shared_key": "wrong"})
    assert refused.status_code == 400
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("#/shared_key", "analytics:key-refused")
    ]
    hub.is_down = True
    away = alice.patch(path(place), {"shared_key": "other"})
    assert (away.status_code, away.json()["code"]) == (503, "analytics:hub-unreachable")
    failed = alice.ask("PUT", path(portal_row(place.organization)), body())
    operation = run_to_end(failed.json()["id"])
    shown = alice.get(f"operations/{operation.pk}/").json()
    assert shown["error"]["code"] == "analytics:hub-unreachable"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"hub_uri": "http://hub.example"}, "hub_uri", "analytics:uri-invalid"),
        ({"hub_uri": "https://127.0.0.1"}, "hub_uri", "analytics:address-refused"),
        ({"shared_key": ""}, "shared_key", "analytics:key-invalid"),
        ({"accept_terms": False}, "accept_terms", "analytics:terms"),
    ],
)
def test_a_bad_value_is_answered_beside_its_field(
    alice: Caller, place: Portal, changes: dict[str, Any], field: str, code: str
) -> None:
    answer = alice.ask("PUT", path(place), body(**changes))
    assert answer.status_code == 400
    assert code in answer.content.decode()
    assert field in answer.content.decode()
    assert not InsightsConnection.objects.exists()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_who_may_not_manage_is_told_so_whatever_the_body_says(
    contoso: Organization, place: Portal, method: str
) -> None:
    ben = caller("ben@contoso.example", (Role.SYSTEM_CUSTOMIZER, contoso))
    answer = ben.ask(method, path(place), {})
    assert (answer.status_code, answer.json()["code"]) == (403, "auth:manage-denied")


def test_the_address_cannot_be_changed_afterwards(alice: Caller, place: Portal, hub: HubMemory) -> None:
    connected(place)
    assert alice.ask("PUT", path(place), body()).json()["code"] == "analytics:configured"
    assert alice.patch(path(place), {"shared_key": "k", "hub_uri": HUB}).status_code == 400


def test_a_token_needs_the_scope(contoso: Organization, place: Portal) -> None:
    reader = caller("r@contoso.example", (Role.SYSTEM_ADMINISTRATOR, contoso), scopes=("analytics:read",))
    assert reader.get(path(place)).status_code == 404
    assert reader.ask("DELETE", path(place)).status_code == 403
