"""A hub's model over its own addresses: long-running creates, names, what may be changed, KPIs."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from analytics.hub.errors import HubError
from analytics.hub.model.parts import part_put
from analytics.hub.models import Hub
from analytics.hub.views.model import changed
from tests.builders.embedded_hubs import (
    MARIA,
    SEARCH,
    HubClient,
    article,
    definition,
    search,
    stamp,
)

pytestmark = pytest.mark.django_db


def put(client: HubClient, path: str, body: object) -> tuple[int, str]:
    answer = client.send("PUT", f"manage/model/{path}", body)
    told = answer.json()
    return answer.status_code, told.get("error", {}).get("code", told.get("provisioningState"))


def test_creating_a_type_is_an_operation_that_can_be_asked(client: HubClient) -> None:
    told = {"idPropertyNames": ["id"], "fields": [{"fieldName": "id"}], "displayName": {"en-us": "Visit"}}
    first = client.send("PUT", "manage/model/interactions/Visit?api-version=2017-04-26", told)
    assert (first.status_code, first.headers["Retry-After"]) == (202, "1")
    where = first.headers["Location"].partition("/hub/contoso/")[2]
    done = client.send("GET", where)
    assert (done.status_code, done.json()["provisioningState"]) == (201, "Succeeded")
    again = client.send("PUT", "manage/model/interactions/Visit", told)
    assert client.send("GET", again.headers["Location"].partition("/hub/contoso/")[2]).status_code == 200
    for unknown in ("00000000-0000-0000-0000-000000000000", "x"):
        assert client.send("GET", f"manage/model/operations/{unknown}").status_code == 404


def test_a_type_is_told_with_what_the_hub_knows_of_it(client: HubClient) -> None:
    client.post([search(), search()])
    told = client.get(f"manage/model/interactions/{SEARCH}")
    assert (told["instancesCount"], told["tenantId"], told["entityType"]) == (2, "contoso", "Interaction")
    assert put(client, f"interactions/{SEARCH}", told) == (202, "Succeeded")
    assert len(client.get("manage/model/interactions")["value"]) == 4
    assert client.send("GET", "manage/model/interactions/nosuch").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("interactions/1st", {}, 400, "InvalidName"),
        ("interactions/x", {}, 400, "InvalidName"),
        ("interactions/InteractionId", {}, 400, "InvalidName"),
        ("interactions/Fine", {"nosuch": 1}, 400, "UnknownProperty"),
        ("interactions/Fine", {"fields": []}, 400, "InvalidDefinition"),
        ("interactions/Fine", {"fields": [{"fieldName": "a"}]}, 400, "InvalidDefinition"),
        ("interactions/Fine", {"fields": [{"fieldName": "a"}], "idPropertyNames": ["b"]}, 400, "InvalidDefinition"),
        ("interactions/Fine", {"fields": [{"fieldName": "Value"}]}, 400, "InvalidName"),
        ("interactions/Fine", {"fields": [{"fieldName": "a", "fieldType": "Edm.Odd"}]}, 400, "InvalidDefinition"),
        ("interactions/Fine", {"fields": [{"fieldName": "a", "colour": 1}]}, 400, "UnknownProperty"),
        ("interactions/Fine", {"typeName": "Other"}, 400, "InvalidDefinition"),
        ("interactions/Fine", {"entityType": "Profile"}, 400, "InvalidDefinition"),
        (f"interactions/{SEARCH}", definition(SEARCH, isActivity=True), 409, "InvalidChange"),
        (f"interactions/{SEARCH}", definition(SEARCH, idPropertyNames=["portal_contactid"]), 409, "InvalidChange"),
        ("interactions/Fine", definition(SEARCH, apiEntitySetName="Contacts"), 409, "NameTaken"),
        ("profiles/Fine", {"fields": [{"fieldName": "a"}]}, 400, "InvalidDefinition"),
        ("links/Fine", {"sourceEntityTypeName": "nosuch", "targetEntityTypeName": "Contact"}, 404, "ResourceNotFound"),
        ("links/Fine", {"operationType": "Delete"}, 501, "NotServed"),
        ("relationships/Fine", {"profileType": "nosuch"}, 404, "ResourceNotFound"),
        ("kpis/Fine", {"entityType": "Profile"}, 501, "NotServed"),
        ("connectors/Fine", {}, 501, "NotServed"),
        ("segments/Fine", {}, 501, "NotServed"),
        ("widgetTypes/Fine", {}, 501, "NotServed"),
    ],
)
def test_what_cannot_be_put_is_said(client: HubClient, path: str, body: dict[str, Any], status: int, code: str) -> None:
    assert put(client, path, body) == (status, code)


def test_wrong_methods_and_places_are_told_apart(client: HubClient) -> None:
    answer = client.send("PATCH", "manage/model/interactions")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert client.send("POST", "data/BlobIngestionJobs/x/y", {}).json()["error"]["code"] == "NotServed"
    assert client.send("GET", "elsewhere").json()["error"]["code"] == "ResourceNotFound"
    assert client.send("DELETE", "manage/model/interactions/nosuch").status_code == 404


def test_a_deleted_type_is_gone_until_it_is_put_again(client: HubClient) -> None:
    assert client.send("DELETE", f"manage/model/interactions/{SEARCH}").status_code == 204
    assert client.send("GET", f"manage/model/interactions/{SEARCH}").status_code == 404
    assert client.send("DELETE", f"manage/model/interactions/{SEARCH}").status_code == 404
    assert put(client, f"interactions/{SEARCH}", definition(SEARCH)) == (202, "Succeeded")
    assert client.post(search()).status_code == 202


def test_a_profile_type_in_use_cannot_be_deleted(client: HubClient) -> None:
    assert client.send("DELETE", "manage/model/profiles/Contact").json()["error"]["code"] == "InUse"
    for link in client.get("manage/model/links")["value"]:
        client.send("DELETE", f"manage/model/links/{link['linkName']}")
    assert client.send("DELETE", "manage/model/profiles/Contact").status_code == 204


def test_relationships_between_participants_are_suggested(client: HubClient) -> None:
    relationship = {"profileType": "Contact", "relatedProfileType": "Contact"}
    assert put(client, "relationships/Knows", relationship) == (202, "Succeeded")
    who = {"participantName": "Who", "profileTypeName": "Contact", "participantPropertyReferences": []}
    put(client, f"interactions/{SEARCH}", definition(SEARCH, participantProfiles=[who]))
    told = client.send("POST", f"manage/model/interactions/{SEARCH}/suggestRelationshipLinks").json()
    assert [one["existingRelationshipName"] for one in told["suggestedRelationships"]] == ["Knows"]


def test_a_relationship_link_names_both_sides_by_fields_that_are_there(client: HubClient) -> None:
    put(client, "relationships/Knows", {"profileType": "Contact", "relatedProfileType": "Contact"})
    pair = [{"profilePropertyName": "crmrecordid", "interactionPropertyName": "portal_contactid"}]
    told = {"relationshipName": "Knows", "interactionType": SEARCH, "profilePropertyReferences": pair}
    assert put(client, "relationshipLinks/Fine", told) == (400, "InvalidDefinition")
    told["relatedProfilePropertyReferences"] = [{**pair[0], "interactionPropertyName": "nosuch"}]
    assert put(client, "relationshipLinks/Fine", told) == (400, "InvalidDefinition")
    told["relatedProfilePropertyReferences"] = pair
    assert put(client, "relationshipLinks/Fine", {**told, "mappings": [{}]}) == (501, "NotServed")
    assert put(client, "relationshipLinks/Fine", told) == (202, "Succeeded")
    assert client.send("DELETE", "manage/model/relationships/Knows").json()["error"]["code"] == "InUse"
    for path in ("relationshipLinks/Fine", "relationships/Knows"):
        assert client.send("DELETE", f"manage/model/{path}").status_code == 204


WHOLE: dict[str, dict[str, Any]] = {
    "interactions": {**definition(SEARCH), "primaryParticipantProfilePropertyName": "portal_contactid",
        "participantProfiles": [{"participantName": "Who", "profileTypeName": "Contact",
            "participantPropertyReferences": [{"sourcePropertyName": "portal_contactid"}]}]},
    "profiles": {"fields": [{"fieldName": "id"}], "strongIds": [{"strongIdName": "id", "keyPropertyNames": ["id"]}]},
    "links": {"sourceEntityTypeName": SEARCH, "targetEntityTypeName": "Contact", "operationType": "Upsert",
        "participantPropertyReferences": [{"sourcePropertyName": "portal_contactid",
            "targetPropertyName": "crmrecordid"}]},
    "relationships": {"profileType": "Contact", "relatedProfileType": "Contact", "cardinality": "OneToOne"},
    "relationshipLinks": {"relationshipName": "Knows", "interactionType": SEARCH,
        "profilePropertyReferences": [{"profilePropertyName": "a", "interactionPropertyName": "b"}]},
    "kpis": {"entityType": "Interaction", "entityTypeName": SEARCH, "calculationWindow": "Day", "function": "Sum",
        "expression": "portal_resultcount"},
    "views": {"definition": "{}", "userId": "me"},
}  # fmt: skip
ODD: tuple[Any, ...] = (7, "x", True, [], {}, [7], [[]], [{}], {"a": []}, 1e999, "\x00", "\ud800", {"a": "\x00"})


def swapped(value: Any) -> Iterator[Any]:
    """The value with each part of it, at any depth, made an odd one."""
    yield from ODD
    parts = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for place, part in parts:
        for odd in swapped(part):
            made = copy.copy(value)
            made[place] = odd
            yield made


@pytest.mark.parametrize("kind", WHOLE)
def test_a_definition_with_an_odd_part_is_taken_or_refused(hub: Hub, kind: str) -> None:
    part_put(hub, "relationships", "Knows", {"profileType": "Contact", "relatedProfileType": "Contact"})
    for told in swapped(WHOLE[kind]):
        if not isinstance(told, dict):
            continue
        try:
            with transaction.atomic():
                changed(hub, kind, "Fine", told)
                transaction.set_rollback(True)
        except HubError as refused:
            assert refused.status in (400, 404, 409, 501)  # noqa: PT017


def test_views_are_a_users_own_or_everybodys(client: HubClient) -> None:
    for name, user in (("Mine", "maria"), ("Ours", "*")):
        assert put(client, f"views/{name}", {"userId": user, "definition": "{}"}) == (202, "Succeeded")
    assert put(client, "views/Mine", {"userId": "paul", "definition": "{}"}) == (409, "NameTaken")
    names = {user: [one["viewName"] for one in client.get(f"manage/model/views?userId={user}")["value"]]
             for user in ("maria", "paul", "*")}  # fmt: skip
    assert names == {"maria": ["Mine"], "paul": [], "*": ["Ours"]}
    first = client.get("manage/model/views/Mine?userId=maria")
    put(client, "views/Mine", {**first, "definition": "[]", "created": "2001-01-01T00:00:00Z"})
    again = client.get("manage/model/views/Mine")
    assert (again["created"], again["changed"] > first["changed"]) == (first["created"], True)
    assert client.send("DELETE", "manage/model/views/Mine?userId=paul").status_code == 404
    assert client.send("DELETE", "manage/model/views/Mine?userId=maria").status_code == 204


def test_blobs_are_not_taken(client: HubClient) -> None:
    assert client.send("POST", "data/BlobIngestionJobs", {}).json()["error"]["code"] == "NotServed"


def test_kpis_are_calculated_over_their_windows(client: HubClient) -> None:
    now = timezone.now()
    yesterday = {"portal_timestamp": stamp(now - timedelta(days=1))}
    client.post(
        [
            search("a", portal_resultcount=3),
            search("b", portal_resultcount=5, portal_contactid="other"),
            search("c", portal_resultcount=1, **yesterday),
        ]
    )
    common = {"entityType": "Interaction", "entityTypeName": SEARCH}
    for name, window, function, expression, value in (
        ("Searches", "Day", "Count", "", 2),
        ("ByHour", "Hour", "Count", "", 2),
        ("Results", "Day", "Sum", "portal_resultcount", 8),
        ("Most", "Lifetime", "Max", "portal_resultcount", 5),
        ("People", "Day", "CountDistinct", "portal_contactid", 2),
    ):
        told = {**common, "calculationWindow": window, "function": function, "expression": expression}
        assert put(client, f"kpis/{name}", told) == (202, "Succeeded"), name
        values = client.get(f"data/KPIs(KpiName='{name}',WindowType='{window}')/Values")["value"]
        assert values[0]["Value"] == value, name
    assert client.send("GET", "data/KPIs(KpiName='Searches',WindowType='Week')/Values").status_code == 400
    wrong = {**common, "calculationWindow": "Day", "function": "Sum", "expression": "portal_searchstring"}
    assert put(client, "kpis/Wrong", wrong) == (400, "InvalidDefinition")


def test_policies_over_http(client: HubClient) -> None:
    made = client.send("PUT", "manage/sas/policies/Sender", {"permissions": ["Write", "Read"]})
    assert (made.status_code, made.json()["permissions"]) == (201, ["Read", "Write"])
    changed = client.send("PUT", "manage/sas/policies/Sender", {"permissions": ["Write"]})
    assert (changed.status_code, changed.json()["primaryKey"]) == (200, made.json()["primaryKey"])
    fresh = client.send("POST", "manage/sas/policies/Sender/regeneratePrimaryKey").json()
    assert fresh["primaryKey"] != made.json()["primaryKey"]
    assert fresh["secondaryKey"] == made.json()["secondaryKey"]
    assert len(client.get("manage/sas/policies")["value"]) == 2
    sender = HubClient(client.hub, "Sender", fresh["primaryKey"])
    assert sender.post(article()).status_code == 202
    for name, body, status in (
        ("-bad", {"permissions": ["Read"]}, 400),
        ("Fine", {"permissions": []}, 400),
        ("Fine", {"permissions": ["All"]}, 400),
        ("Fine", {"permissions": ["Read"], "primaryKey": "short"}, 400),
        ("Fine", {"permissions": ["Read"], "colour": 1}, 400),
        ("RootManageSharedAccessKey", {"permissions": ["Read"]}, 409),
    ):
        assert client.send("PUT", f"manage/sas/policies/{name}", body).status_code == status


def test_marias_id_is_the_same_in_every_letter_case(client: HubClient) -> None:
    client.post(search(portal_contactid=MARIA.upper()))
    assert len(client.get(f"data/Contacts('{MARIA}')/Interactions")["value"]) == 1
