"""Filters and searches of the Applications tab."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organizations.models import Organization, Role, RoleAssignment
from portals.applications import Filters, Page, applications_page
from portals.models import Portal
from tests.builders.portals import license_free, portal_row
from tests.builders.provisioning import Scene, scene, trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Scene:
    return scene()


def titles(page: Page) -> list[str]:
    return [row.title for row in page.rows]


# --- Filters


@pytest.fixture
def mixed(people: Scene) -> Organization:
    """One of each."""
    fabrikam = scene("fabrikam").organization
    RoleAssignment.objects.create(user=people.alice, role=Role.SYSTEM_CUSTOMIZER, organization=fabrikam)
    tried = trial(is_assigned=True, expires_at=timezone.now() + timedelta(days=3))
    portal_row(people.organization, name="Contoso Support", subdomain="help-desk-24", license=tried)
    portal_row(people.organization, name="Süd Partner", portal_type="partner", state=Portal.State.CONFIGURING)
    portal_row(fabrikam, name="Staff's Café", portal_type="custom", state=Portal.State.PROVISIONING_FAILED)
    license_free()
    trial(expires_at=timezone.now() - timedelta(days=1))
    return fabrikam


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(status="provisioned"), ["Contoso Support"]),
        (Filters(status="configuring"), ["Süd Partner-Configuring"]),
        (Filters(status="provisioning_failed"), ["Staff's Café-Provisioning Failed"]),
        (Filters(status="not_configured"), ["Portal Add-On"]),
        (Filters(status="expired"), ["Portal Add-On"]),
        (Filters(status="bogus"), []),
        (Filters(type="gold"), []),
        (Filters(portal_type="\x00"), []),
        (Filters(type="trial"), ["Contoso Support", "Portal Add-On"]),
        (Filters(portal_type="partner"), ["Süd Partner-Configuring"]),
        (Filters(type="trial", status="provisioned"), ["Contoso Support"]),
        (Filters(search="cont"), ["Contoso Support"]),
        (Filters(search="SUPPORT contoso"), ["Contoso Support"]),
        (Filters(search="24"), ["Contoso Support"]),
        (Filters(search="help-desk"), ["Contoso Support"]),
        (Filters(search="süd"), ["Süd Partner-Configuring"]),
        (Filters(search="staff's"), ["Staff's Café-Provisioning Failed"]),
        (Filters(search="add-on"), ["Portal Add-On", "Portal Add-On"]),
        (Filters(search="nobody"), []),
        (Filters(search="  "), ["Contoso Support", "Portal Add-On", "Portal Add-On", "Staff", "Süd"]),
    ],
)
def test_filters_find_what_they_say(mixed: Organization, people: Scene, filters: Filters, found: list[str]) -> None:
    page = applications_page(user=people.alice, filters=filters)
    assert [title[: len(wanted)] for title, wanted in zip(titles(page), found, strict=True)] == found
    assert (page.count, page.is_counted) == (len(found), True)


def test_the_organization_filter_shows_its_portals_only(mixed: Organization, people: Scene) -> None:
    page = applications_page(user=people.alice, filters=Filters(organization=mixed.pk))
    assert titles(page) == ["Staff's Café-Provisioning Failed"]
    assert applications_page(user=people.alice, filters=Filters(organization=uuid.uuid4())).rows == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(search=st.text(max_size=30) | st.sampled_from(["'", "a & b", "!x", "<->", ":*", "\\", "a:*b", "((("]))
def test_no_search_breaks_the_page(people: Scene, search: str) -> None:
    applications_page(user=people.alice, filters=Filters(search=search))
