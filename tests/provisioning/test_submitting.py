"""The portal form, submitted: everything is written or nothing, and every bad value has its own sentence."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.errors import Conflict, InvalidValues, NotAllowed
from operations.models import Operation
from organizations.models import OrganizationLanguage, Role
from organizations.policy import PROVISION_DENIED
from portals import messages as portal_messages
from portals.models import PackageInstallStatus, Portal, PortalEvent, PortalLicense
from provisioning import messages
from provisioning.models import ProvisioningRequest
from provisioning.services import provisioning_submit
from provisioning.terms import TermsAcceptance, terms_current
from tests.builders.portals import license_free, portal_row
from tests.builders.provisioning import Scene, accepted, account, scene, trial, user_there

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Scene:
    return scene()


def test_a_submitted_form_becomes_a_configuring_portal_with_its_run(people: Scene) -> None:
    operation = people.submit(name=" Partner Hub ", subdomain="Partner-Hub", audience="partner", portal_type="partner")
    portal = Portal.objects.get(pk=operation.resource_id)
    assert (portal.name, portal.subdomain, portal.state) == ("Partner Hub", "partner-hub", Portal.State.CONFIGURING)
    assert (portal.administrator_id, portal.administrator_name) == (people.jay.pk, "Jay Hamlin")
    assert (portal.package_install_status, portal.address_ready_at) == (PackageInstallStatus.INSTALL_SCHEDULED, None)
    assert portal.license.state == PortalLicense.State.ASSIGNED
    assert (operation.status, operation.workflow) == (Operation.Status.NOT_STARTED, "provision-portal")
    assert (operation.resource_type, operation.organization_id) == ("portal", people.organization.pk)
    request = portal.requests.get()
    assert (request.operation, request.kind, request.submitted_by) == (operation, "submit", people.alice)
    assert (request.terms_version, request.terms_sha256) == (terms_current().version, terms_current().sha256)
    assert request.ip_address == "192.0.2.7"
    assert request.values["subdomain"] == "partner-hub"
    assert PortalEvent.objects.get(portal=portal).code == "portals:created"


def test_the_plan_has_a_step_for_each_solution_with_a_title_people_read(people: Scene) -> None:
    plan = people.submit(subdomain="the-plan", language=1031).plan
    names = [step["name"] for step in plan]
    assert names[:3] == ["check-organization", "reserve-address", "publish-address"]
    assert names[-5:] == ["import-content", "create-website", "appoint-administrator", "switch-on", "open-portal"]
    assert set(names[3:-5]) == {"install-solution"}
    assert len(names[3:-5]) == 15  # the starter set of a custom portal
    titles = [step["title"] for step in plan]
    assert any(title.startswith("Install Portal Base ") for title in titles)
    assert "Import the starter content in German" in titles


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"name": ""}, "name", portal_messages.NAME_MISSING),
    ({"name": "x" * 101}, "name", portal_messages.NAME_LENGTH),
    ({"name": "a\x00b"}, "name", portal_messages.NAME_CHARACTERS),
    ({"subdomain": ""}, "subdomain", portal_messages.SUBDOMAIN_MISSING),
    ({"subdomain": "no dots.please"}, "subdomain", portal_messages.SUBDOMAIN_CHARACTERS),
    ({"subdomain": "xn--abc-def"}, "subdomain", portal_messages.SUBDOMAIN_PUNYCODE),
    ({"subdomain": "taken"}, "subdomain", "taken is already in use. Try taken-2"),
    ({"license_id": uuid.UUID(int=5)}, "license", portal_messages.LICENSE_UNKNOWN),
    ({"organization_id": None}, "organization", messages.ORGANIZATION_MISSING),
    ({"organization_id": uuid.UUID(int=5)}, "organization", messages.ORGANIZATION_MISSING),
    ({"language": None}, "language", messages.LANGUAGE_MISSING),
    ({"language": 1025}, "language", messages.LANGUAGE_UNSUPPORTED),  # Arabic
    ({"language": 1037}, "language", messages.LANGUAGE_UNSUPPORTED),  # Hebrew, although it is activated there
    ({"language": 1041}, "language", "Japanese is not activated in Contoso Sales"),
    ({"language": 0}, "language", messages.LANGUAGE_UNSUPPORTED),
    ({"administrator_id": None}, "administrator", messages.ADMINISTRATOR_MISSING),
    (
        {"administrator_id": uuid.UUID(int=5)},
        "administrator",
        "The portal administrator must be a user of Contoso Sales",
    ),
    ({"audience": ""}, "audience", messages.AUDIENCE_MISSING),
    ({"audience": "everybody"}, "audience", messages.AUDIENCE_MISSING),
    ({"portal_type": ""}, "portal_type", messages.TYPE_MISSING),
    ({"portal_type": "shop"}, "portal_type", messages.TYPE_MISSING),
    (
        {"portal_type": "partner"},
        "portal_type",
        "Partner Portal is not offered to the audience Customer",
    ),
    (
        {"audience": "employee"},
        "portal_type",
        "Custom Portal is not offered to the audience Employee",
    ),
    ({"options": ("partner_shop",)}, "options", messages.OPTION_UNKNOWN),
    (
        {"options": ("partner_field_service",)},
        "options",
        "Partner Field Service is not an option of Custom Portal",
    ),
]


@pytest.mark.parametrize(
    ("change", "field", "sentence"), BAD, ids=[f"{field}-{n}" for n, (_, field, _) in enumerate(BAD)]
)
def test_a_bad_value_is_refused_with_its_own_sentence(
    people: Scene, change: dict[str, Any], field: str, sentence: str
) -> None:
    portal_row(people.organization, subdomain="taken")
    with pytest.raises(InvalidValues) as refused:
        people.submit(**change)
    assert [(error.field, error.message) for error in refused.value.errors] == [(field, sentence)]
    assert_nothing_written(before=1)


def test_everything_that_is_wrong_is_said_at_once(people: Scene) -> None:
    values = people.values(
        license_id=uuid.uuid4(), name="", subdomain="-", language=1025, audience="x", portal_type="y", options=("z",)
    )
    with pytest.raises(InvalidValues) as refused:
        provisioning_submit(actor=people.alice, values=values, terms=TermsAcceptance("", ""))
    fields = [error.field for error in refused.value.errors]
    assert fields == [
        "license", "name", "subdomain", "language", "audience", "portal_type", "options", "accept_terms"
    ]  # fmt: skip


def test_an_administrator_of_another_organization_is_refused(people: Scene) -> None:
    foreign = scene("fabrikam").jay
    with pytest.raises(InvalidValues) as refused:
        people.submit(administrator_id=foreign.pk)
    assert refused.value.errors[0].message == "The portal administrator must be a user of Contoso Sales"


def test_a_disabled_administrator_is_refused(people: Scene) -> None:
    gone = user_there(people.organization, "Gone Girl", is_disabled=True)
    with pytest.raises(InvalidValues) as refused:
        people.submit(administrator_id=gone.pk)
    assert refused.value.errors[0].message == "Gone Girl is disabled in Contoso Sales"


def test_a_user_without_the_role_cannot_be_portal_administrator(people: Scene) -> None:
    ben = user_there(people.organization, "Ben Burton", is_system_administrator=False)
    with pytest.raises(InvalidValues) as refused:
        people.submit(administrator_id=ben.pk)
    expected = "Ben Burton does not have the System Administrator role in Contoso Sales"
    assert refused.value.errors[0].message == expected


def test_an_organization_without_any_portal_language_says_so(people: Scene) -> None:
    OrganizationLanguage.objects.filter(organization=people.organization).exclude(lcid=1037).delete()
    with pytest.raises(InvalidValues) as refused:
        people.submit()
    assert refused.value.errors[0].message == "Contoso Sales has no supported language installed."


def test_an_organization_without_any_system_administrator_says_so(people: Scene) -> None:
    people.organization.users.update(is_system_administrator=False)
    with pytest.raises(InvalidValues) as refused:
        people.submit(administrator_id=None)
    assert refused.value.errors[0].message == "Contoso Sales has no user with the System Administrator role."


def test_a_used_licence_is_refused(people: Scene) -> None:
    used = license_free(is_assigned=True)
    with pytest.raises(InvalidValues) as refused:
        people.submit(license_id=used.pk)
    assert [error.code for error in refused.value.errors] == ["portals:license-used"]


def test_an_expired_licence_is_refused(people: Scene) -> None:
    expired = trial(expires_at=timezone.now() - timedelta(days=1))
    with pytest.raises(InvalidValues) as refused:
        people.submit(license_id=expired.pk)
    assert [error.code for error in refused.value.errors] == ["portals:license-expired"]


# --- Roles


def test_a_customizer_may_choose_but_not_provision(people: Scene) -> None:
    with pytest.raises(NotAllowed) as denied:
        provisioning_submit(actor=people.bob, values=people.values(), terms=accepted())
    assert (denied.value.code, denied.value.message) == ("auth:provision-denied", PROVISION_DENIED)
    assert_nothing_written()


@pytest.mark.parametrize("role", [Role.GLOBAL_ADMINISTRATOR, Role.SERVICE_ADMINISTRATOR])
def test_a_tenant_administrator_without_a_role_in_the_organization_may_not_provision(people: Scene, role: Role) -> None:
    with pytest.raises(NotAllowed) as denied:
        provisioning_submit(actor=account("tenant@contoso.example", role), values=people.values(), terms=accepted())
    assert denied.value.code == "auth:provision-denied"


def test_a_stranger_may_not_provision(people: Scene) -> None:
    with pytest.raises(NotAllowed):
        provisioning_submit(actor=people.charlie, values=people.values(organization_id=None), terms=accepted())


def test_of_an_organization_that_the_actor_may_not_see_nothing_is_told(people: Scene) -> None:
    fabrikam = scene("fabrikam")
    with pytest.raises(InvalidValues) as refused:
        people.submit(organization_id=fabrikam.organization.pk)
    assert refused.value.errors[0].message == messages.ORGANIZATION_MISSING
    assert "abrikam" not in str([error.message for error in refused.value.errors])


# --- Terms of Service


def test_the_terms_must_be_accepted(people: Scene) -> None:
    with pytest.raises(InvalidValues) as refused:
        provisioning_submit(actor=people.alice, values=people.values(), terms=TermsAcceptance("", ""))
    error = refused.value.errors[0]
    assert (error.code, error.message) == ("provisioning:terms-required", messages.TERMS_MISSING)


@pytest.mark.parametrize("change", [{"version": "2016-01"}, {"sha256": "0" * 64}])
def test_terms_that_changed_meanwhile_must_be_read_again(people: Scene, change: dict[str, str]) -> None:
    now = terms_current()
    terms = TermsAcceptance(**{"version": now.version, "sha256": now.sha256, **change})
    with pytest.raises(InvalidValues) as refused:
        provisioning_submit(actor=people.alice, values=people.values(), terms=terms)
    error = refused.value.errors[0]
    assert error.code == "provisioning:terms-changed"
    assert error.message == "The Terms of Service changed. Read and accept the new version."


# --- Double click


def test_a_double_click_makes_one_run(people: Scene) -> None:
    values, token = people.values(), uuid.uuid4()
    first, second = (
        provisioning_submit(actor=people.alice, values=values, terms=accepted(), form_token=token) for _ in range(2)
    )
    assert first == second
    assert Portal.objects.count() == Operation.objects.count() == ProvisioningRequest.objects.count() == 1


def test_somebody_elses_form_token_does_not_show_their_run(people: Scene) -> None:
    token = uuid.uuid4()
    provisioning_submit(actor=people.alice, values=people.values(), terms=accepted(), form_token=token)
    mallory = account("mallory@contoso.example", Role.SYSTEM_ADMINISTRATOR, people.organization)
    with pytest.raises(Conflict):
        provisioning_submit(actor=mallory, values=people.values(), terms=accepted(), form_token=token)


def assert_nothing_written(*, before: int = 0) -> None:
    assert Portal.objects.count() == before
    assert PortalLicense.objects.filter(is_assigned=True).count() == before
    assert not Operation.objects.exists()
    assert not ProvisioningRequest.objects.exists()
