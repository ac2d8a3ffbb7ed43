"""The portal form and its terms, with plain requests: what a browser without JavaScript does."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from operations.models import Operation
from organizations.models import OrganizationUser
from portals.models import Portal, PortalLicense
from provisioning.models import ProvisioningRequest
from tests.builders.adminsite import Cast, instance
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


def _hidden(page: str) -> Values:
    """The hidden fields of the page's last form, as a browser sends them back."""
    form = page.split("<form")[-1]
    found: Values = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            found.setdefault(name[1], []).append(value[1])
    return found


def _accept(browser: Client, license: PortalLicense, values: Values) -> Any:
    shown = browser.post(_terms(license), values).content.decode()
    return browser.post(_terms(license), {**_hidden(shown), "accept_terms": "on", "action": "accept"})


def test_a_portal_is_set_up_without_javascript(browser: Client, license: PortalLicense, values: Values) -> None:
    answer = _accept(browser, license, values)

    portal = Portal.objects.get()
    assert answer.headers["Location"] == f"/portals/{portal.pk}/provisioning/"
    assert portal.display_name == "Contoso Support-Configuring"
    request = ProvisioningRequest.objects.get()
    assert request.terms_sha256
    assert request.ip_address == "127.0.0.1"


def test_a_double_click_makes_one_run(browser: Client, license: PortalLicense, values: Values) -> None:
    first, second = _accept(browser, license, values), _accept(browser, license, values)

    assert Operation.objects.count() == 1
    # The second look at the terms finds the licence used and says so; the token alone would have led to the same run.
    assert first.status_code == 302
    assert second.status_code in {302, 400}


def test_accepting_twice_leads_to_the_same_run(browser: Client, license: PortalLicense, values: Values) -> None:
    shown = browser.post(_terms(license), values).content.decode()
    accepted = {**_hidden(shown), "accept_terms": "on", "action": "accept"}

    first, second = browser.post(_terms(license), accepted), browser.post(_terms(license), accepted)

    assert first.headers["Location"] == second.headers["Location"]
    assert Operation.objects.count() == 1


def test_everything_that_is_missing_is_said_at_once(browser: Client, license: PortalLicense, people: Cast) -> None:
    answer = browser.post(_terms(license), {"organization": str(people.contoso.pk)})
    page = answer.content.decode()

    assert answer.status_code == 400
    assert "<title>Error: " in page
    assert "There is a problem" in page
    for sentence in (
        "Enter a name",
        "Enter a portal URL",
        "Select a portal language",
        "Select a portal administrator",
        "Select a portal audience",
        "Select the portal to be deployed",
    ):
        assert page.count(sentence) == 2, sentence  # in the summary and beside the field


def test_what_was_typed_is_kept(browser: Client, license: PortalLicense, values: Values) -> None:
    page = browser.post(_terms(license), {**values, "subdomain": "contoso_support"}).content.decode()

    assert "Portal URL may only contain alphanumeric characters or hyphens (-)" in page
    assert 'value="contoso_support"' in page
    assert 'value="Contoso Support"' in page
    assert f'value="{values["administrator"]}" selected' in page


def test_the_terms_must_be_accepted(browser: Client, license: PortalLicense, values: Values) -> None:
    shown = browser.post(_terms(license), values).content.decode()

    answer = browser.post(_terms(license), {**_hidden(shown), "action": "accept"})

    assert answer.status_code == 400
    assert "Select the check box to accept the Terms of Service" in answer.content.decode()
    assert not Portal.objects.exists()


def test_terms_that_changed_meanwhile_are_shown_again(browser: Client, license: PortalLicense, values: Values) -> None:
    shown = _hidden(browser.post(_terms(license), values).content.decode())

    answer = browser.post(
        _terms(license), {**shown, "terms_sha256": "0" * 64, "accept_terms": "on", "action": "accept"}
    )

    assert "The Terms of Service changed. Read and accept the new version." in answer.content.decode()
    again = _hidden(answer.content.decode())
    assert again["terms_sha256"] != ["0" * 64]


def test_cancel_leads_back_to_the_form_with_its_values(browser: Client, license: PortalLicense, values: Values) -> None:
    shown = _hidden(browser.post(_terms(license), values).content.decode())

    page = browser.post(_form(license), {**shown, "action": "edit"}).content.decode()

    assert 'value="Contoso Support"' in page
    assert 'value="contoso-support"' in page


def test_values_that_were_tampered_with_are_looked_at_again(
    browser: Client, license: PortalLicense, values: Values
) -> None:
    fabrikam = instance("Fabrikam")
    stranger = OrganizationUser.objects.filter(organization=fabrikam, is_system_administrator=True).first()
    assert stranger
    shown = _hidden(browser.post(_terms(license), values).content.decode())
    accepted = {**shown, "accept_terms": "on", "action": "accept"}

    for wrong in (
        {"organization": str(fabrikam.pk)},
        {"administrator": str(stranger.pk)},
        {"language": "1037"},
        {"language": "1025"},
        {"portal_type": "employee_self_service"},
        {"options": ["partner_field_service"]},
        {"options": ["nonsense"]},
        {"organization": "'; DROP TABLE"},
        {"name": "x" * 101},
        {"subdomain": "xn--contoso"},
    ):
        answer = browser.post(_terms(license), {**accepted, **wrong})
        assert answer.status_code == 400, wrong
        assert "There is a problem" in answer.content.decode(), wrong
    assert not Portal.objects.exists()


def test_a_subdomain_that_is_taken_is_told_with_a_suggestion(
    browser: Client, license: PortalLicense, values: Values, people: Cast
) -> None:
    portal_row(people.contoso, subdomain="contoso-support")

    page = browser.post(_terms(license), values).content.decode()

    assert "contoso-support is already in use. Try contoso-support-2" in page


def test_the_subdomain_is_looked_at_while_it_is_typed(browser: Client, people: Cast) -> None:
    portal_row(people.contoso, subdomain="contoso-support")

    taken = browser.get("/subdomains/check/?subdomain=contoso-support").content.decode()
    free = browser.get("/subdomains/check/?subdomain=contoso-help").content.decode()
    nothing = browser.get("/subdomains/check/?subdomain=").content.decode()

    assert "Use contoso-support-2" in taken
    assert "Available" in free
    assert not nothing.strip()
