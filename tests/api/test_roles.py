"""Every endpoint for everybody of the cast: who gets what, and how it is said."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from operations.models import Operation
from organizations.models import Organization
from portals.models import Portal
from solutions import inventory, live
from tests.api.conftest import Cast
from tests.builders.api import submission
from tests.builders.portals import portal_row
from tests.solutions.fake import FakeOrganization

pytestmark = pytest.mark.django_db

NAMES = ("grace", "sam", "alice", "bob", "sharron", "fay", "charlie")


@dataclass(frozen=True)
class Place:
    """What there is in contoso when the request comes."""

    organization: Organization
    portal: Portal
    operation: Operation


@pytest.fixture
def place(contoso: Organization, monkeypatch: pytest.MonkeyPatch) -> Place:
    for module in (inventory, live):
        monkeypatch.setattr(module, "organization_client", lambda organization: FakeOrganization())
    portal = portal_row(contoso, state=Portal.State.PROVISIONING_FAILED)
    operation = Operation.objects.create(
        workflow="provision-portal",
        resource_type="portal",
        resource_id=portal.pk,
        organization_id=contoso.pk,
        status=Operation.Status.FAILED,
        plan=[{"name": "check-organization", "title": "Check the organization", "argument": ""}],
        error={"code": "organizations:unavailable", "message": "It did not answer.", "step": "check-organization"},
    )
    return Place(contoso, portal, operation)


@dataclass(frozen=True)
class Case:
    """One request, and the statuses it gets from grace, sam, alice, bob, sharron, fay and charlie."""

    method: str
    path: Callable[[Place], str]
    statuses: tuple[int, int, int, int, int, int, int]
    body: Callable[[Place], object] = lambda place: None


def _solution(place: Place, unique_name: str) -> str:
    return f"organizations/{place.organization.pk}/solutions/{unique_name}/"


NO_HUB = {"hub_uri": "http://hub.example", "policy_name": "p", "shared_key": "k", "accept_terms": True}
CASES = {
    "licences": Case("GET", lambda p: "licenses/", (200, 200, 200, 200, 200, 200, 200)),
    "take a licence": Case(
        "POST", lambda p: "licenses/", (201, 201, 201, 403, 403, 201, 403), lambda p: {"type": "trial"}
    ),
    "organizations": Case("GET", lambda p: "organizations/", (200, 200, 200, 200, 200, 200, 200)),
    "organization": Case("GET", lambda p: f"organizations/{p.organization.pk}/", (200, 200, 200, 200, 404, 404, 404)),
    "languages": Case(
        "GET", lambda p: f"organizations/{p.organization.pk}/languages/", (200, 200, 200, 200, 404, 404, 404)
    ),
    "administrators": Case(
        "GET", lambda p: f"organizations/{p.organization.pk}/administrators/", (200, 200, 200, 200, 404, 404, 404)
    ),
    "solutions": Case(
        "GET", lambda p: f"organizations/{p.organization.pk}/solutions/", (200, 200, 200, 200, 404, 404, 404)
    ),
    "install": Case("POST", lambda p: f"{_solution(p, 'Feedback')}install/", (403, 403, 202, 403, 404, 404, 404)),
    "retry": Case("POST", lambda p: f"{_solution(p, 'Feedback')}retry/", (403, 403, 409, 403, 404, 404, 404)),
    "upgrade": Case("POST", lambda p: f"{_solution(p, 'Feedback')}upgrade/", (403, 403, 409, 403, 404, 404, 404)),
    "reimport": Case("POST", lambda p: f"{_solution(p, 'Feedback')}reimport/", (403, 403, 409, 403, 404, 404, 404)),
    "uninstall": Case("POST", lambda p: f"{_solution(p, 'Feedback')}uninstall/", (403, 403, 409, 403, 404, 404, 404)),
    "catalog": Case("GET", lambda p: "catalog/", (200, 200, 200, 200, 200, 200, 200)),
    "subdomain": Case("GET", lambda p: "subdomains/contoso-support/", (200, 200, 200, 200, 200, 200, 200)),
    "portals": Case("GET", lambda p: "portals/", (200, 200, 200, 200, 200, 200, 200)),
    "portal": Case("GET", lambda p: f"portals/{p.portal.pk}/", (200, 200, 200, 200, 403, 403, 403)),
    "submit": Case(
        "POST", lambda p: "portals/", (403, 403, 202, 403, 403, 400, 403), lambda p: submission(p.organization)
    ),
    "rename": Case(
        "PATCH", lambda p: f"portals/{p.portal.pk}/", (200, 200, 200, 403, 403, 403, 403), lambda p: {"name": "New"}
    ),
    "restart": Case(
        "POST", lambda p: f"portals/{p.portal.pk}/restart-provisioning/", (403, 403, 202, 403, 403, 403, 403)
    ),
    "analytics": Case("GET", lambda p: f"portals/{p.portal.pk}/analytics/", (404, 404, 404, 404, 403, 403, 403)),
    "analytics, set": Case(
        "PUT", lambda p: f"portals/{p.portal.pk}/analytics/", (400, 400, 400, 403, 403, 403, 403), lambda p: NO_HUB
    ),
    "analytics, key": Case(
        "PATCH",
        lambda p: f"portals/{p.portal.pk}/analytics/",
        (404, 404, 404, 403, 403, 403, 403),
        lambda p: {"shared_key": "k"},
    ),
    "analytics, delete": Case(
        "DELETE", lambda p: f"portals/{p.portal.pk}/analytics/", (404, 404, 404, 403, 403, 403, 403)
    ),
    "operations": Case("GET", lambda p: "operations/", (200, 200, 200, 200, 200, 200, 200)),
    "operation": Case("GET", lambda p: f"operations/{p.operation.pk}/", (200, 200, 200, 200, 404, 404, 404)),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_role_decides_what_an_endpoint_answers(cast: Cast, place: Place, case: Case, name: str) -> None:
    if case is CASES["restart"]:
        _once_submitted(place)
    answer = getattr(cast, name).ask(case.method, case.path(place), case.body(place))
    assert answer.status_code == case.statuses[NAMES.index(name)], answer.content


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_nobody_gets_in_without_signing_in(cast: Cast, place: Place, case: Case) -> None:
    nobody = type(cast.alice)(cast.alice.user, "pct_" + "x" * 40)
    answer = nobody.ask(case.method, case.path(place), case.body(place))
    assert (answer.status_code, answer.json()["code"]) == (401, "api:bad-token")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_lists_show_nobody_what_their_roles_do_not_cover(cast: Cast, place: Place) -> None:
    for name in ("sharron", "charlie", "fay"):
        for path in ("portals/", "operations/"):
            assert getattr(cast, name).get(path).json()["results"] == [], (name, path)
    for name in ("sharron", "charlie"):
        for path in ("organizations/", "licenses/"):
            assert getattr(cast, name).get(path).json()["results"] == [], (name, path)


def test_an_account_that_was_switched_off_gets_nothing(cast: Cast, place: Place) -> None:
    cast.alice.user.is_active = False
    cast.alice.user.save()
    assert cast.alice.get("portals/").status_code == 401


def test_a_role_that_was_taken_away_counts_at_once(cast: Cast, place: Place) -> None:
    cast.alice.user.role_assignments.all().delete()
    assert cast.alice.get(f"portals/{place.portal.pk}/").status_code == 403


def test_an_organization_tells_the_callers_own_roles(cast: Cast, contoso: Organization) -> None:
    roles = {
        name: getattr(cast, name).get(f"organizations/{contoso.pk}/").json()["roles"]
        for name in ("grace", "sam", "alice", "bob")
    }
    assert roles == {
        "grace": ["global_administrator"],
        "sam": ["service_administrator"],
        "alice": ["system_administrator"],
        "bob": ["system_customizer"],
    }


def test_languages_are_the_portal_languages_that_are_activated(cast: Cast, contoso: Organization) -> None:
    told = cast.alice.get(f"organizations/{contoso.pk}/languages/").json()["results"]
    assert told == [
        {"lcid": 1031, "code": "de-DE", "name": "German"},
        {"lcid": 1033, "code": "en-US", "name": "English"},
        {"lcid": 1036, "code": "fr-FR", "name": "French"},
    ]


def test_administrators_are_those_who_hold_the_role(cast: Cast, contoso: Organization) -> None:
    told = cast.alice.get(f"organizations/{contoso.pk}/administrators/").json()["results"]
    assert [(one["name"], one["email"]) for one in told] == [("Jay Hamlin", "jay@contoso.example")]


def test_the_catalog_tells_audiences_types_options_and_the_feature_table(cast: Cast) -> None:
    told = cast.alice.get("catalog/").json()
    assert {one["value"]: len(one["portal_types"]) for one in told["audiences"]} == {
        "partner": 4,
        "customer": 3,
        "employee": 1,
    }
    assert len(told["features"]) == 26
    assert all(len(row["portal_types"]) == 5 for row in told["features"])
    assert all(one["prerequisites"] for one in told["options"])


def test_solutions_tell_what_the_organization_has(
    cast: Cast, contoso: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = FakeOrganization(installed={"MicrosoftCrmPortalDependencies": "9.9.9.9"})
    monkeypatch.setattr(inventory, "organization_client", lambda organization: there)
    told = {
        one["unique_name"]: one for one in cast.alice.get(f"organizations/{contoso.pk}/solutions/").json()["results"]
    }
    assert told["MicrosoftCrmPortalDependencies"].items() >= {"status": "installed", "version": "9.9.9.9"}.items()
    base = told["MicrosoftCrmPortalBase"]
    assert (base["status"], base["version"], base["last_error"]) == ("not_installed", "", "")
    assert {"unique_name": "MicrosoftCrmPortalDependencies", "met": True} in base["prerequisites"]


def test_a_subdomain_is_told_with_its_reason_and_a_suggestion(cast: Cast, contoso: Organization) -> None:
    portal_row(contoso, subdomain="taken-name")
    assert cast.alice.get("subdomains/free-name/").json() == {"available": True, "reason": "", "suggestion": ""}
    assert cast.alice.get("subdomains/taken-name/").json() == {
        "available": False,
        "reason": "taken-name is already in use. Try taken-name-2",
        "suggestion": "taken-name-2",
    }
    assert cast.alice.get("subdomains/Contoso%20S%C3%BCd/").json()["suggestion"] == "contoso-sud"


def test_a_failed_operation_tells_why_as_a_problem(cast: Cast, place: Place) -> None:
    told = cast.alice.get(f"operations/{place.operation.pk}/").json()
    assert told["status"] == "Failed"
    assert told["error"].items() >= {"code": "organizations:unavailable", "detail": "It did not answer."}.items()
    assert told["error"]["step"] == "check-organization"


def test_operations_can_be_filtered(cast: Cast, place: Place) -> None:
    for query, count in {
        "status=Failed": 1,
        "status=Running": 0,
        "kind=provision-portal": 1,
        f"resource={place.portal.pk}": 1,
        f"resource={uuid.uuid4()}": 0,
    }.items():
        assert len(cast.alice.get(f"operations/?{query}").json()["results"]) == count, query


def _once_submitted(place: Place) -> None:
    """A restart repeats the acceptance of the terms, so there must have been one."""
    from provisioning.models import ProvisioningRequest

    ProvisioningRequest.objects.create(
        portal=place.portal,
        operation=place.operation,
        values={},
        terms_version="1",
        terms_sha256="0" * 64,
        terms_accepted_at=place.operation.created_at,
    )
    administrator = place.organization.users.filter(is_system_administrator=True).get()
    Portal.objects.filter(pk=place.portal.pk).update(administrator_id=administrator.pk)
