"""Two submissions at the same moment, with real connections: one wins, the other is told so and leaves nothing."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from core.errors import Conflict, InvalidValues
from operations.models import Operation
from portals.models import Portal, PortalLicense
from provisioning import truth
from provisioning.models import ProvisioningRequest
from provisioning.services import provisioning_change_and_restart, provisioning_restart, provisioning_submit
from provisioning.services import restart as restarting
from provisioning.services import submit as submitting
from tests.builders.portals import license_free
from tests.builders.provisioning import Scene, accepted, scene

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Operation]) -> list[object]:
    """Run each in a thread with a connection of its own; answers or errors, in their order."""
    answers: list[object] = [None] * len(acts)

    def run(number: int, act: Callable[[], Operation]) -> None:
        try:
            answers[number] = act()
        except Exception as error:
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.fixture
def people() -> Scene:
    return scene()


@pytest.fixture
def both_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither writes before both have found the values to be true."""
    barrier, check = threading.Barrier(2, timeout=20), truth.values_accept

    def accept_together(**arguments: object) -> object:
        accepted_values = check(**arguments)  # type: ignore[arg-type]
        barrier.wait()
        return accepted_values

    monkeypatch.setattr(submitting, "values_accept", accept_together)


@pytest.mark.usefixtures("both_checked")
def test_of_two_submits_for_one_subdomain_one_wins_and_the_other_gets_a_conflict(people: Scene) -> None:
    one, two = people.values(subdomain="the-same"), people.values(subdomain="the-same")
    answers = at_once(
        lambda: provisioning_submit(actor=people.alice, values=one, terms=accepted()),
        lambda: provisioning_submit(actor=people.alice, values=two, terms=accepted()),
    )
    lost = next(answer for answer in answers if isinstance(answer, Conflict))
    assert sum(isinstance(answer, Operation) for answer in answers) == 1
    assert (lost.http_status, lost.code) == (409, "portals:subdomain-taken")
    assert lost.context["suggestion"] == "the-same-2"
    assert Portal.objects.count() == Operation.objects.count() == ProvisioningRequest.objects.count() == 1
    assert PortalLicense.objects.filter(is_assigned=True).count() == 1


@pytest.mark.usefixtures("both_checked")
def test_of_two_submits_with_one_licence_one_wins_and_the_other_gets_a_conflict(people: Scene) -> None:
    license_id = license_free().pk
    one, two = people.values(license_id=license_id), people.values(license_id=license_id)
    answers = at_once(
        lambda: provisioning_submit(actor=people.alice, values=one, terms=accepted()),
        lambda: provisioning_submit(actor=people.alice, values=two, terms=accepted()),
    )
    lost = next(answer for answer in answers if isinstance(answer, Conflict))
    assert (lost.http_status, lost.code) == (409, "portals:license-used")
    assert Portal.objects.count() == Operation.objects.count() == 1


def test_a_double_click_at_the_same_moment_makes_one_run(people: Scene) -> None:
    values, token = people.values(), uuid.uuid4()

    def click() -> Operation:
        return provisioning_submit(actor=people.alice, values=values, terms=accepted(), form_token=token)

    answers = at_once(click, click, click)
    assert len({answer.pk for answer in answers if isinstance(answer, Operation)}) == 1
    assert not [answer for answer in answers if not isinstance(answer, Operation)]
    assert Portal.objects.count() == Operation.objects.count() == 1


def test_of_two_restarts_at_once_one_runs_and_the_other_is_told_it_is_busy(people: Scene) -> None:
    portal = people.portal()
    Operation.objects.update(status=Operation.Status.FAILED)
    Portal.objects.update(state=Portal.State.PROVISIONING_FAILED)

    def restart() -> Operation:
        return provisioning_restart(actor=people.alice, portal_id=portal.pk)

    answers = at_once(restart, restart)
    lost = next(answer for answer in answers if isinstance(answer, Conflict))
    assert (lost.code, lost.message) == ("portals:busy", "This portal is already being provisioned.")
    assert Operation.objects.active().count() == 1


def test_of_two_portals_that_change_to_one_subdomain_at_once_one_is_told_of_the_conflict(people: Scene) -> None:
    portals = [people.portal(), people.portal()]
    Operation.objects.update(status=Operation.Status.FAILED)
    Portal.objects.update(state=Portal.State.PROVISIONING_FAILED)
    barrier, check = threading.Barrier(2, timeout=20), truth.values_accept

    def accept_together(**arguments: object) -> object:
        found = check(**arguments)  # type: ignore[arg-type]
        barrier.wait()
        return found

    def change(portal: Portal) -> Operation:
        changes = {"subdomain": "the-same"}
        return provisioning_change_and_restart(actor=people.alice, portal_id=portal.pk, changes=changes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(restarting, "values_accept", accept_together)
        answers = at_once(lambda: change(portals[0]), lambda: change(portals[1]))
    lost = next(answer for answer in answers if isinstance(answer, Conflict))
    assert (lost.http_status, lost.code) == (409, "portals:subdomain-taken")
    assert Operation.objects.active().count() == 1
    assert Portal.objects.filter(state=Portal.State.PROVISIONING_FAILED).count() == 1


def test_a_subdomain_that_is_gone_when_it_is_checked_is_a_bad_value(people: Scene) -> None:
    people.submit(subdomain="the-same")
    with pytest.raises(InvalidValues) as refused:
        people.submit(subdomain="the-same")
    assert [error.code for error in refused.value.errors] == ["portals:subdomain-taken"]
