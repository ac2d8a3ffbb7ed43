"""Portal Add-On licences: getting them, and using each once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import InvalidValue, NotAllowed
from organizations.models import Role
from portals.errors import LicenseUnusable
from portals.models import PortalLicense
from portals.services import license_take, license_usable
from tests.builders.portals import license_free
from tests.builders.provisioning import account, scene, trial

pytestmark = pytest.mark.django_db


def test_a_production_licence_has_no_end() -> None:
    license = license_take(actor=scene().alice, type="production")
    assert (license.state, license.expires_at) == (PortalLicense.State.AVAILABLE, None)


def test_a_trial_licence_can_be_used_for_30_days() -> None:
    license = license_take(actor=scene().alice, type="trial")
    assert license.expires_at is not None
    assert abs(license.expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)


@pytest.mark.parametrize("type", ["", "gold", "Trial", "trial "])
def test_there_are_no_other_licences(type: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        license_take(actor=scene().alice, type=type)
    assert (refused.value.field, refused.value.code) == ("type", "portals:license-type")


def test_a_global_administrator_may_take_a_licence() -> None:
    assert license_take(actor=account("global@contoso.example", Role.GLOBAL_ADMINISTRATOR), type="trial")


def test_a_stranger_may_not_take_a_licence() -> None:
    with pytest.raises(NotAllowed):
        license_take(actor=scene().charlie, type="trial")


def test_a_used_licence_cannot_be_used_again() -> None:
    with pytest.raises(LicenseUnusable) as refused:
        license_usable(license_free(is_assigned=True).pk)
    assert refused.value.code == "portals:license-used"


def test_an_expired_trial_cannot_be_used() -> None:
    expired = trial(expires_at=timezone.now() - timedelta(seconds=1))
    assert expired.state == PortalLicense.State.EXPIRED
    with pytest.raises(LicenseUnusable) as refused:
        license_usable(expired.pk)
    assert refused.value.code == "portals:license-expired"
    assert not PortalLicense.objects.available().filter(pk=expired.pk).exists()
