"""A name that is given up: unbound, guarded for thirty days, and whose it is then."""

from __future__ import annotations

import pytest

from core.errors import InvalidValue
from domains.adapters.fake import FakeEdge
from domains.models import CustomDomain, SslBinding
from domains.services.custom_domains import (
    domain_remove,
)
from operations.models import Operation
from operations.runner import operation_run
from portals.models import Portal
from tests.builders.adminsite import Cast, instance
from tests.builders.custom_domains import Zone, domain_active, domain_started
from tests.builders.operations import run_to_end
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db

HOST = "support.customers.test"

S = CustomDomain.State


def test_removing_unbinds_and_guards_the_name_for_thirty_days(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    domain_active(zone, people.alice, portal)
    domain_remove(actor=people.alice, portal_id=portal.pk)
    assert not SslBinding.objects.exists()
    fabrikam = instance("Fabrikam")
    theirs = portal_row(fabrikam)
    zone.point(HOST, theirs)
    with pytest.raises(InvalidValue) as told:
        domain_started(people.global_admin, theirs)
    assert told.value.code == "domains:ownership-missing"

    zone.prove(HOST, fabrikam)
    proved, run = domain_started(people.global_admin, theirs)
    assert run_to_end(run.pk).status == Operation.Status.SUCCEEDED
    domain_remove(actor=people.global_admin, portal_id=theirs.pk)
    assert proved.events.filter(code="removed").exists()


def test_the_same_organization_may_add_a_removed_name_again(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    domain_active(zone, people.alice, portal)
    domain_remove(actor=people.alice, portal_id=portal.pk)
    other = portal_row(people.contoso)
    domain_active(zone, people.alice, other)
    assert SslBinding.objects.get().portal == other


def test_who_proves_the_name_takes_it_from_somebody_who_never_did(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    squatter, run = domain_started(people.global_admin, portal_row(instance("Fabrikam")))
    operation_run(operation_id=run.pk)
    with pytest.raises(InvalidValue):
        domain_started(people.alice, portal)
    zone.prove(HOST, people.contoso)
    domain_active(zone, people.alice, portal)
    squatter.refresh_from_db()
    assert squatter.state == S.REMOVED
    assert run_to_end(run.pk).status == Operation.Status.FAILED
