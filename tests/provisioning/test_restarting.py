"""Restart Provisioning, and workers that die in the middle of a step."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

import pytest

from core.errors import NotAllowed
from domains.models import Hostname
from domains.ports import EdgeAnswer
from operations.models import Operation, OperationStep
from operations.workflow import StepFailed
from organizations.models import Role, RoleAssignment
from portals.errors import PortalBusy, PortalNotFound, PortalWrongState
from portals.models import Portal, PortalLicense
from provisioning.errors import NothingRunning
from provisioning.history import provisioning_history
from provisioning.services import (
    provisioning_cancel,
    provisioning_change_and_restart,
    provisioning_restart,
)
from tests.builders.operations import run_to_end
from tests.builders.provisioning import Scene, account, scene
from tests.provisioning.failed_portals import failed
from tests.provisioning.world import World, raising

pytestmark = pytest.mark.django_db

INSTALLING = "install MicrosoftIdentity"


def change(people: Scene, portal: Portal, **changes: object) -> Operation:
    return provisioning_change_and_restart(actor=people.alice, portal_id=portal.pk, changes=changes)


# --- Restart Provisioning


def test_a_portal_can_be_restarted_after_a_failure(people: Scene, world: World) -> None:
    portal = failed(people, world, INSTALLING)
    operation = run_to_end(provisioning_restart(actor=people.alice, portal_id=portal.pk).pk)
    portal.refresh_from_db()
    assert (operation.status, portal.state) == (Operation.Status.SUCCEEDED, Portal.State.PROVISIONED)


def test_a_restart_does_not_do_again_what_is_done(people: Scene, world: World) -> None:
    portal = failed(people, world, "content")
    operation = run_to_end(provisioning_restart(actor=people.alice, portal_id=portal.pk).pk)
    assert len(world.made) == len(set(world.made)) == 18
    steps = OperationStep.objects.filter(operation=operation)
    assert set(steps.filter(name="install-solution").values_list("status", flat=True)) == {"skipped"}
    assert steps.get(name="reserve-address").status == "skipped"
    assert steps.get(name="import-content").status == "done"


def test_every_run_stays_in_the_history(people: Scene, world: World) -> None:
    portal = failed(people, world, INSTALLING)
    world.before[INSTALLING] = raising(StepFailed("Still no."))
    run_to_end(provisioning_restart(actor=people.alice, portal_id=portal.pk).pk)
    world.before.clear()
    run_to_end(change(people, portal, name="Renamed").pk)
    runs = list(provisioning_history(portal))
    assert [run.kind for run in runs] == ["change", "restart", "submit"]
    assert [run.operation.status for run in runs] == ["Succeeded", "Failed", "Failed"]
    assert {run.terms_sha256 for run in runs} == {runs[-1].terms_sha256}
    assert [run.values["name"] for run in runs] == ["Renamed", "Contoso Support", "Contoso Support"]


def test_a_running_portal_cannot_be_restarted(people: Scene, world: World) -> None:
    portal = people.portal()
    with pytest.raises(PortalBusy) as busy:
        provisioning_restart(actor=people.alice, portal_id=portal.pk)
    assert (busy.value.http_status, busy.value.message) == (409, "This portal is already being provisioned.")


def test_a_second_restart_finds_the_first_one_running(people: Scene, world: World) -> None:
    portal = failed(people, world, INSTALLING)
    provisioning_restart(actor=people.alice, portal_id=portal.pk)
    with pytest.raises(PortalBusy):
        change(people, portal, name="Other")
    portal.refresh_from_db()
    assert portal.name == "Contoso Support"


def test_a_provisioned_portal_cannot_be_restarted(people: Scene, world: World) -> None:
    operation = run_to_end(people.submit().pk)
    with pytest.raises(PortalWrongState):
        provisioning_restart(actor=people.alice, portal_id=operation.resource_id)


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (Role.GLOBAL_ADMINISTRATOR, "auth:provision-denied"),
        (Role.SERVICE_ADMINISTRATOR, "auth:provision-denied"),
        (Role.SYSTEM_CUSTOMIZER, "auth:manage-denied"),
        (None, "auth:manage-denied"),
    ],
)
def test_only_a_system_administrator_may_restart(people: Scene, world: World, role: Role | None, code: str) -> None:
    portal = failed(people, world, INSTALLING)
    scoped = people.organization if role == Role.SYSTEM_CUSTOMIZER else None
    with pytest.raises(NotAllowed) as denied:
        provisioning_restart(actor=account("dora@contoso.example", role, scoped), portal_id=portal.pk)
    assert denied.value.code == code


def test_a_system_administrator_of_another_organization_may_not_restart(people: Scene, world: World) -> None:
    portal = failed(people, world, INSTALLING)
    with pytest.raises(NotAllowed) as denied:
        provisioning_restart(actor=scene("fabrikam").alice, portal_id=portal.pk)
    assert denied.value.code == "auth:manage-denied"


def test_a_portal_that_is_not_there_cannot_be_restarted(people: Scene) -> None:
    with pytest.raises(PortalNotFound):
        provisioning_restart(actor=people.alice, portal_id=uuid.uuid4())


def test_another_system_administrator_may_restart_and_answers_for_the_run(people: Scene, world: World) -> None:
    portal = failed(people, world, INSTALLING)
    RoleAssignment.objects.filter(user=people.alice).delete()
    dora = account("dora@contoso.example", Role.SYSTEM_ADMINISTRATOR, people.organization)
    operation = run_to_end(provisioning_restart(actor=dora, portal_id=portal.pk).pk)
    assert (operation.status, operation.actor) == (Operation.Status.SUCCEEDED, dora)


# --- Cancelling


def test_a_tenant_administrator_may_cancel_a_run(people: Scene, world: World) -> None:
    portal = people.portal()
    provisioning_cancel(actor=account("global@contoso.example", Role.GLOBAL_ADMINISTRATOR), portal_id=portal.pk)
    operation = run_to_end(portal.requests.get().operation_id)
    portal.refresh_from_db()
    assert (operation.status, portal.state) == (Operation.Status.CANCELED, Portal.State.PROVISIONING_FAILED)


def test_where_nothing_runs_there_is_nothing_to_cancel(people: Scene, world: World) -> None:
    with pytest.raises(NothingRunning):
        provisioning_cancel(actor=people.alice, portal_id=failed(people, world, INSTALLING).pk)


def test_a_customizer_may_not_cancel(people: Scene) -> None:
    with pytest.raises(NotAllowed):
        provisioning_cancel(actor=people.bob, portal_id=people.portal().pk)


# --- A worker that dies


class Died(BaseException):
    """The worker process is gone in the middle of a step."""


ACTS = ["refresh", "install MicrosoftCrmPortalBase", "content", "website", "administrator"]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_that_dies_in_a_step_leaves_nothing_doubled_or_lost(
    people: Scene, world: World, act: str, moment: str
) -> None:
    getattr(world, moment)[act] = raising(Died(), times=1)
    operation = people.submit()
    if (act, moment) != ("refresh", "after"):
        with pytest.raises(Died):
            run_to_end(operation.pk)
    Operation.objects.filter(pk=operation.pk).update(owner=None, lease_until=None)  # what the reconciler does
    operation = run_to_end(operation.pk)
    assert operation.status == Operation.Status.SUCCEEDED, operation.error
    assert len(world.made) == len(set(world.made)) == 18
    assert OperationStep.objects.filter(operation=operation).count() == len(operation.plan)
    assert Hostname.objects.count() == 1
    assert PortalLicense.objects.filter(is_assigned=True).count() == 1
    assert Portal.objects.get().events.filter(to_state="provisioned").count() == 1


@pytest.mark.parametrize("at", [1, 2], ids=["publish-address", "open-portal"])
def test_a_worker_that_dies_while_it_looks_at_the_address_is_replaced(people: Scene, world: World, at: int) -> None:
    looks, probe = itertools.count(1), world.edge.probe

    def die_once(*arguments: Any, **more: Any) -> EdgeAnswer:
        if next(looks) == at:
            raise Died
        return probe(*arguments, **more)

    world.edge.probe = die_once  # type: ignore[method-assign]
    operation = people.submit()
    with pytest.raises(Died):
        run_to_end(operation.pk)
    Operation.objects.filter(pk=operation.pk).update(owner=None, lease_until=None)
    assert run_to_end(operation.pk).status == Operation.Status.SUCCEEDED
    assert len(world.made) == len(set(world.made)) == 18
    assert Hostname.objects.count() == 1
