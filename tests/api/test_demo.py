"""The demo data."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from adminsite.demo import VISITORS
from core.directory import GUESTS
from core.models import User
from organizations.models import Organization, Role
from organizations.policy import reach_of
from portals.models import PortalLicense

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.PORTAL_HOME = tmp_path
    settings.PORTAL_DEMO = True
    return tmp_path


def test_the_demo_accounts_hold_their_roles() -> None:
    call_command("demodata")
    contoso = Organization.objects.get(unique_name="contoso")
    held = {user.email: list(reach_of(user).roles_in(contoso.pk)) for user in User.objects.all()}
    assert held == {
        "global@contoso.example": [Role.GLOBAL_ADMINISTRATOR],
        "service@contoso.example": [Role.SERVICE_ADMINISTRATOR],
        "jay@contoso.example": [Role.SYSTEM_ADMINISTRATOR],
        "ben@contoso.example": [Role.SYSTEM_CUSTOMIZER],
        "sharron@contoso.example": [Role.CUSTOMER_SERVICE_REPRESENTATIVE],
        "fay@fabrikam.example": [],
        "nobody@contoso.example": [],
        **{visitor.email: [] for visitor in VISITORS},
    }


def test_the_customers_are_guests_of_the_directory_and_nobody_else_is() -> None:
    for _ in range(2):
        call_command("demodata")
    guests = User.objects.filter(groups__name=GUESTS).values_list("email", flat=True)
    assert set(guests) == {visitor.email for visitor in VISITORS}


def test_two_production_licences_and_one_trial_are_there_to_take() -> None:
    call_command("demodata")
    assert sorted(PortalLicense.objects.values_list("type", flat=True)) == ["production", "production", "trial"]


def test_the_accounts_file_is_readable_by_its_owner_only_and_its_password_signs_in(home: Path) -> None:
    call_command("demodata")
    path = home / "demo-accounts.json"
    told = json.loads(path.read_text())
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(told) == {"password", "accounts", "visitors", "organizations", "hubs"}
    assert set(told["organizations"]) == {"contoso", "fabrikam"}
    assert set(told["organizations"]["contoso"]) == {"base_url", "authority", "client_id", "client_secret"}
    assert set(told["hubs"]) == {"contoso"}
    assert told["hubs"]["contoso"]["hub_uri"].endswith("/hub/contoso")
    assert {"email": "jay@contoso.example", "role": "system_administrator", "organization": "contoso"} in told[
        "accounts"
    ]
    assert User.objects.get(email="jay@contoso.example").check_password(told["password"])


def test_the_password_can_be_chosen(settings: Settings) -> None:
    call_command("demodata")
    settings.PORTAL_DEMO_PASSWORD = "correct horse battery"
    call_command("demodata")
    assert User.objects.get(email="fay@fabrikam.example").check_password("correct horse battery")


def test_a_second_start_changes_nothing(home: Path) -> None:
    call_command("demodata")
    before = (home / "demo-accounts.json").read_text()
    call_command("demodata")
    assert (home / "demo-accounts.json").read_text() == before
    assert (User.objects.count(), PortalLicense.objects.count(), Organization.objects.count()) == (10, 3, 2)
