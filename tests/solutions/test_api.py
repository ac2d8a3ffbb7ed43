"""The solutions of an organization over the API: 202 answers, idempotency, and the codes that scripts rely on."""

from __future__ import annotations

import pytest

from operations.models import Operation
from organizations.models import Organization, Role
from tests.builders.api import Caller, caller
from tests.builders.operations import run_to_end
from tests.builders.organizations import alice, contoso, fabrikam
from tests.solutions.test_managing import SENTENCE, fabrikam_gets_field_service

pytestmark = pytest.mark.django_db


def alices(organization: Organization) -> Caller:
    return caller(alice(organization).email, (Role.SYSTEM_ADMINISTRATOR, organization))


def path(organization: Organization, name: str, what: str) -> str:
    return f"organizations/{organization.pk}/solutions/{name}/{what}/"


def shown(caller: Caller, organization: Organization, name: str) -> dict[str, object]:
    found = caller.get(f"organizations/{organization.pk}/solutions/").json()["results"]
    solution: dict[str, object] = next(one for one in found if one["unique_name"] == name)
    return solution


def test_an_install_is_accepted_followed_and_the_same_request_is_done_once() -> None:
    organization = contoso()
    me = alices(organization)
    first = me.post(path(organization, "PartnerFieldService", "install"), {}, Idempotency_Key="one")
    again = me.post(path(organization, "PartnerFieldService", "install"), {}, Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    assert first["Operation-Location"].endswith(f"/api/v1/operations/{first.json()['id']}/")
    assert first["Location"].endswith(f"/api/v1/organizations/{organization.pk}/solutions/")
    assert first["Retry-After"] == "1"
    assert first.json()["kind"] == "manage-solutions"
    assert shown(me, organization, "PartnerFieldService")["status"] == "installing"
    busy = me.post(path(organization, "MicrosoftBlogs", "install"))
    assert (busy.status_code, busy.json()["code"]) == (409, "solutions:installing")
    run_to_end(first.json()["id"])
    assert shown(me, organization, "PartnerFieldService")["status"] == "installed"


def test_a_missing_prerequisite_ends_the_operation_with_its_code_and_the_retry_succeeds() -> None:
    organization = fabrikam()
    me = alices(organization)
    started = me.post(path(organization, "PartnerFieldService", "install"))
    run_to_end(started.json()["id"])
    ended = me.get(f"operations/{started.json()['id']}/").json()
    assert ended["status"] == "Failed"
    assert (ended["error"]["code"], ended["error"]["detail"]) == ("solutions:prerequisite-missing", SENTENCE)
    failed = shown(me, organization, "PartnerFieldService")
    assert (failed["status"], failed["last_error"]) == ("install_failed", SENTENCE)
    assert failed["prerequisites"] == [
        {"unique_name": "PartnerPortal", "met": False},
        {"unique_name": "fieldservice", "met": False},
    ]
    fabrikam_gets_field_service()
    retried = me.post(path(organization, "PartnerFieldService", "retry"))
    assert retried.status_code == 202
    assert run_to_end(retried.json()["id"]).status == Operation.Status.SUCCEEDED


def test_what_cannot_be_is_a_problem_with_its_code() -> None:
    organization = fabrikam()
    me = alices(organization)
    answers = {
        path(organization, "Nothing", "install"): (404, "solutions:unknown"),
        path(organization, "Feedback", "retry"): (409, "solutions:wrong-state"),
        path(organization, "Feedback", "uninstall"): (409, "solutions:wrong-state"),
    }
    for address, expected in answers.items():
        answer = me.post(address)
        assert (answer.status_code, answer.json()["code"]) == expected
    assert me.post(path(organization, "Feedback", "install"), {"quickly": True}).status_code == 400
    assert not Operation.objects.exists()


def test_the_list_is_paged_by_cursors_in_both_directions() -> None:
    organization = fabrikam()
    me = alices(organization)
    address = f"organizations/{organization.pk}/solutions/"
    whole = me.get(address).json()
    names = [one["unique_name"] for one in whole["results"]]
    assert (whole["next"], whole["previous"]) == (None, None)

    first = me.get(f"{address}?page_size=20").json()
    second = me.get(first["next"].partition("/api/v1/")[2]).json()
    assert [one["unique_name"] for one in first["results"] + second["results"]] == names
    assert (first["previous"], second["next"]) == (None, None)
    assert me.get(second["previous"].partition("/api/v1/")[2]).json() == first


def test_a_made_up_cursor_of_the_list_is_refused() -> None:
    organization = fabrikam()
    answer = alices(organization).get(f"organizations/{organization.pk}/solutions/?cursor=x")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "?cursor")
