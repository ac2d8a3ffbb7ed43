"""From Next to active: the run looks at DNS, binds, sees it through the edge, and says what it waits for."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.utils import timezone
from pytest_django import Settings

from core.errors import InvalidValue, PortalAdminError
from domains.adapters.fake import FakeEdge
from domains.custom import curve
from domains.custom.errors import CheckedJustNow, DomainBusy
from domains.models import CustomDomain, SslBinding
from domains.services.bindings import binding_remove
from domains.services.custom_domains import (
    domain_add,
    domain_certificate_change,
    domain_change_cancel,
    domain_check,
    domain_redirect,
    domain_remove,
)
from operations.models import Operation
from operations.runner import operation_run
from portals.models import Portal
from tests.builders.adminsite import Cast, instance, person
from tests.builders.certificates import certificate_made, leaf
from tests.builders.custom_domains import Zone, domain_active, domain_started
from tests.builders.operations import run_to_end
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db

HOST = "support.customers.test"
S = CustomDomain.State


def test_a_domain_whose_record_is_there_becomes_active(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    domain = domain_active(zone, people.alice, portal)
    assert (domain.state, domain.reason, domain.replaces_id) == (S.ACTIVE, "", None)
    binding = SslBinding.objects.get()
    assert (binding.host, binding.portal, binding.certificate) == (HOST, portal, domain.certificate)
    assert domain.tls is not None
    assert domain.certificate is not None
    assert domain.tls["fingerprint"] == domain.certificate.fingerprint
    assert [event.code for event in domain.events.order_by("id")] == ["added", "binding", "activated"]
    assert domain.next_check_at is not None
    assert timedelta(hours=5) < domain.next_check_at - timezone.now() < timedelta(hours=7)


def test_without_the_record_the_run_waits_and_goes_on_when_it_appears(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    domain, run = domain_started(people.alice, portal)
    operation_run(operation_id=run.pk)
    run.refresh_from_db()
    domain.refresh_from_db()
    assert run.is_active
    assert run.waiting_for.startswith("Please add a CNAME record to this domain name. Asked")
    assert (domain.state, domain.reason, domain.tries) == (S.AWAITING_DNS, "domains:cname-missing", 1)
    assert run.due_at is not None
    assert 50 < (run.due_at - timezone.now()).total_seconds() <= 60
    assert not SslBinding.objects.exists()

    zone.point(HOST, portal)
    assert run_to_end(run.pk).status == Operation.Status.SUCCEEDED
    domain.refresh_from_db()
    assert domain.state == S.ACTIVE


def test_the_curve_has_ten_tries_in_thirteen_minutes_and_never_waits_longer_than_four_hours() -> None:
    waits = [curve.wait_after(tries).total_seconds() for tries in range(1, 2000)]
    assert sum(waits[:10]) < 13 * 60
    assert waits == sorted(waits)
    assert waits[-1] == max(waits) == 4 * 3600


def test_after_seven_days_it_is_paused_and_check_again_begins_anew(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    domain, run = domain_started(people.alice, portal)
    operation_run(operation_id=run.pk)
    CustomDomain.objects.update(waiting_since=timezone.now() - timedelta(days=7, minutes=1))
    ended = run_to_end(run.pk)
    domain.refresh_from_db()
    assert ended.error is not None
    assert ended.error["code"] == "domains:waited-too-long"
    assert (domain.state, domain.reason) == (S.PAUSED, "domains:waited-too-long")

    zone.point(HOST, portal)
    again = domain_check(actor=people.alice, portal_id=portal.pk)
    assert run_to_end(again.pk).status == Operation.Status.SUCCEEDED
    domain.refresh_from_db()
    assert domain.state == S.ACTIVE


def test_check_again_ends_the_wait_at_most_each_ten_seconds(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    _, run = domain_started(people.alice, portal)
    operation_run(operation_id=run.pk)
    assert domain_check(actor=people.alice, portal_id=portal.pk) == run
    run.refresh_from_db()
    assert run.due_at is None
    with pytest.raises(CheckedJustNow, match=r"Check again in (9|10) seconds"):
        domain_check(actor=people.alice, portal_id=portal.pk)
    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        domain_check(actor=people.alice, portal_id=portal.pk)


def test_the_txt_record_alone_puts_the_certificate_in_place_before_the_traffic_moves(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    zone.prove(HOST, people.contoso)
    domain, run = domain_started(people.alice, portal)
    operation_run(operation_id=run.pk)
    domain.refresh_from_db()
    assert domain.state == S.AWAITING_DNS
    assert SslBinding.objects.get().host == HOST
    assert domain.events.filter(code="pre-bound").count() == 1


def test_a_record_that_points_to_another_portal_is_not_enough(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    zone.point(HOST, portal_row(people.contoso))
    domain, run = domain_started(people.alice, portal)
    operation_run(operation_id=run.pk)
    domain.refresh_from_db()
    assert domain.state == S.AWAITING_DNS
    assert domain.reason == "domains:cname-other-portal"


def test_an_edge_that_serves_something_else_makes_no_domain_active(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    zone.point(HOST, portal)
    edge.chain = (leaf(HOST).certificate.public_bytes(Encoding.DER),)
    domain, run = domain_started(people.alice, portal)
    ended = run_to_end(run.pk)
    domain.refresh_from_db()
    assert ended.error is not None
    assert ended.error["code"] == "domains:not-served"
    assert domain.state == S.PAUSED
    assert not SslBinding.objects.exists()  # nothing bound is kept half-way


def test_servfail_is_waited_out(people: Cast, portal: Portal, zone: Zone, edge: FakeEdge) -> None:
    zone.says = "SERVFAIL"
    domain, run = domain_started(people.alice, portal)
    operation_run(operation_id=run.pk)
    domain.refresh_from_db()
    assert domain.state == S.AWAITING_DNS
    assert domain.report is not None
    assert domain.report.verdict == "unreachable"


def test_who_proves_the_name_takes_it_from_somebody_whose_domain_is_paused(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    """It was theirs once, and its DNS has long led elsewhere: they serve nobody there, and cannot keep it for good."""
    before = domain_active(zone, people.global_admin, portal_row(instance("Fabrikam")))
    zone.point(HOST, portal)
    zone.prove(HOST, people.contoso)
    with pytest.raises(InvalidValue):
        domain_started(people.alice, portal)  # served still
    CustomDomain.objects.filter(pk=before.pk).update(state=S.PAUSED)
    binding_remove(host=HOST)
    domain_active(zone, people.alice, portal)
    before.refresh_from_db()
    assert before.state == S.REMOVED
    assert before.tombstone_until is None, "whoever proved it is not kept waiting by a guard"


def test_an_automatic_certificate_is_bound_only_when_the_record_is_there(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge, settings: Settings
) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    settings.PORTAL_ACME_DIRECTORY = "https://acme.example.test/directory"  # one that looks at no CAA record
    caches["process"].set(f"acme-names:{settings.PORTAL_ACME_DIRECTORY}", ())
    edge.chain = (leaf(HOST).certificate.public_bytes(Encoding.DER),)
    zone.prove(HOST, people.contoso)
    domain, run = domain_add(actor=people.alice, portal_id=portal.pk, hostname=HOST, certificate_id=None)
    operation_run(operation_id=run.pk)
    assert not SslBinding.objects.exists()  # nobody may order for a name that does not point here
    zone.point(HOST, portal)
    assert run_to_end(run.pk).status == Operation.Status.SUCCEEDED
    domain.refresh_from_db()
    assert (domain.state, SslBinding.objects.get().certificate) == (S.ACTIVE, None)


def test_another_certificate_is_served_without_leaving_active(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    domain = domain_active(zone, people.alice, portal)
    new = certificate_made(HOST, organization=people.contoso)
    run = domain_certificate_change(actor=people.alice, portal_id=portal.pk, certificate_id=new.pk)
    assert [step["name"] for step in run.plan] == ["bind-certificate", "see-certificate"]
    assert run_to_end(run.pk).status == Operation.Status.SUCCEEDED
    domain.refresh_from_db()
    assert (domain.state, domain.certificate) == (S.ACTIVE, new)
    assert SslBinding.objects.get().certificate == new


def test_a_certificate_that_is_not_seen_is_taken_back(people: Cast, portal: Portal, zone: Zone, edge: FakeEdge) -> None:
    domain = domain_active(zone, people.alice, portal)
    old = domain.certificate
    new = certificate_made(HOST, organization=people.contoso)
    run = domain_certificate_change(actor=people.alice, portal_id=portal.pk, certificate_id=new.pk)
    edge.is_down = True
    assert run_to_end(run.pk).status == Operation.Status.FAILED
    domain.refresh_from_db()
    assert (domain.state, domain.certificate) == (S.ACTIVE, old)
    assert SslBinding.objects.get().certificate == old
    assert domain.events.first().code == "certificate-kept"  # type: ignore[union-attr]


def test_another_name_takes_over_without_a_gap(people: Cast, portal: Portal, zone: Zone, edge: FakeEdge) -> None:
    old = domain_active(zone, people.alice, portal)
    domain_redirect(actor=people.alice, portal_id=portal.pk, is_on=True)
    new, run = domain_started(people.alice, portal, "help.customers.test", replaces=True)
    operation_run(operation_id=run.pk)
    old.refresh_from_db()
    assert old.state == S.ACTIVE
    assert SslBinding.objects.get().host == HOST
    with pytest.raises(DomainBusy):
        domain_started(people.alice, portal, "third.customers.test", replaces=True)

    zone.point("help.customers.test", portal)
    assert run_to_end(run.pk).status == Operation.Status.SUCCEEDED
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state, new.replaces) == (S.REMOVED, S.ACTIVE, None)
    binding = SslBinding.objects.get()
    assert (binding.host, binding.redirects_from_base) == ("help.customers.test", True)


def test_a_takeover_can_be_given_up(people: Cast, portal: Portal, zone: Zone, edge: FakeEdge) -> None:
    old = domain_active(zone, people.alice, portal)
    new, run = domain_started(people.alice, portal, "help.customers.test", replaces=True)
    domain_change_cancel(actor=people.alice, portal_id=portal.pk)
    run_to_end(run.pk)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == (S.ACTIVE, S.REMOVED)
    assert SslBinding.objects.get().host == HOST


def test_a_domain_removed_while_it_is_bound_stays_removed(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    domain, run = domain_started(people.alice, portal)
    operation_run(operation_id=run.pk)
    domain_remove(actor=people.alice, portal_id=portal.pk)
    zone.point(HOST, portal)
    run_to_end(run.pk)
    domain.refresh_from_db()
    assert domain.state == S.REMOVED
    assert not SslBinding.objects.exists()


def test_a_stranger_and_a_customizer_may_not(people: Cast, portal: Portal) -> None:
    certificate = certificate_made(HOST, organization=people.contoso)
    for user in (people.bob, people.charlie, person("Dora")):
        with pytest.raises(PortalAdminError) as told:
            domain_started(user, portal, HOST, certificate)
        assert (told.value.http_status, told.value.code) == (403, "auth:manage-denied")
