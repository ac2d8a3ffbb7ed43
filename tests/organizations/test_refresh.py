"""What an organization says about itself and its people, as the administration center keeps it."""

import uuid
from dataclasses import replace
from typing import Any

import pytest

from core.errors import Conflict, InvalidValue, NotAllowed
from core.models import User
from organizations.assignments import assignments_of_account
from organizations.client.values import SYSTEM_ADMINISTRATOR, SystemUser
from organizations.embedded.models import EmbeddedOrganization, rows_in
from organizations.embedded.seed import SeedUser, embedded_organization_create
from organizations.errors import OrganizationProblem
from organizations.models import Organization, OrganizationUser, Role, RoleAssignment
from organizations.policy import Action, may
from organizations.services import _write, organization_refresh, organization_register
from organizations.snapshot import Snapshot, roles_of
from organizations.tasks import refresh
from tests.builders.organizations import (
    ADMINISTRATOR,
    alice,
    charlie,
    contoso,
    fabrikam,
    global_admin,
    service_admin,
    tenant_of,
)

pytestmark = pytest.mark.django_db


def test_people_and_their_roles_are_read() -> None:
    users = {user.name: user for user in contoso().users.all()}
    assert set(users) == {"Jay Hamlin", "Ben Miller", "Sharron Smith", "Alice Adams", "Bob Brown"}
    assert users["Jay Hamlin"].is_system_administrator
    assert users["Ben Miller"].is_system_customizer
    assert users["Sharron Smith"].is_service_representative
    assert users["Jay Hamlin"].role_names == [ADMINISTRATOR]


def test_an_account_gets_the_roles_of_the_user_with_its_address() -> None:
    user = User.objects.create_user("JAY@Contoso.example")
    organization = contoso()
    assert may(user, Action.PORTAL_PROVISION, organization.pk)
    assert RoleAssignment.objects.get(user=user).source == RoleAssignment.Source.ORGANIZATION


def test_a_role_taken_away_there_no_longer_counts_here() -> None:
    organization = contoso()
    user = alice(organization)
    assert may(user, Action.PORTAL_PROVISION, organization.pk)
    there = rows_in(tenant_of(organization), "systemuser")
    there.filter(internalemailaddress="alice@contoso.example").update(isdisabled=True)
    organization_refresh(organization_id=organization.pk)
    assert not may(user, Action.PORTAL_PROVISION, organization.pk)


def test_roles_given_here_stay() -> None:
    organization = contoso()
    stranger = charlie()
    RoleAssignment.objects.create(user=stranger, role=Role.SYSTEM_CUSTOMIZER, organization=organization)
    organization_refresh(organization_id=organization.pk)
    assert may(stranger, Action.ORGANIZATION_CHOOSE, organization.pk)


def test_a_new_account_is_matched_without_asking_the_organization() -> None:
    organization = contoso()
    user = User.objects.create_user("jay@contoso.example")
    assert not may(user, Action.PORTAL_PROVISION, organization.pk)
    assignments_of_account(user)
    assignments_of_account(user)
    assert may(user, Action.PORTAL_PROVISION, organization.pk)


def test_languages_follow_the_organization() -> None:
    organization = contoso()
    EmbeddedOrganization.objects.update(languages=[1033, 1040])
    organization_refresh(organization_id=organization.pk)
    assert [language.lcid for language in organization.languages.all()] == [1033, 1040]


def test_people_who_left_are_gone() -> None:
    organization = contoso()
    rows_in(tenant_of(organization), "systemuser").filter(fullname="Ben Miller").delete()
    organization_refresh(organization_id=organization.pk)
    assert not organization.users.filter(name="Ben Miller").exists()


def test_a_role_is_known_by_its_template_whatever_its_name() -> None:
    user = SystemUser(
        uuid.uuid4(), "Jörg", "j@example.test", False, frozenset({SYSTEM_ADMINISTRATOR}), ("Systemadmin",)
    )
    assert roles_of(user) == {Role.SYSTEM_ADMINISTRATOR}
    assert roles_of(replace(user, role_template_ids=frozenset(), role_names=("System Administrator",))) == set()
    assert roles_of(replace(user, is_disabled=True)) == set()


def test_a_copy_of_an_organization_keeps_its_own_people() -> None:
    first, second = contoso(), fabrikam()
    jay = first.users.get(name="Jay Hamlin")
    user = SystemUser(jay.systemuser_id, "Jay Hamlin", jay.email, False, frozenset({SYSTEM_ADMINISTRATOR}), ())
    for _ in range(2):
        _write(second, Snapshot(uuid.uuid4(), 1033, (1033,), (user,)))
    copy = second.users.get()
    assert (copy.systemuser_id, copy.pk == jay.pk) == (jay.pk, False)
    assert first.users.filter(pk=jay.pk).exists()


def test_a_failed_refresh_keeps_what_was_read_and_says_so() -> None:
    organization = contoso()
    Organization.objects.filter(pk=organization.pk).update(url="https://localhost:8443/org/nowhere")
    with pytest.raises(OrganizationProblem):
        organization_refresh(organization_id=organization.pk)
    organization.refresh_from_db()
    assert organization.refresh_error is not None
    assert organization.users.count() == 5


def test_the_periodic_task_reads_all_and_is_not_stopped_by_one() -> None:
    broken, whole = contoso(), fabrikam()
    Organization.objects.filter(pk=broken.pk).update(url="https://localhost:8443/org/nowhere")
    embedded_organization_create(
        name="fabrikam", friendly_name="Fabrikam", users=(SeedUser("New One", "new@fabrikam.example"),)
    )
    refresh()
    assert whole.users.filter(name="New One").exists()


def registering(actor: User | None, **changes: str) -> Organization:
    values: dict[str, Any] = {"unique_name": "new", "name": "New", "client_id": "x"}
    values |= {"url": "https://localhost:8443/org/new"}
    values |= {"authority": "https://localhost:8443/org/new", "client_secret": "x"} | changes
    return organization_register(actor=actor, **values)


def test_only_tenant_administrators_register_organizations() -> None:
    organization = contoso()
    for stranger in (charlie(), alice(organization)):
        with pytest.raises(NotAllowed):
            registering(stranger)
    for administrator in (global_admin(), service_admin()):
        with pytest.raises(OrganizationProblem):  # let in, but nothing answers there
            registering(administrator)
    assert Organization.objects.count() == 1


def test_an_organization_that_does_not_answer_is_not_registered() -> None:
    with pytest.raises(OrganizationProblem):
        registering(None)
    assert not Organization.objects.exists()


@pytest.mark.parametrize(
    "url", ["http://org.example", "org.example", "https://", "https://u:p@org.example", "https://a?b"]
)
def test_an_address_must_be_a_plain_https_one(url: str) -> None:
    with pytest.raises(InvalidValue) as wrong:
        registering(None, url=url)
    assert wrong.value.field == "url"


def test_an_organization_is_registered_once() -> None:
    contoso()
    with pytest.raises(Conflict):
        contoso()


def test_secrets_are_sealed() -> None:
    organization = contoso()
    tenant = tenant_of(organization)
    assert organization.client_secret.startswith("v1:")
    assert tenant.client_secret.startswith("v1:")
    assert OrganizationUser.objects.exists()
