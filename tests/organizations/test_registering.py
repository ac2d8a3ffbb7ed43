"""Registering an instance, testing its connection, changing its credentials, removing it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from core.errors import Conflict, InvalidValues, NotAllowed
from core.models import User
from organizations.certificates import certificate_read
from organizations.changing import (
    draft_register,
    draft_test,
    organization_credentials_change,
    organization_remove,
    organization_test,
    why_not_removable,
)
from organizations.client import organization_client
from organizations.drafts import Draft, draft_check
from organizations.embedded.models import EmbeddedOrganization
from organizations.embedded.seed import client_secret_of, embedded_organization_create
from organizations.errors import OrganizationRefused
from organizations.models import Organization
from organizations.runs import language_activate, organization_read_start
from solutions.services import solution_install
from tests.builders.operations import run_to_end
from tests.builders.organizations import alice, bob, charlie, contoso, global_admin, service_admin, tenant_of
from tests.builders.portals import portal_row
from tests.organizations.registration import BASE, typed
from tests.organizations.server import application_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> EmbeddedOrganization:
    """An organization that is not registered."""
    return embedded_organization_create(name="northwind", friendly_name="Northwind", languages=(1033,), users=())


# --- Services


def test_an_instance_is_registered_and_read(tenant: EmbeddedOrganization) -> None:
    found = draft_register(actor=global_admin(), draft=Draft(**typed(tenant)))
    assert (found.unique_name, found.name, found.base_language) == ("northwind", "Northwind", 1033)
    assert client_secret_of(tenant) not in found.client_secret
    assert found.version.startswith("9.")


@pytest.mark.parametrize("who", [alice, bob])
def test_only_tenant_roles_register_and_remove(tenant: EmbeddedOrganization, who: Any) -> None:
    organization = contoso()
    actor: User = who(organization)
    for act in (
        lambda: draft_register(actor=actor, draft=Draft(**typed(tenant))),
        lambda: draft_test(actor=actor, draft=Draft(**typed(tenant))),
        lambda: organization_remove(actor=actor, organization_id=organization.pk),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Organization.objects.count() == 1


def test_a_wrong_secret_is_not_registered(tenant: EmbeddedOrganization) -> None:
    with pytest.raises(OrganizationRefused) as refused:
        draft_register(actor=global_admin(), draft=Draft(**typed(tenant, client_secret="wrong")))
    assert refused.value.code == "organizations:credentials-refused"
    assert not Organization.objects.exists()


def test_an_instance_is_registered_once(tenant: EmbeddedOrganization) -> None:
    draft_register(actor=global_admin(), draft=Draft(**typed(tenant)))
    with pytest.raises(Conflict) as known:
        draft_register(actor=global_admin(), draft=Draft(**typed(tenant)))
    assert known.value.code == "organizations:known"


def test_every_value_is_refused_with_its_own_sentence(tenant: EmbeddedOrganization) -> None:
    wrong: dict[str, Any] = {
        "name": "",
        "url": "http://x.example",
        "tenant": "a b",
        "client_id": "7",
        "client_secret": "",
    }
    with pytest.raises(InvalidValues) as refused:
        draft_check(Draft(**wrong))
    assert {error.field for error in refused.value.errors} == set(wrong)
    assert len({error.message for error in refused.value.errors}) == 5
    for url in ("https://", "https://x.example:99999", "https://u:p@x.example", "https://[", "javascript:1"):
        with pytest.raises(InvalidValues):
            draft_check(Draft(**typed(tenant, url=url)))


@pytest.mark.parametrize(
    ("url", "kept", "name"),
    [
        ("https://contoso.crm.dynamics.com/main.aspx?appid=1#x", "https://contoso.crm.dynamics.com", "contoso"),
        ("https://contoso.crm.dynamics.com/api/data/v9.2/", "https://contoso.crm.dynamics.com", "contoso"),
        (f"{BASE}/", BASE, "northwind"),
    ],
)
def test_what_is_copied_from_the_address_bar_is_understood(url: str, kept: str, name: str) -> None:
    tried = Draft("N", url, "contoso.onmicrosoft.com", str(uuid.uuid4()), "secret")
    checked = draft_check(tried)
    assert (checked.url, checked.unique_name) == (kept, name)
    assert checked.authority == "https://login.microsoftonline.com/contoso.onmicrosoft.com"


def test_a_test_of_the_connection_changes_nothing(tenant: EmbeddedOrganization) -> None:
    report = draft_test(actor=service_admin(), draft=Draft(**typed(tenant)))
    assert report.is_good, [check for check in report.checks if not check.passed]
    assert not Organization.objects.exists()
    bad = draft_test(actor=service_admin(), draft=Draft(**typed(tenant, client_secret="wrong")))
    assert (bad.is_good, bad.checks[-1].name) == (False, "credentials")


def test_a_registered_instance_is_tested_by_whoever_sees_it() -> None:
    organization = contoso()
    assert organization_test(actor=alice(organization), organization_id=organization.pk).is_good
    with pytest.raises(NotAllowed):
        organization_test(actor=charlie(), organization_id=organization.pk)


def test_new_credentials_are_kept_only_where_they_are_accepted() -> None:
    organization, actor = contoso(), global_admin()
    known = organization.client_secret
    none: dict[str, Any] = {"certificate": b"", "certificate_password": ""}
    with pytest.raises(OrganizationRefused):
        organization_credentials_change(actor=actor, organization_id=organization.pk, client_secret="wrong", **none)
    organization.refresh_from_db()
    assert organization.client_secret == known
    secret = client_secret_of(tenant_of(organization))
    organization_credentials_change(actor=actor, organization_id=organization.pk, client_secret=secret, **none)
    organization.refresh_from_db()
    assert organization.client_secret != known
    with organization_client(organization) as client:
        client.who_am_i()


def test_what_is_used_is_not_removed_and_the_reason_names_it() -> None:
    organization = contoso()
    portal_row(organization, name="Support")
    assert "Support" in why_not_removable(organization)
    with pytest.raises(Conflict) as used:
        organization_remove(actor=global_admin(), organization_id=organization.pk)
    assert used.value.code == "organizations:in-use"
    assert "Support" in used.value.message


def test_what_nothing_uses_is_removed_and_the_organization_stays() -> None:
    organization = contoso()
    assert why_not_removable(organization) == ""
    assert Organization.objects.filter(pk=organization.pk).exists()
    organization_remove(actor=global_admin(), organization_id=organization.pk)
    assert not Organization.objects.exists()
    assert EmbeddedOrganization.objects.exists()


# --- Certificates of the application


def test_a_certificate_is_read_from_pem_and_pfx_and_sealed() -> None:
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key, pkcs12

    pem, certificate = application_certificate()
    key: Any = load_pem_private_key(pem, None)
    pfx = pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, BestAvailableEncryption(b"open"))
    assert certificate_read(pem).pem == certificate_read(pfx, "open").pem
    row = draft_check(Draft("N", BASE, "contoso.example", str(uuid.uuid4()), certificate=pem)).as_row()
    assert row.client_certificate.startswith("v1:")
    assert row.certificate_expires_at == certificate.not_valid_after_utc
    assert row.client_secret == ""


def test_certificates_that_cannot_be_used_are_refused() -> None:
    from datetime import timedelta

    from core.errors import InvalidValue

    pem, _ = application_certificate()
    key_of_another = pem.partition(b"-----BEGIN CERTIFICATE")[0]
    expired, _ = application_certificate(timedelta(days=-1))
    without_key = b"-----BEGIN CERTIFICATE" + pem.partition(b"-----BEGIN CERTIFICATE")[2]
    for data, code in (
        (b"nonsense", "wrong-password"),
        (b"x" * 70_000, "unreadable"),
        (b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----", "unreadable"),
        (without_key, "no-key"),
        (expired, "expired"),
        (key_of_another, "unreadable"),
    ):
        with pytest.raises(InvalidValue) as refused:
            certificate_read(data)
        assert refused.value.code == f"organizations:certificate-{code}", data[:30]


# --- Runs


def test_an_instance_is_read_anew_by_a_run() -> None:
    organization = contoso()
    run = organization_read_start(actor=alice(organization), organization_id=organization.pk)
    with pytest.raises(Conflict):
        organization_read_start(actor=alice(organization), organization_id=organization.pk)
    ended = run_to_end(run.pk)
    assert ended.status == "Succeeded", ended.error
    assert [solution.unique_name for solution in organization.solutions.all()] == ["fieldservice"]


def test_a_language_is_activated_by_a_run() -> None:
    organization = contoso(languages=(1033,))
    run = language_activate(actor=alice(organization), organization_id=organization.pk, lcid=1031)
    assert "Ask the instance to activate German (1031)" in [step["title"] for step in run.plan]
    ended = run_to_end(run.pk)
    assert ended.status == "Succeeded", ended.error
    assert sorted(organization.languages.values_list("lcid", flat=True)) == [1031, 1033]


def test_an_instance_can_be_read_again_as_soon_as_a_run_has_ended(client: Client) -> None:
    organization = contoso()
    client.force_login(alice(organization))
    live = f"/instances/{organization.pk}/live/"
    run = organization_read_start(actor=alice(organization), organization_id=organization.pk)
    assert 'data-submitting="Reading…" disabled>Read again' in client.get(live).content.decode()
    run_to_end(run.pk)
    assert 'data-submitting="Reading…">Read again' in client.get(live).content.decode()


def test_an_instances_page_follows_what_installs_solutions_in_it(client: Client) -> None:
    organization = contoso()
    client.force_login(alice(organization))
    live = f"/instances/{organization.pk}/live/"
    assert "hx-get" not in client.get(live).content.decode()
    solution_install(actor=alice(organization), organization=organization, unique_name="CommunityPortal")
    page = client.get(live).content.decode()
    assert 'hx-trigger="every 5s"' in page
    assert 'data-submitting="Reading…">Read again' in page, "it may be read meanwhile"


def test_only_a_system_administrator_activates_a_language() -> None:
    organization = contoso()
    for actor in (bob(organization), global_admin()):
        with pytest.raises(NotAllowed):
            language_activate(actor=actor, organization_id=organization.pk, lcid=1045)


def test_an_application_that_is_new_there_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    organization = contoso()
    answers: list[Exception | None] = [OrganizationRefused("Not yet.", status=403), None]

    def who_am_i(client: object) -> None:
        if (answer := answers.pop(0)) is not None:
            raise answer

    monkeypatch.setattr("organizations.client.webapi.WebApiClient.who_am_i", who_am_i)
    from organizations import workflow

    class Context:
        class operation:
            resource_id = organization.pk

    assert "does not know the application" in workflow.connect(Context).reason  # type: ignore[arg-type, union-attr]
    workflow.connect(Context)  # type: ignore[arg-type]
    answers[:] = [OrganizationRefused("No.", status=403)]
    Organization.objects.update(created_at="2020-01-01T00:00:00Z")
    with pytest.raises(OrganizationRefused):
        workflow.connect(Context)  # type: ignore[arg-type]
