"""Options of a portal: taken where their solutions are there, refused where they are not."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import InvalidValues
from portals.models import Portal
from provisioning import live
from tests.builders.provisioning import Scene, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Scene:
    return scene()


# --- Options and an organization that does not answer


@pytest.fixture
def field_service(people: Scene) -> dict[str, Any]:
    return {"audience": "partner", "portal_type": "partner", "options": ("partner_field_service",)}


@pytest.mark.parametrize(
    ("installed", "sentence"),
    [
        (
            {},
            "Partner Field Service requires solutions installed: Field Service is not installed in Contoso Sales",
        ),
        (
            {"fieldservice": "1.0"},
            "Partner Field Service requires solutions installed: Field Service in Contoso Sales is older than",
        ),
    ],
)
def test_an_option_without_its_solution_is_refused(
    people: Scene,
    field_service: dict[str, Any],
    installed: dict[str, str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "live_look", lambda organization: installed)
    with pytest.raises(InvalidValues) as refused:
        people.submit(**field_service)
    error = refused.value.errors[0]
    assert (error.field, error.code) == ("options", "solutions:prerequisite-missing")
    assert error.message.startswith(sentence)


def test_an_option_with_its_solution_is_taken(
    people: Scene, field_service: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "live_look", lambda organization: {"fieldservice": "99.0.0.0"})
    assert people.portal(**field_service).options == ["partner_field_service"]


def test_an_organization_that_does_not_answer_does_not_block_the_submit(
    people: Scene, field_service: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "live_look", lambda organization: None)
    assert people.portal(**field_service).state == Portal.State.CONFIGURING
