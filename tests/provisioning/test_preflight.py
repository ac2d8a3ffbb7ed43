"""The preflight: everything that a submission needs, as rows, refusing nothing."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from core.checking import Check
from organizations.client import transport
from organizations.models import Role
from organizations.policy import PROVISION_DENIED
from provisioning import live
from provisioning.services import provisioning_preflight
from provisioning.values import PortalValues, values_of
from tests.builders.provisioning import Scene, account, scene, user_there
from tests.provisioning.world import World

pytestmark = pytest.mark.django_db


def rows(people: Scene, actor: Any = None, **changes: Any) -> dict[str, Check]:
    checks = provisioning_preflight(actor=actor or people.alice, values=people.values(**changes))
    assert len({check.name for check in checks}) == len(checks)
    return {check.name: check for check in checks}


def stopping(checks: dict[str, Check]) -> set[str]:
    return {code for code, check in checks.items() if not check.passed and not check.is_warning}


def test_a_good_form_passes_everything(people: Scene, world: World) -> None:
    checks = rows(people)
    assert {code for code, check in checks.items() if not check.passed} == set()
    assert set(checks) == {
        "right", "organization", "name", "subdomain", "license", "language", "base_language", "administrator",
        "content", "portal_type",
    }  # fmt: skip


def test_a_customizer_is_told_who_can_help(people: Scene, world: World) -> None:
    for name in ("Anna Alm", "Bea Berg", "Carl Cole"):
        user_there(people.organization, name)
    check = rows(people, actor=people.bob)["right"]
    assert (check.passed, check.detail) == (False, PROVISION_DENIED)
    assert check.who_can_fix == "Anna Alm, Bea Berg, Carl Cole"


def test_of_an_organization_that_one_may_not_see_nothing_is_told(people: Scene, world: World) -> None:
    fabrikam = scene("fabrikam").organization
    checks = provisioning_preflight(actor=people.alice, values=people.values(organization_id=fabrikam.pk))
    assert "abrikam" not in str(checks)
    assert stopping({check.name: check for check in checks}) == {"right"}


def test_a_stranger_sees_rows_too(people: Scene, world: World) -> None:
    checks = rows(people, actor=people.charlie)
    assert checks["right"].detail == PROVISION_DENIED
    assert "Jay" not in str(checks)


def test_a_tenant_administrator_is_told_to_ask_a_system_administrator(people: Scene, world: World) -> None:
    check = rows(people, actor=account("global@contoso.example", Role.GLOBAL_ADMINISTRATOR))["right"]
    assert (check.passed, check.who_can_fix) == (False, "Jay Hamlin")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": ""}, "name"),
        ({"subdomain": "www"}, "subdomain"),
        ({"license_id": "00000000-0000-0000-0000-000000000000"}, "license"),
        ({"language": 1037}, "language"),
        ({"administrator_id": None}, "administrator"),
        ({"portal_type": "partner"}, "portal_type"),
        ({"audience": ""}, "portal_type"),
        ({"options": ("partner_field_service",)}, "portal_type"),
    ],
)
def test_each_bad_value_is_a_row_of_its_own(people: Scene, world: World, changes: dict[str, Any], code: str) -> None:
    checks = rows(people, **changes)
    assert code in stopping(checks)
    assert checks[code].detail


def test_an_empty_form_is_all_rows(people: Scene, world: World) -> None:
    empty = PortalValues(None, "", "", None, None, None, "", "")
    checks = {check.name: check for check in provisioning_preflight(actor=people.alice, values=empty)}
    assert stopping(checks) == {"right", "name", "subdomain", "license", "portal_type"}


def test_what_a_failed_portal_holds_is_free_for_itself(people: Scene, world: World) -> None:
    portal = people.portal()
    again = values_of(portal)
    assert stopping({check.name: check for check in provisioning_preflight(actor=people.alice, values=again)}) == {
        "subdomain",
        "license",
    }
    own = provisioning_preflight(actor=people.alice, values=again, portal=portal)
    assert stopping({check.name: check for check in own}) == set()


def test_a_portal_language_other_than_the_base_language_is_a_warning(people: Scene, world: World) -> None:
    check = rows(people, language=1031)["base_language"]
    assert (check.passed, check.is_warning) == (False, True)
    assert "English" in check.detail


def test_a_language_without_sample_pages_is_a_warning_that_says_what_is_english(people: Scene, world: World) -> None:
    people.organization.languages.create(lcid=1030)
    checks = rows(people, language=1030)
    assert (checks["content"].passed, checks["content"].is_warning) == (False, True)
    assert checks["content"].detail.startswith("There are no sample pages in Danish: the new pages are English")
    assert stopping(checks) == set()


@pytest.mark.parametrize("lcid", [1031, 1036, 3082, 1040, 1043, 1046, 1045, 1041, 2052])
def test_a_language_with_sample_pages_passes(people: Scene, world: World, lcid: int) -> None:
    assert rows(people, language=lcid)["content"].passed


def test_an_option_is_a_row_with_what_it_needs(people: Scene, world: World) -> None:
    partner = {"audience": "partner", "portal_type": "partner", "options": ("partner_field_service",)}
    check = rows(people, **partner)["option:partner_field_service"]
    assert (check.passed, check.who_can_fix) == (False, "Jay Hamlin")
    assert "Field Service is not installed in Contoso Sales" in check.detail
    world.installed["fieldservice"] = "99.0"
    assert rows(people, **partner)["option:partner_field_service"].passed


def test_an_organization_that_does_not_answer_is_a_warning(
    people: Scene, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisioning.services.preflight.live_look", lambda organization: None)
    checks = rows(people, audience="partner", portal_type="partner", options=("partner_field_service",))
    assert (checks["organization"].passed, checks["organization"].is_warning) == (False, True)
    assert stopping(checks) == set()


def hang(request: httpx.Request) -> httpx.Response:
    """Take as long as it may."""
    time.sleep(min(request.extensions["timeout"]["read"], 10))
    raise httpx.ReadTimeout("slow", request=request)


def test_a_hanging_organization_costs_the_time_limit_and_no_more(
    people: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("solutions.live.SECONDS", 0.3)
    monkeypatch.setattr(transport, "transport_make", lambda: httpx.MockTransport(hang))
    monkeypatch.setattr("organizations.client.session.token_get", lambda credentials: "token")
    began = time.monotonic()
    assert live.live_look(people.organization) is None
    assert time.monotonic() - began < 2
