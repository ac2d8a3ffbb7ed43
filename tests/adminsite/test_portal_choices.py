"""What the portal form offers to choose from, and to whom."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from organizations.policy import PROVISION_DENIED
from portals.models import Portal, PortalLicense
from tests.builders.adminsite import Cast, instance, person
from tests.builders.portals import license_free, portal_row

Values = dict[str, Any]


@pytest.fixture
def license(people: Cast) -> PortalLicense:
    return license_free()


@pytest.fixture
def values(people: Cast) -> Values:
    """A form that can be accepted."""
    jay = people.contoso.users.get(name="Jay Hamlin")
    return {
        "name": "Contoso Support",
        "subdomain": "contoso-support",
        "organization": str(people.contoso.pk),
        "language": "1033",
        "administrator": str(jay.pk),
        "audience": "customer",
        "portal_type": "customer_self_service",
        "token": str(uuid.uuid4()),
    }


@pytest.fixture
def browser(client: Client, people: Cast) -> Client:
    client.force_login(people.alice)
    return client


def _terms(license: PortalLicense) -> str:
    return f"/applications/{license.pk}/set-up/terms/"


def _form(license: PortalLicense) -> str:
    return f"/applications/{license.pk}/set-up/"


def test_a_customizer_may_choose_and_is_told_at_submit(client: Client, people: Cast, values: Values) -> None:
    license = license_free()
    client.force_login(people.bob)

    form = client.get(_form(license)).content.decode()
    answer = client.post(_terms(license), values)

    assert "Contoso" in form
    assert answer.status_code == 403
    assert PROVISION_DENIED in answer.content.decode()
    assert 'value="Contoso Support"' in answer.content.decode()


def test_somebody_without_an_instance_is_told_why_there_is_none(client: Client, people: Cast) -> None:
    client.force_login(people.global_admin)

    page = client.get(_form(license_free())).content.decode()

    assert "No instance to choose. You need the System Administrator or System Customizer role in an instance." in page


def test_only_portal_languages_of_the_instance_are_offered(
    browser: Client, license: PortalLicense, people: Cast
) -> None:
    page = browser.post(_form(license), {"organization": str(people.contoso.pk), "action": "update"}).content.decode()

    assert "English (1033)" in page
    assert "German (1031)" in page
    assert "Hebrew" not in page
    assert "1037" not in page
    assert "French" not in page


def test_a_language_without_sample_pages_says_so_beside_its_name(client: Client, people: Cast) -> None:
    northwind = instance("Northwind", languages=(1033, 1030))
    betty = person("Betty")
    betty.role_assignments.create(role="system_administrator", organization=northwind)
    client.force_login(betty)
    typed = {"organization": str(northwind.pk), "language": "1030"}
    form = _form(license_free())

    page = client.post(form, {**typed, "action": "update"}).content.decode()
    checked = client.post(form, {**typed, "action": "check"}).content.decode()

    assert '<option value="1030" selected>Danish (1030): sample pages in English</option>' in page
    assert ">English (1033)</option>" in page
    assert 'aria-describedby="id_language_helptext"' in page
    assert "the pages to start with are not." in page
    assert "There are no sample pages in Danish" in checked


def test_where_every_language_has_sample_pages_nothing_is_said_of_them(
    browser: Client, license: PortalLicense, people: Cast
) -> None:
    page = browser.post(_form(license), {"organization": str(people.contoso.pk), "action": "update"}).content.decode()

    assert "sample pages" not in page


def test_another_instance_keeps_what_is_still_valid(client: Client, people: Cast) -> None:
    fabrikam = instance("Fabrikam", languages=(1033,))
    both = person("Betty")
    for organization in (people.contoso, fabrikam):
        both.role_assignments.create(role="system_administrator", organization=organization)
    client.force_login(both)
    jay = people.contoso.users.get(name="Jay Hamlin")
    typed = {
        "name": "Help",
        "organization": str(fabrikam.pk),
        "language": "1033",
        "administrator": str(jay.pk),
        "audience": "partner",
        "portal_type": "partner",
        "action": "update",
    }

    answer = client.post(_form(license_free()), typed)
    page = answer.content.decode()

    assert 'value="Help"' in page
    assert 'value="1033" selected' in page
    assert str(jay.pk) not in page
    assert re.search(r'value="partner" id="id_portal_type_\d" checked', page)
    assert "1 language, 2 administrators available" in answer.headers["HX-Trigger"]


def test_an_audience_decides_which_portals_are_offered(browser: Client, license: PortalLicense) -> None:
    offered = {}
    for audience in ("partner", "customer", "employee"):
        page = browser.post(_form(license), {"audience": audience, "action": "update"}).content.decode()
        offered[audience] = re.findall(r'name="portal_type" value="(\w+)"', page)

    assert offered == {
        "partner": ["customer_self_service", "custom", "partner", "community"],
        "customer": ["customer_self_service", "custom", "community"],
        "employee": ["employee_self_service"],
    }


def test_the_checks_are_shown_before_submitting(browser: Client, license: PortalLicense, values: Values) -> None:
    page = browser.post(_form(license), {**values, "action": "check"}).content.decode()

    assert "Before you submit" in page
    assert "You may provision in Contoso." in page
    assert "did not answer" in page  # nothing listens at the test's instance; that is a warning only
    assert not Portal.objects.exists()


def test_the_feature_table_has_its_26_rows(browser: Client, license: PortalLicense) -> None:
    page = browser.get(_form(license)).content.decode()

    assert page.split('<table class="features">')[1].split("</table>")[0].count('<th scope="row">') == 26


def test_a_used_licence_leads_to_its_portal(browser: Client, people: Cast) -> None:
    portal = portal_row(people.contoso)

    answer = browser.get(_form(portal.license))

    assert answer.headers["Location"] == f"/portals/{portal.pk}/"


def test_an_expired_licence_cannot_be_used(browser: Client, people: Cast) -> None:
    from datetime import timedelta

    from django.utils import timezone

    license = license_free("trial", expires_at=timezone.now() - timedelta(days=1))

    answer = browser.get(_form(license))

    assert "This licence has expired" in answer.content.decode()
    assert answer.status_code == 400
