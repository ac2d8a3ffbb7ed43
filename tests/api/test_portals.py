"""Portals: the form, the answer 202, the list, renaming, restarting."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from operations.models import Operation
from organizations.models import Organization
from organizations.policy import MANAGE_DENIED
from portals.models import Portal, PortalLicense
from provisioning.models import ProvisioningRequest
from provisioning.terms import terms_current
from tests.api.conftest import Cast
from tests.builders.api import submission
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db


def test_a_submission_answers_with_the_operation_to_follow(cast: Cast, contoso: Organization) -> None:
    answer = cast.alice.post("portals/", submission(contoso))
    portal, operation = Portal.objects.get(), Operation.objects.get()
    assert answer.status_code == 202, answer.content
    assert answer["Location"] == f"http://testserver/api/v1/portals/{portal.pk}/"
    assert answer["Operation-Location"] == f"http://testserver/api/v1/operations/{operation.pk}/"
    assert answer["Retry-After"] == "1"
    told = answer.json()
    assert told["id"] == str(operation.pk)
    assert (told["kind"], told["status"], told["percent"]) == ("provision-portal", "NotStarted", 0)
    assert told["resource"] == {"type": "portal", "id": str(portal.pk), "name": "Support"}
    assert {step["status"] for step in told["steps"]} == {"not_started"}
    assert cast.alice.get(f"operations/{operation.pk}/").json() == told


def test_the_accepted_terms_are_stored_with_version_and_hash(cast: Cast, contoso: Organization) -> None:
    cast.alice.post("portals/", submission(contoso))
    request, terms = ProvisioningRequest.objects.get(), terms_current()
    assert (request.terms_version, request.terms_sha256) == (terms.version, terms.sha256)


def test_terms_that_are_not_accepted_stop_the_submission(cast: Cast, contoso: Organization) -> None:
    answer = cast.alice.post("portals/", submission(contoso, accept_terms=False))
    assert (answer.status_code, answer.json()["code"]) == (400, "provisioning:terms-required")
    assert not Portal.objects.exists()


def test_a_portal_shows_what_was_submitted(cast: Cast, contoso: Organization) -> None:
    body = submission(contoso, language=1031)
    cast.alice.post("portals/", body)
    portal = Portal.objects.get()
    told = cast.alice.get(f"portals/{portal.pk}/").json()
    assert told["display_name"] == "Support-Configuring"
    assert told["operation"] == str(Operation.objects.get().pk)
    assert (told["type"], told["state"], told["package_install_status"]) == (
        "production",
        "configuring",
        "InstallScheduled",
    )
    same = ("license", "name", "subdomain", "organization", "language", "administrator", "audience", "portal_type")
    assert {name: told[name] for name in same} == {name: body[name] for name in same}
    assert (told["options"], told["custom_domain"], told["url"]) == ([], None, portal.url)


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"subdomain": "no spaces"}, "#/subdomain", "portals:subdomain-invalid"),
        ({"subdomain": ""}, "#/subdomain", "portals:subdomain-invalid"),
        ({"license": str(uuid.uuid4())}, "#/license", "portals:license-unknown"),
        ({"language": 1037}, "#/language", "provisioning:language-invalid"),
        ({"name": ""}, "#/name", "portals:name-invalid"),
        ({"administrator": str(uuid.uuid4())}, "#/administrator", "provisioning:administrator-invalid"),
        ({"audience": "employee"}, "#/portal_type", "provisioning:type-invalid"),
        ({"portal_type": "shop"}, "#/portal_type", "api:invalid-choice"),
        ({"options": ["partner_field_service"]}, "#/options", "provisioning:option-invalid"),
        ({"colour": "red"}, "#/colour", "api:unknown-name"),
    ],
)
def test_a_wrong_value_is_named_with_its_code(
    cast: Cast, contoso: Organization, changes: dict[str, object], pointer: str, code: str
) -> None:
    answer = cast.alice.post("portals/", submission(contoso, **changes))
    assert answer.status_code == 400
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert not Portal.objects.exists()


def test_one_wrong_value_gives_the_problem_its_own_code(cast: Cast, contoso: Organization) -> None:
    portal_row(contoso, subdomain="contoso-support")
    told = cast.alice.post("portals/", submission(contoso)).json()
    assert told["code"] == "portals:subdomain-taken"
    assert "contoso-support-2" in told["detail"]


def test_everything_that_is_wrong_is_told_at_once(cast: Cast, contoso: Organization) -> None:
    told = cast.alice.post("portals/", submission(contoso, subdomain="-", language=1025, name="")).json()
    assert {error["pointer"] for error in told["errors"]} == {"#/subdomain", "#/language", "#/name"}


def test_a_used_licence_is_refused(cast: Cast, contoso: Organization) -> None:
    license = PortalLicense.objects.create(type="production", is_assigned=True)
    told = cast.alice.post("portals/", submission(contoso, license=str(license.pk))).json()
    assert told["code"] == "portals:license-used"


def test_a_customizer_may_not_provision(cast: Cast, contoso: Organization) -> None:
    answer = cast.bob.post("portals/", submission(contoso))
    assert (answer.status_code, answer.json()["code"]) == (403, "auth:provision-denied")


def test_whoever_has_no_role_is_told_the_source_documents_sentence(cast: Cast, contoso: Organization) -> None:
    portal = portal_row(contoso)
    for path in (f"portals/{portal.pk}/", f"portals/{portal.pk}/"):
        answer = cast.charlie.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "auth:manage-denied")
        assert answer.json()["detail"] == MANAGE_DENIED


def test_a_portal_that_does_not_exist_is_not_found(cast: Cast) -> None:
    answer = cast.alice.get(f"portals/{uuid.uuid4()}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "portals:not-found")


def test_the_list_holds_only_what_the_caller_may_see(cast: Cast, contoso: Organization, fabrikam: Organization) -> None:
    mine, other = portal_row(contoso), portal_row(fabrikam)
    seen = {
        name: {portal["id"] for portal in getattr(cast, name).get("portals/").json()["results"]}
        for name in ("grace", "sam", "alice", "bob", "sharron", "fay", "charlie")
    }
    both, first, second = {str(mine.pk), str(other.pk)}, {str(mine.pk)}, {str(other.pk)}
    assert seen == {
        "grace": both,
        "sam": both,
        "alice": first,
        "bob": first,
        "sharron": set(),
        "fay": second,
        "charlie": set(),
    }


def test_the_list_can_be_filtered_and_searched(cast: Cast, contoso: Organization, fabrikam: Organization) -> None:
    trial = PortalLicense.objects.create(type="trial", is_assigned=True)
    failed = portal_row(contoso, name="Broken Shop", state=Portal.State.PROVISIONING_FAILED)
    tried = portal_row(fabrikam, name="Trial Run", license=trial)
    for query, found in {
        "state=provisioning_failed": failed,
        "type=trial": tried,
        f"organization={fabrikam.pk}": tried,
        "search=brok": failed,
        f"search=shop&organization={contoso.pk}": failed,
    }.items():
        answer = cast.grace.get(f"portals/?{query}")
        assert [portal["id"] for portal in answer.json()["results"]] == [str(found.pk)], query


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("status=failed", "api:unknown-name"),
        ("state=failed", "api:invalid-choice"),
        ("organization=contoso", "api:invalid"),
        ("page_size=0", "api:min-value"),
        ("page_size=many", "api:invalid"),
        ("cursor=rubbish", "api:bad-cursor"),
        ("cursor=cD1nYXJiYWdl", "api:bad-cursor"),
        ("state=configuring&state=provisioned", "api:given-twice"),
        ("state=", "api:invalid-choice"),
        ("search=", "api:blank"),
        ("search=%00", "api:null-characters-not-allowed"),
    ],
)
def test_a_wrong_query_is_refused_by_name_and_never_ignored(cast: Cast, query: str, code: str) -> None:
    answer = cast.alice.get(f"portals/?{query}")
    assert answer.status_code == 400, answer.content
    told = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert told == [(f"?{query.partition('=')[0]}", code)]


def test_pages_follow_each_other_without_a_gap(cast: Cast, contoso: Organization) -> None:
    made = [portal_row(contoso) for _ in range(7)]
    seen, path = [], "portals/?page_size=3"
    while path:
        page = cast.alice.get(path).json()
        seen += [portal["id"] for portal in page["results"]]
        path = (page["next"] or "").partition("/api/v1/")[2]
    assert seen == [str(portal.pk) for portal in reversed(made)]


def test_a_page_never_has_more_than_200_rows(cast: Cast, contoso: Organization) -> None:
    for _ in range(201):
        portal_row(contoso)
    page = cast.alice.get("portals/?page_size=1000").json()
    assert (len(page["results"]), bool(page["next"])) == (200, True)
    assert len(cast.alice.get("portals/").json()["results"]) == 50


def test_a_portal_can_be_renamed_and_nothing_else(cast: Cast, contoso: Organization) -> None:
    portal = portal_row(contoso)
    assert cast.alice.patch(f"portals/{portal.pk}/", {"name": "New name"}).json()["name"] == "New name"
    answer = cast.alice.patch(f"portals/{portal.pk}/", {"name": "Newer", "subdomain": "other"})
    assert answer.json()["errors"][0]["pointer"] == "#/subdomain"
    portal.refresh_from_db()
    assert portal.name == "New name"


def test_a_failed_portal_can_be_restarted(cast: Cast, contoso: Organization) -> None:
    cast.alice.post("portals/", submission(contoso))
    portal, first = Portal.objects.get(), Operation.objects.get()
    _fail(portal, first)
    answer = cast.alice.post(f"portals/{portal.pk}/restart-provisioning/", {})
    assert answer.status_code == 202, answer.content
    assert answer.json()["id"] != str(first.pk)
    assert cast.alice.get(f"portals/{portal.pk}/").json()["operation"] == answer.json()["id"]


def test_a_failed_portal_can_be_restarted_with_changed_values(cast: Cast, contoso: Organization) -> None:
    cast.alice.post("portals/", submission(contoso))
    portal, first = Portal.objects.get(), Operation.objects.get()
    _fail(portal, first)
    answer = cast.alice.post(f"portals/{portal.pk}/restart-provisioning/", {"name": "Changed", "language": 1036})
    assert answer.status_code == 202, answer.content
    portal.refresh_from_db()
    assert (portal.name, portal.language, portal.state) == ("Changed", 1036, "configuring")


def test_a_portal_that_is_being_provisioned_is_busy(cast: Cast, contoso: Organization) -> None:
    cast.alice.post("portals/", submission(contoso))
    answer = cast.alice.post(f"portals/{Portal.objects.get().pk}/restart-provisioning/")
    assert (answer.status_code, answer.json()["code"]) == (409, "portals:busy")


def test_a_session_needs_its_csrf_token_to_change_something(cast: Cast, contoso: Organization) -> None:
    portal = portal_row(contoso)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.alice.user)
    path = f"/api/v1/portals/{portal.pk}/"
    assert browser.get(path).status_code == 200
    refused = browser.patch(path, {"name": "New"}, content_type="application/json")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")


def _fail(portal: Portal, operation: Operation) -> None:
    Operation.objects.filter(pk=operation.pk).update(status=Operation.Status.FAILED)
    Portal.objects.filter(pk=portal.pk).update(state=Portal.State.PROVISIONING_FAILED)
