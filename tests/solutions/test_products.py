"""Other products in an embedded organization, by the command that its administrator has for them."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from solutions.live import installed_solutions
from solutions.services import solution_install
from tests.builders.operations import run_to_end
from tests.builders.organizations import alice, fabrikam

pytestmark = pytest.mark.django_db


def say(*words: str) -> str:
    out = StringIO()
    call_command("orgproduct", *words, stdout=out)
    return out.getvalue().strip()


def test_a_product_comes_is_listed_and_goes() -> None:
    organization = fabrikam()
    assert say("fabrikam", "add", "fieldservice") == "Field Service is installed in Fabrikam."
    assert say("fabrikam", "add", "fieldservice") == "Field Service was so already in Fabrikam."
    assert installed_solutions(organization) == {"fieldservice": "8.8.140.0"}
    assert "projectservice (Project Service Automation): not installed" in say("fabrikam", "list")
    assert say("fabrikam", "remove", "fieldservice") == "Field Service is removed in Fabrikam."
    assert installed_solutions(organization) == {}


def test_a_product_that_an_extension_needs_stays() -> None:
    organization = fabrikam()
    say("fabrikam", "add", "fieldservice")
    actor = alice(organization)
    run_to_end(solution_install(actor=actor, organization=organization, unique_name="PartnerFieldService").pk)
    with pytest.raises(CommandError, match=r"Needed by: .*Partner Field Service"):
        say("fabrikam", "remove", "fieldservice")


def test_an_unknown_organization_is_told() -> None:
    with pytest.raises(CommandError, match="no embedded organization"):
        say("nowhere", "list")
