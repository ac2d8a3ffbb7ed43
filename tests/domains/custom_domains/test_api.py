"""``portals/{id}/custom-domain/``: what scripts rely on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from domains.adapters.fake import FakeEdge
from domains.models import CustomDomain
from operations.models import Operation
from operations.runner import operation_run
from organizations.models import Organization, Role
from portals.models import Portal
from tests.builders.api import Caller, caller, organization_row
from tests.builders.certificates import certificate_made
from tests.builders.custom_domains import Zone
from tests.builders.operations import run_to_end
from tests.builders.portals import license_free, portal_row

pytestmark = pytest.mark.django_db

HOST = "support.customers.test"


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
    return f"portals/{portal.pk}/custom-domain/"


def body(portal: Portal, host: str = HOST) -> dict[str, object]:
    made = certificate_made(host, organization=portal.organization)
    return {"hostname": host, "certificate": str(made.pk)}


def test_put_starts_a_run_and_get_tells_the_evidence_until_it_is_active(
    alice: Caller, place: Portal, zone: Zone, edge: FakeEdge
) -> None:
    answer = alice.ask("PUT", path(place), body(place))
    assert answer.status_code == 202
    run = Operation.objects.get(pk=answer.json()["id"])
    assert answer["Operation-Location"].endswith(f"/api/v1/operations/{run.pk}/")
    assert answer["Location"].endswith(f"/api/v1/{path(place)}")
    operation_run(operation_id=run.pk)

    told = alice.get(path(place)).json()
    assert (told["hostname"], told["state"], told["attention"]) == (HOST, "awaiting_dns", [])
    assert (told["dns"]["verdict"], told["dns"]["code"]) == ("missing", "domains:cname-missing")
    assert told["dns"]["detail"].startswith("Please add a CNAME record to this domain name. Asked")
    assert told["dns"]["evidence"][0]["rcode"] == "NXDOMAIN"
    assert told["dns"]["records"][0] == {"type": "CNAME", "name": HOST, "value": place.host}
    assert alice.get(f"operations/{run.pk}/").json()["waiting_for"].startswith("Please add a CNAME record")

    zone.point(HOST, place)
    checked = alice.post(f"{path(place)}check/")
    assert (checked.status_code, checked.json()["id"]) == (202, str(run.pk))
    run_to_end(run.pk)
    told = alice.get(path(place)).json()
    assert (told["state"], told["dns"]["verdict"]) == ("active", "ok")
    assert told["tls"]["fingerprint"] == CustomDomain.objects.get().certificate.fingerprint  # type: ignore[union-attr]
    assert alice.get(f"portals/{place.pk}/").json()["custom_domain"] == HOST
    assert alice.get("portals/").json()["results"][0]["custom_domain"] == HOST


def test_put_again_changes_the_certificate_and_another_name_takes_over(
    alice: Caller, place: Portal, zone: Zone, edge: FakeEdge
) -> None:
    zone.point(HOST, place)
    run_to_end(alice.ask("PUT", path(place), body(place)).json()["id"])
    new = body(place)
    run_to_end(alice.ask("PUT", path(place), new).json()["id"])
    assert alice.get(path(place)).json()["certificate"] == new["certificate"]

    answer = alice.ask("PUT", path(place), body(place, "help.customers.test"))
    assert alice.get(path(place)).json()["replaced_by"] == "help.customers.test"
    assert alice.ask("PUT", path(place), body(place, "third.customers.test")).json()["code"] == "domains:busy"
    zone.point("help.customers.test", place)
    run_to_end(answer.json()["id"])
    assert alice.get(path(place)).json()["hostname"] == "help.customers.test"


def test_delete_answers_204_and_then_there_is_none(alice: Caller, place: Portal) -> None:
    alice.ask("PUT", path(place), body(place))
    assert alice.ask("DELETE", path(place)).status_code == 204
    for method in ("GET", "DELETE"):
        gone = alice.ask(method, path(place))
        assert (gone.status_code, gone.json()["code"]) == (404, "domains:not-found")


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"hostname": "other.example.test"}, "#/hostname", "domains:name-mismatch"),
        ({"hostname": "127.0.0.1"}, "#/hostname", "domains:host-address"),
        ({"hostname": "contoso.portals.localhost"}, "#/hostname", "domains:host-platform"),
        ({"certificate": None}, "#/certificate", "domains:certificate-invalid"),
        ({"certificate": "00000000-0000-0000-0000-000000000000"}, "#/certificate", "domains:certificate-invalid"),
        ({"surprise": 1}, "#/surprise", "unknown-name"),
    ],
)
def test_what_cannot_be_is_a_problem_with_its_pointer(
    alice: Caller, place: Portal, changes: dict[str, object], pointer: str, code: str
) -> None:
    answer = alice.ask("PUT", path(place), {**body(place), **changes})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    errors = answer.json()["errors"]
    assert [error["pointer"] for error in errors] == [pointer]
    assert errors[0]["code"].endswith(code)


def test_a_name_of_another_portal_is_taken(alice: Caller, place: Portal, contoso: Organization) -> None:
    alice.ask("PUT", path(place), body(place))
    other = portal_row(contoso)
    answer = alice.ask("PUT", path(other), body(other))
    assert answer.json()["errors"][0]["code"] == "domains:host-taken"


def test_a_trial_has_none(alice: Caller, contoso: Organization) -> None:
    trial = portal_row(contoso, license=license_free("trial", is_assigned=True))
    answer = alice.ask("PUT", path(trial), body(trial))
    assert (answer.status_code, answer.json()["code"]) == (409, "domains:production-only")


def test_a_check_takes_no_values(alice: Caller, place: Portal) -> None:
    alice.ask("PUT", path(place), body(place))
    answer = alice.post(f"{path(place)}check/", {"quickly": True})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/quickly")


def test_check_is_idempotent_by_key_and_at_most_each_ten_seconds(alice: Caller, place: Portal, zone: Zone) -> None:
    alice.ask("PUT", path(place), body(place))
    first = alice.post(f"{path(place)}check/", Idempotency_Key="1")
    again = alice.post(f"{path(place)}check/", Idempotency_Key="1")
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (202, 202, "true")
    soon = alice.post(f"{path(place)}check/")
    assert (soon.status_code, soon.json()["code"]) == (409, "domains:checked-just-now")
    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        assert alice.post(f"{path(place)}check/").status_code == 202


@pytest.mark.parametrize(
    ("role", "get", "change"),
    [
        (Role.GLOBAL_ADMINISTRATOR, 200, 202),
        (Role.SERVICE_ADMINISTRATOR, 200, 202),
        (Role.SYSTEM_ADMINISTRATOR, 200, 202),
        (Role.SYSTEM_CUSTOMIZER, 200, 403),
        (Role.CUSTOMER_SERVICE_REPRESENTATIVE, 403, 403),
    ],
)
def test_a_role_decides(alice: Caller, place: Portal, contoso: Organization, role: Role, get: int, change: int) -> None:
    asked = body(place)
    alice.ask("PUT", path(place), asked)
    is_tenant = role in (Role.GLOBAL_ADMINISTRATOR, Role.SERVICE_ADMINISTRATOR)
    somebody = caller("somebody@contoso.example", (role, None if is_tenant else contoso))
    assert somebody.get(path(place)).status_code == get
    assert somebody.ask("PUT", path(place), asked).status_code == change
    assert somebody.ask("PUT", path(place), {}).status_code == {202: 400}.get(change, change)
    assert somebody.post(f"{path(place)}check/").status_code == change
    assert somebody.ask("DELETE", path(place)).status_code == {202: 204}.get(change, change)


def test_a_token_needs_the_scope(alice: Caller, place: Portal, contoso: Organization) -> None:
    narrow = caller("alice@contoso.example", scopes=("portals:write",))
    assert narrow.get(path(place)).status_code == 403
    reader = caller("alice@contoso.example", scopes=("domains:read",))
    assert reader.get(path(place)).status_code == 404
    assert reader.ask("DELETE", path(place)).status_code == 403
