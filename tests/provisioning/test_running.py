"""The run from the submitted form to the open portal, and its end in each state."""

from __future__ import annotations

from typing import Any

import pytest

from domains.models import Hostname
from operations.models import Operation, OperationStep
from operations.workflow import StepFailed
from organizations.errors import OrganizationRefused, OrganizationUnavailable
from organizations.models import OrganizationLanguage, RoleAssignment
from organizations.policy import PROVISION_DENIED
from portals.models import PackageInstallStatus, Portal
from provisioning import messages
from provisioning.banners import banner_for
from provisioning.services import provisioning_cancel
from tests.builders.operations import run_to_end
from tests.builders.provisioning import Scene
from tests.provisioning.world import World, raising

pytestmark = pytest.mark.django_db


def portal_of(operation: Operation) -> Portal:
    return Portal.objects.get(pk=operation.resource_id)


def error_of(operation: Operation) -> dict[str, Any]:
    assert operation.error is not None
    return dict(operation.error)


def test_a_run_ends_with_a_provisioned_portal(people: Scene, world: World) -> None:
    operation = run_to_end(people.submit(name="Support").pk)
    portal = portal_of(operation)
    assert operation.status == Operation.Status.SUCCEEDED, operation.error
    assert (portal.state, portal.package_install_status) == (Portal.State.PROVISIONED, PackageInstallStatus.INSTALLED)
    assert portal.address_ready_at is not None
    assert portal.content_version == 1
    assert Hostname.objects.get(portal=portal).state == Hostname.State.PUBLISHED
    assert [made.split()[0] for made in world.made] == ["install"] * 15 + ["content", "website", "administrator"]
    assert world.edge.probed == [f"{portal.host}/", f"{portal.host}/"]
    assert portal.events.first().to_state == Portal.State.PROVISIONED  # type: ignore[union-attr]
    assert banner_for(portal) is None


def test_solutions_are_installed_in_the_order_of_the_plan(people: Scene, world: World) -> None:
    operation = run_to_end(people.submit(portal_type="community").pk)
    planned = [step["argument"] for step in operation.plan if step["name"] == "install-solution"]
    assert [made.split()[1] for made in world.made if made.startswith("install")] == planned
    assert len(planned) == 25


def test_a_run_waits_while_the_organization_imports(people: Scene, world: World) -> None:
    world.waits["MicrosoftCrmPortalBase"] = 3
    assert run_to_end(people.submit().pk).status == Operation.Status.SUCCEEDED
    assert world.made.count("install MicrosoftCrmPortalBase") == 1


@pytest.mark.parametrize(
    ("act", "packages"),
    [
        ("refresh", PackageInstallStatus.NONE),
        ("install MicrosoftCrmPortalBase", PackageInstallStatus.INSTALL_FAILED),
        ("content", PackageInstallStatus.INSTALL_FAILED),
        ("website", PackageInstallStatus.INSTALL_FAILED),
        ("administrator", PackageInstallStatus.INSTALL_FAILED),
    ],
)
def test_a_step_that_cannot_be_done_ends_the_run_as_failed(
    people: Scene, world: World, act: str, packages: PackageInstallStatus
) -> None:
    world.before[act] = raising(StepFailed("The organization said no.", code="solutions:install-failed"))
    operation = run_to_end(people.submit(name="Support").pk)
    portal = portal_of(operation)
    assert operation.status == Operation.Status.FAILED
    assert error_of(operation)["code"] == "solutions:install-failed"
    assert portal.display_name == "Support-Provisioning Failed"
    assert portal.package_install_status == packages
    assert portal.license.is_assigned  # the portal keeps its licence: it can be restarted


def test_a_passing_error_is_tried_again(people: Scene, world: World) -> None:
    passing = OrganizationUnavailable("The organization did not answer in time.", retry_after=7)
    world.before["content"] = raising(passing, times=3)
    operation = run_to_end(people.submit().pk)
    assert operation.status == Operation.Status.SUCCEEDED
    assert OperationStep.objects.get(operation=operation, name="import-content").attempts == 4


def test_an_organization_that_stays_away_ends_the_run_in_words(people: Scene, world: World) -> None:
    world.before["refresh"] = raising(OrganizationUnavailable("The organization did not answer in time."))
    operation = run_to_end(people.submit().pk)
    assert operation.status == Operation.Status.FAILED
    assert error_of(operation)["message"] == "The organization did not answer in time."


def test_an_organization_that_refuses_ends_the_run_at_once(people: Scene, world: World) -> None:
    world.before["refresh"] = raising(OrganizationRefused("The organization does not let us in."))
    operation = run_to_end(people.submit().pk, limit=1)
    assert operation.status == Operation.Status.FAILED


# --- The organization changed after the form was submitted


def test_an_actor_who_lost_the_role_stops_the_run(people: Scene, world: World) -> None:
    operation = people.submit()
    RoleAssignment.objects.filter(user=people.alice).delete()
    operation = run_to_end(operation.pk)
    assert (error_of(operation)["code"], error_of(operation)["message"]) == ("auth:provision-denied", PROVISION_DENIED)


def test_an_administrator_who_lost_the_role_stops_the_run(people: Scene, world: World) -> None:
    operation = people.submit()
    people.organization.users.update(is_system_administrator=False)
    operation = run_to_end(operation.pk)
    expected = "Jay Hamlin does not have the System Administrator role in Contoso Sales."
    assert error_of(operation)["message"] == expected


def test_a_language_that_was_deactivated_stops_the_run(people: Scene, world: World) -> None:
    operation = people.submit(language=1036)
    OrganizationLanguage.objects.filter(lcid=1036).delete()
    operation = run_to_end(operation.pk)
    assert error_of(operation)["message"] == "French is not activated in Contoso Sales."


def test_an_options_solution_that_was_removed_stops_the_run(people: Scene, world: World) -> None:
    world.installed["fieldservice"] = "99.0"
    operation = people.submit(audience="partner", portal_type="partner", options=("partner_field_service",))
    world.installed.clear()
    operation = run_to_end(operation.pk)
    assert error_of(operation)["code"] == "solutions:prerequisite-missing"
    assert world.made == []


def test_another_base_language_is_said_in_the_log_and_stops_nothing(people: Scene, world: World) -> None:
    operation = run_to_end(people.submit(language=1031).pk)
    said = [event.message for event in operation.events.filter(kind="log")]
    assert any(line.startswith("The base language of Contoso Sales is English, not German") for line in said)
    assert operation.status == Operation.Status.SUCCEEDED


# --- The address


def test_an_edge_that_is_down_ends_the_run_before_anything_is_installed(people: Scene, world: World) -> None:
    world.edge.is_down = True
    operation = run_to_end(people.submit().pk)
    portal = portal_of(operation)
    assert error_of(operation)["code"] == "domains:edge-unreachable"
    assert portal.address_ready_at is None
    assert world.made == []


@pytest.mark.parametrize(
    "wrong",
    [{"answers_as": "00000000-0000-0000-0000-000000000000"}, {"certificate_names": ("*.elsewhere.example",)}],
)
def test_an_address_at_which_something_else_answers_is_not_ours(
    people: Scene, world: World, wrong: dict[str, object]
) -> None:
    for name, value in wrong.items():
        setattr(world.edge, name, value)
    assert error_of(run_to_end(people.submit().pk))["code"] == "domains:not-published"


def test_a_website_that_never_shows_fails_the_last_step(people: Scene, world: World) -> None:
    world.edge.is_stuck = True
    operation = run_to_end(people.submit().pk)
    portal = portal_of(operation)
    assert error_of(operation)["code"] == "provisioning:site-unfinished"
    assert error_of(operation)["step"] == "open-portal"
    assert (portal.state, portal.package_install_status) == (
        Portal.State.PROVISIONING_FAILED,
        PackageInstallStatus.INSTALLED,
    )


def test_a_page_of_something_else_is_not_the_portal(people: Scene, world: World) -> None:
    world.edge.page = lambda portal: "<title>Welcome to Caddy</title>"
    assert error_of(run_to_end(people.submit().pk))["code"] == "provisioning:site-unfinished"


def test_a_name_with_markup_in_it_is_found_on_its_page(people: Scene, world: World) -> None:
    assert run_to_end(people.submit(name="O'Neill & <Sons>").pk).status == Operation.Status.SUCCEEDED


# --- The two halves


def test_the_two_halves_are_told_apart_while_the_run_goes_on(people: Scene, world: World) -> None:
    seen: list[tuple[bool, str, str]] = []
    operation = people.submit()

    def look() -> None:
        portal = portal_of(operation)
        banner = banner_for(portal)
        seen.append(
            (portal.address_ready_at is not None, portal.package_install_status, banner.sentence if banner else "")
        )

    for act in ("refresh", "install MicrosoftCrmPortalBase", "content"):
        world.before[act] = look
    run_to_end(operation.pk)
    halves = dict.fromkeys(seen)  # "MicrosoftCrmPortalBase" begins the names of three solutions
    assert list(halves) == [
        (False, "InstallScheduled", messages.CONFIGURING_BANNER),
        (True, "Installing", messages.PACKAGES_BANNER),
    ]


# --- Cancelling


def test_a_cancelled_run_leaves_a_portal_that_can_be_restarted(people: Scene, world: World) -> None:
    operation = people.submit()

    def cancel() -> None:
        provisioning_cancel(actor=people.alice, portal_id=operation.resource_id)

    world.before["install MicrosoftIdentity"] = cancel
    operation = run_to_end(operation.pk)
    portal = portal_of(operation)
    assert operation.status == Operation.Status.CANCELED
    assert portal.state == Portal.State.PROVISIONING_FAILED
    assert portal.package_install_status == PackageInstallStatus.INSTALL_FAILED
