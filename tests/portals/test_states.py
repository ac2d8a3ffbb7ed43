"""The portal's states: what may follow what, written once, with its event."""

from __future__ import annotations

import itertools

import pytest

from portals.errors import PortalBusy, PortalWrongState
from portals.models import PackageInstallStatus, Portal, PortalEvent
from portals.states import SOURCES, package_move, portal_move
from tests.builders.portals import portal_row
from tests.builders.provisioning import scene

pytestmark = pytest.mark.django_db
S, P = Portal.State, PackageInstallStatus
ALLOWED = {(source, to) for to, sources in SOURCES.items() for source in sources}


@pytest.mark.parametrize(("source", "to"), sorted(ALLOWED))
def test_an_allowed_move_is_made_and_remembered(source: Portal.State, to: Portal.State) -> None:
    people = scene()
    portal = portal_row(people.organization, state=source)
    portal_move(portal_id=portal.pk, to=to, actor=people.alice)
    portal.refresh_from_db()
    assert (portal.state, portal.updated_by) == (to, people.alice)
    event = PortalEvent.objects.get(portal=portal)
    assert (event.code, event.from_state, event.to_state, event.actor) == ("portals:moved", source, to, people.alice)


@pytest.mark.parametrize(("source", "to"), sorted(set(itertools.product(S, S)) - ALLOWED))
def test_any_other_move_is_refused_and_leaves_nothing(source: Portal.State, to: Portal.State) -> None:
    portal = portal_row(scene().organization, state=source)
    with pytest.raises((PortalBusy, PortalWrongState)):
        portal_move(portal_id=portal.pk, to=to)
    portal.refresh_from_db()
    assert portal.state == source
    assert not PortalEvent.objects.exists()


def test_a_portal_that_is_configuring_is_busy() -> None:
    portal = portal_row(scene().organization, state=S.CONFIGURING)
    with pytest.raises(PortalBusy) as busy:
        portal_move(portal_id=portal.pk, to=S.CONFIGURING)
    assert (busy.value.code, busy.value.http_status) == ("portals:busy", 409)
    assert busy.value.message == "This portal is already being provisioned."


def test_the_names_suffix_tells_the_state() -> None:
    organization = scene().organization
    names = [portal_row(organization, name="Support", state=state).display_name for state in S]
    assert names == ["Support-Configuring", "Support", "Support-Provisioning Failed"]


def test_the_packages_half_moves_by_itself() -> None:
    portal = portal_row(scene().organization, state=S.CONFIGURING, package_install_status=P.INSTALL_SCHEDULED)
    assert package_move(portal_id=portal.pk, to=P.INSTALLING)
    assert not package_move(portal_id=portal.pk, to=P.INSTALLING)  # the step runs twice: nothing to move
    assert package_move(portal_id=portal.pk, to=P.INSTALLED)
    assert not package_move(portal_id=portal.pk, to=P.INSTALL_FAILED)  # installed packages do not fail afterwards
    portal.refresh_from_db()
    assert (portal.state, portal.package_install_status) == (S.CONFIGURING, P.INSTALLED)
