"""The pages on which instances are registered, read again and removed."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from organizations.embedded.models import EmbeddedOrganization
from organizations.embedded.seed import client_secret_of, embedded_organization_create
from organizations.models import Organization
from tests.builders.organizations import alice, charlie, contoso, global_admin
from tests.organizations.registration import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> EmbeddedOrganization:
    """An organization that is not registered."""
    return embedded_organization_create(name="northwind", friendly_name="Northwind", languages=(1033,), users=())


# --- Pages


@pytest.fixture
def grace(client: Client) -> Client:
    client.force_login(global_admin())
    return client


def test_the_form_says_how_an_authority_of_ones_own_is_named(grace: Client) -> None:
    form = grace.get("/instances/register/").content.decode()
    assert "is named by its whole https:// address" in form


def test_the_form_registers_and_never_shows_the_secret(grace: Client, tenant: EmbeddedOrganization) -> None:
    assert grace.get("/instances/register/").status_code == 200
    tested = grace.post("/instances/register/", {**typed(tenant), "test": "1"})
    assert "The connection works" in tested.content.decode()
    assert client_secret_of(tenant) not in tested.content.decode()
    refused = grace.post("/instances/register/", {**typed(tenant), "client_secret": "wrong"})
    assert refused.status_code == 503
    assert "does not accept" in refused.content.decode()
    done = grace.post("/instances/register/", typed(tenant), follow=True)
    assert "Northwind is registered" in done.content.decode()
    page = grace.get(f"/instances/{Organization.objects.get().pk}/").content.decode()
    assert client_secret_of(tenant) not in page


def test_the_form_says_what_is_missing_in_words(grace: Client, tenant: EmbeddedOrganization) -> None:
    page = grace.post("/instances/register/", {**typed(tenant, client_secret="wrong"), "test": "1"}).content.decode()
    assert "The connection does not work yet" in page
    assert "Who can help" in page
    empty = grace.post("/instances/register/", {})
    assert empty.status_code == 400
    assert "Enter a client secret or upload a certificate." in empty.content.decode()
    file = SimpleUploadedFile("x.pfx", b"nonsense")
    bad = grace.post("/instances/register/", {**typed(tenant, client_secret=""), "certificate": file})
    assert "cannot be opened" in bad.content.decode()


def test_every_page_of_an_instance_opens_for_whom_it_is(grace: Client, client: Client) -> None:
    organization = contoso()
    base = f"/instances/{organization.pk}/"
    for path in ("", "live/", "credentials/", "remove/"):
        assert grace.get(base + path).status_code == 200, path
    assert grace.get(base + "languages/").status_code == 403
    assert "connection works" in grace.post(base + "connection/").content.decode()
    client.force_login(alice(organization))
    page = client.get(base).content.decode()
    assert "Only a global administrator or Dynamics 365 service administrator can do this." in page
    assert re.search(r'<option value="\d+">', client.get(base + "languages/").content.decode())
    assert client.get("/instances/register/").status_code == 403
    for path in ("credentials/", "remove/"):
        assert client.get(base + path).status_code == 403
    client.force_login(charlie())
    assert client.get(base).status_code == 403


def test_reading_again_shows_the_run(client: Client) -> None:
    organization = contoso()
    client.force_login(alice(organization))
    page = client.post(f"/instances/{organization.pk}/refresh/", follow=True).content.decode()
    assert "Read users, roles, languages and solutions" in page
    assert "hx-get" in page
    again = client.post(f"/instances/{organization.pk}/refresh/", follow=True).content.decode()
    assert "The instance is being worked on." in again


def test_an_instance_is_removed_after_a_question(grace: Client) -> None:
    organization = contoso()
    assert "Remove the instance" in grace.get(f"/instances/{organization.pk}/remove/").content.decode()
    page = grace.post(f"/instances/{organization.pk}/remove/", follow=True).content.decode()
    assert "is removed from the administration center" in page
