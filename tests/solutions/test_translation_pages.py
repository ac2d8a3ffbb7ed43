"""Metadata translations on pages and in the API."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from core.models import User
from operations.models import Operation
from organizations.client import organization_client
from organizations.embedded.models import Fault
from organizations.models import Organization, Role
from portals.models import Portal
from solutions.build import package_zip
from solutions.translations.services import (
    COMPLETE,
    translations_update,
)
from tests.builders.api import caller
from tests.builders.operations import run_to_end
from tests.builders.organizations import alice, contoso, tenant_of
from tests.builders.portals import portal_row
from tests.solutions.translating import BASE, PRIVACY, activate, install, page

pytestmark = pytest.mark.django_db

GERMAN, FRENCH, HEBREW = 1031, 1036, 1037


@pytest.fixture
def organization() -> Organization:
    """English only, with two of the portal's solutions."""
    made = contoso(contacts=(), languages=(1033,))
    with organization_client(made) as client:
        for name in (BASE, PRIVACY):
            install(client, package_zip(name))
    return made


@pytest.fixture
def portal(organization: Organization) -> Portal:
    return portal_row(organization, portal_type="custom", name="Contoso Support")


@pytest.fixture
def administrator(organization: Organization) -> User:
    return alice(organization)


def test_the_window_asks_and_update_leads_to_the_result(
    organization: Organization, portal: Portal, administrator: User
) -> None:
    activate(organization, GERMAN, FRENCH, HEBREW)
    address = f"/portals/{portal.pk}/translations/"
    told = page(administrator, address)
    assert (
        "Do you want to update the portal solutions? They will be updated with the latest metadata translation. "
        "The version stays the same. Data changed by users is not overwritten."
    ) in told
    assert "Will be added: German, French" in told
    assert "The portal solutions have no texts in this language." in told
    assert "disabled" not in told.partition('type="submit"')[2].partition(">")[0]
    client = Client()
    client.force_login(administrator)
    answer = client.post(address)
    assert answer.status_code == 302
    run = run_to_end(Operation.objects.get(workflow="update-translations").pk)
    assert answer["Location"] == f"{address}{run.pk}/"
    done = page(administrator, f"{address}{run.pk}/")
    assert f"German: {run.output['added']['1031']} new texts" in done
    assert f"French: {run.output['added']['1036']} new texts" in done
    told = page(administrator, address)
    assert COMPLETE in told
    assert "disabled" not in told.partition('type="submit"')[2].partition(">")[0]  # as the API, it may be done again


def test_the_running_page_asks_for_itself(portal: Portal, administrator: User) -> None:
    run = translations_update(actor=administrator, portal_id=portal.pk)
    address = f"/portals/{portal.pk}/translations/{run.pk}/"
    assert f'hx-get="{address}live/"' in page(administrator, address)
    assert f'hx-get="{address}live/"' in page(administrator, f"{address}live/")
    client = Client()
    client.force_login(administrator)
    assert client.get(f"/portals/{portal.pk}/translations/{uuid.uuid4()}/").status_code == 404


def test_an_instance_that_is_away_is_told_in_words(
    organization: Organization, portal: Portal, administrator: User
) -> None:
    Fault.objects.create(tenant=tenant_of(organization), kind=Fault.Kind.ANSWER, path="solutions", status=503)
    told = page(administrator, f"/portals/{portal.pk}/translations/")
    assert "The instance does not answer." in told


def test_the_api_updates_and_previews(organization: Organization, portal: Portal) -> None:
    activate(organization, GERMAN)
    asking = caller("ann@contoso.example", (Role.GLOBAL_ADMINISTRATOR, None))
    path = f"portals/{portal.pk}/update-translations/"
    preview = asking.get(path).json()
    assert [row["lcid"] for row in preview["languages"] if row["missing"]] == [GERMAN]
    accepted = asking.post(path, {})
    assert accepted.status_code == 202
    operation = accepted.json()
    assert accepted["Location"].endswith(f"/api/v1/portals/{portal.pk}/")
    assert accepted["Operation-Location"].endswith(f"/api/v1/operations/{operation['id']}/")
    assert accepted["Retry-After"]
    assert operation["kind"] == "update-translations"
    busy = asking.post(path, {})
    assert (busy.status_code, busy.json()["code"]) == (409, "solutions:installing")
    stranger = caller("stan@elsewhere.example")
    assert stranger.post(path, {}).status_code == 403
    assert asking.post(path, {"version": "1"}).status_code == 400
