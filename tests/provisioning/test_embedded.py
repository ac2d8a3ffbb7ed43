"""The whole run against an embedded organization, over the real wire format; only the edge is a fake."""

from __future__ import annotations

from typing import Any

import pytest

from domains import adapters
from domains.adapters.fake import FakeEdge
from operations.models import Operation
from organizations.client import organization_client
from organizations.embedded.faults import fault_add, faults_clear
from organizations.models import Organization
from portals.models import PackageInstallStatus, Portal
from provisioning.services import (
    provisioning_change_and_restart,
    provisioning_preflight,
    provisioning_restart,
    provisioning_submit,
)
from provisioning.steps import address
from provisioning.values import PortalValues
from tests.builders.operations import run_to_end
from tests.builders.organizations import JAY, alice, contoso, fabrikam, tenant_of
from tests.builders.portals import license_free
from tests.builders.provisioning import accepted

pytestmark = pytest.mark.django_db
FIELD_SERVICE = {"audience": "partner", "portal_type": "partner", "options": ("partner_field_service",)}
PROJECT_SERVICE = {"audience": "partner", "portal_type": "partner", "options": ("partner_project_service",)}


@pytest.fixture(autouse=True)
def edge(monkeypatch: pytest.MonkeyPatch) -> FakeEdge:
    made = FakeEdge()
    monkeypatch.setattr(adapters, "edge_make", lambda: made)
    monkeypatch.setattr(address, "LOOK_SECONDS", 0.0)
    return made


@pytest.fixture
def organization() -> Organization:
    return contoso()


def values(organization: Organization, **changes: Any) -> PortalValues:
    plain = {
        "license_id": license_free().pk,
        "name": "Contoso Support",
        "subdomain": "contoso-support",
        "organization_id": organization.pk,
        "language": 1033,
        "administrator_id": organization.users.get(email=JAY.email).pk,
        "audience": "customer",
        "portal_type": "custom",
    }
    return PortalValues(**{**plain, **changes})


def submit(organization: Organization, **changes: Any) -> Operation:
    return provisioning_submit(actor=alice(organization), values=values(organization, **changes), terms=accepted())


def portal_of(operation: Operation) -> Portal:
    return Portal.objects.get(pk=operation.resource_id)


def names_in(organization: Organization, table: str, portal: Portal) -> list[str]:
    with organization_client(organization) as client:
        found = client.rows(table, select=("adx_name",), filter=f"_adx_websiteid_value eq {portal.website_id}")
        return sorted(str(row["adx_name"]) for row in found)


@pytest.mark.parametrize(
    ("audience", "portal_type", "language"),
    [
        ("customer", "customer_self_service", 1033),
        ("customer", "custom", 1036),
        ("customer", "community", 1033),
        ("partner", "partner", 1033),
        ("employee", "employee_self_service", 1031),
    ],
)
def test_a_portal_of_each_type_comes_to_life(
    organization: Organization, audience: str, portal_type: str, language: int
) -> None:
    operation = run_to_end(submit(organization, audience=audience, portal_type=portal_type, language=language).pk)
    assert operation.status == Operation.Status.SUCCEEDED, operation.error
    portal = portal_of(operation)
    assert (portal.state, portal.package_install_status) == (Portal.State.PROVISIONED, PackageInstallStatus.INSTALLED)
    with organization_client(organization) as client:
        website = client.row("adx_websites", portal.website_id)
    assert website is not None
    assert (website["adx_name"], website["statecode"], website["adx_website_language"]) == (
        "Contoso Support",
        0,
        language,
    )
    markers = {"Home", "Profile", "Page Not Found", "Access Denied", "Search"}
    assert markers <= set(names_in(organization, "adx_sitemarkers", portal))


def test_a_partner_portal_with_field_service_finds_its_prerequisite(organization: Organization) -> None:
    operation = run_to_end(submit(organization, **FIELD_SERVICE).pk)
    assert operation.status == Operation.Status.SUCCEEDED, operation.error
    with organization_client(organization) as client:
        assert "PartnerFieldService" in {solution.unique_name for solution in client.solutions()}


def test_the_preflight_asks_the_organization_itself(organization: Organization) -> None:
    checks = {
        check.name: check
        for check in provisioning_preflight(actor=alice(organization), values=values(organization, **PROJECT_SERVICE))
    }
    assert checks["organization"].passed
    assert not checks["option:partner_project_service"].passed
    assert {code for code, check in checks.items() if not check.passed} == {"option:partner_project_service"}


def test_two_portals_share_what_is_installed(organization: Organization) -> None:
    run_to_end(submit(organization).pk)
    second = run_to_end(submit(organization, subdomain="second", name="Second").pk)
    assert second.status == Operation.Status.SUCCEEDED
    statuses = second.steps.filter(name="install-solution").values_list("status", flat=True)
    assert set(statuses) == {"skipped"}


# --- The fault switch: each step is made to fail, and the restart goes on from there

NO = {"status": 403, "code": "0x80040220", "message": "Principal user is missing prvWrite privilege"}
FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "answer", "path": "RetrieveProvisionedLanguages", **NO}, "check-organization", "organizations:"),
    ({"kind": "refuse_import", "solution": "MicrosoftCrmPortalBase"}, "install-solution", "solutions:install-failed"),
    ({"kind": "fail_import", "solution": "MicrosoftIdentity"}, "install-solution", "solutions:install-failed"),
    ({"kind": "answer", "method": "POST", "path": "adx_webpages", **NO}, "import-content", "solutions:"),
    ({"kind": "answer", "method": "PATCH", "path": "adx_websites(", **NO}, "create-website", "solutions:"),
    ({"kind": "answer", "path": "contacts", **NO}, "appoint-administrator", ""),
]


@pytest.mark.parametrize(
    ("fault", "step", "code"), FAULTS, ids=[f"{fault['kind']}-{step}" for fault, step, _ in FAULTS]
)
def test_a_step_that_the_organization_refuses_fails_and_can_be_restarted(
    organization: Organization, fault: dict[str, Any], step: str, code: str
) -> None:
    operation = submit(organization)
    fault_add(tenant_of(organization), fault)
    operation = run_to_end(operation.pk)
    portal = portal_of(operation)
    assert (operation.status, portal.state) == (Operation.Status.FAILED, Portal.State.PROVISIONING_FAILED)
    assert operation.error is not None
    assert operation.error["step"] == step
    assert operation.error["code"].startswith(code)
    faults_clear(tenant_of(organization))
    again = run_to_end(provisioning_restart(actor=alice(organization), portal_id=portal.pk).pk)
    assert again.status == Operation.Status.SUCCEEDED, again.error
    assert portal_of(again).state == Portal.State.PROVISIONED


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "answer", "path": "WhoAmI", "status": 429, "retry_after": 17, "times": 2},
        {"kind": "answer", "path": "adx_webpages", "status": 500, "times": 3},
        {"kind": "answer", "path": "ImportSolutionAsync", "status": 500, "times": 1},
        {"kind": "answer", "path": "asyncoperations", "status": 503, "times": 6},
        {"kind": "answer", "path": "importjobs", "status": 500, "times": 6},
    ],
    ids=["429", "500-content", "500-import", "503-job", "500-result"],
)
def test_a_passing_error_of_the_organization_is_waited_out(organization: Organization, fault: dict[str, Any]) -> None:
    operation = submit(organization)
    fault_add(tenant_of(organization), fault)
    operation = run_to_end(operation.pk)
    assert operation.status == Operation.Status.SUCCEEDED, operation.error


@pytest.mark.parametrize("who", ["jay@contoso.example", "alice@contoso.example"])
def test_a_role_that_was_taken_away_stops_the_run(organization: Organization, who: str) -> None:
    operation = submit(organization)
    fault_add(tenant_of(organization), {"kind": "drop_role", "user": who, "role": "System Administrator"})
    if who.startswith("alice"):  # a role given by hand counts as well; here only the organization's own does
        alice(organization).role_assignments.filter(source="manual").delete()
    operation = run_to_end(operation.pk)
    assert operation.error is not None
    expected = "auth:provision-denied" if who.startswith("alice") else "provisioning:administrator-invalid"
    assert operation.error["code"] == expected


def test_another_type_and_language_leave_nothing_of_the_first_choice(organization: Organization) -> None:
    fault = {"kind": "answer", "path": "contacts", **NO}
    operation = submit(organization, portal_type="community", language=1031)
    fault_add(tenant_of(organization), fault)
    portal = portal_of(run_to_end(operation.pk))
    community = names_in(organization, "adx_webpages", portal)
    faults_clear(tenant_of(organization))
    changed = provisioning_change_and_restart(
        actor=alice(organization), portal_id=portal.pk, changes={"portal_type": "custom", "language": 1033}
    )
    changed = run_to_end(changed.pk)
    assert changed.status == Operation.Status.SUCCEEDED, changed.error
    custom = names_in(organization, "adx_webpages", portal)
    fresh = portal_of(run_to_end(submit(organization, subdomain="fresh", name="Fresh").pk))
    assert custom == names_in(organization, "adx_webpages", fresh)
    assert custom != community


def test_a_portal_whose_instance_has_nothing_yet_moves_to_another_one(organization: Organization) -> None:
    operation = submit(organization)
    fault = {"kind": "refuse_import", "solution": "MicrosoftCrmPortalDependencies"}
    fault_add(tenant_of(organization), fault)
    portal = portal_of(run_to_end(operation.pk))
    other = fabrikam(users=(JAY,))
    actor = alice(organization)
    alice(other)
    changes = {"organization": other.pk, "administrator": other.users.get().pk}
    moved = run_to_end(provisioning_change_and_restart(actor=actor, portal_id=portal.pk, changes=changes).pk)
    assert moved.status == Operation.Status.SUCCEEDED, moved.error
    assert portal_of(moved).organization == other
