"""An active domain is looked at again: what a loss needs to count, what is never concluded, and who is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from domains.adapters.fake import FakeEdge
from domains.models import CustomDomain, DomainDraft, DomainEvent, SslBinding
from domains.services.custom_domains import domain_check
from domains.services.domain_mails import domain_mails_send
from domains.services.drafts import draft_begin
from domains.services.rechecks import domain_recheck, domains_recheck, drafts_clear, orphans_remove
from domains.views.shown import domain_banner
from portals.models import Portal
from tests.builders.adminsite import Cast
from tests.builders.custom_domains import Zone, domain_active
from tests.builders.operations import run_to_end

pytestmark = pytest.mark.django_db

HOST = "support.customers.test"
S, A = CustomDomain.State, CustomDomain.Attention


@pytest.fixture
def domain(people: Cast, portal: Portal, zone: Zone, edge: FakeEdge) -> CustomDomain:
    return domain_active(zone, people.alice, portal)


def look_at(domain: CustomDomain, at: datetime) -> CustomDomain:
    """A look at this time."""
    with time_machine.travel(at, tick=False):
        domain_recheck(domain)
    domain.refresh_from_db()
    return domain


def test_what_is_not_due_is_left_alone(domain: CustomDomain, zone: Zone) -> None:
    asked = zone.asked
    assert domains_recheck() == 0
    assert zone.asked == asked
    CustomDomain.objects.update(next_check_at=timezone.now())
    assert domains_recheck() == 1
    domain.refresh_from_db()
    assert domain.next_check_at is not None
    assert domain.next_check_at > timezone.now() + timedelta(hours=5)


def test_three_definite_negatives_over_half_an_hour_raise_the_alarm_at_once(
    domain: CustomDomain, zone: Zone, portal: Portal
) -> None:
    zone.forget(HOST)
    now = timezone.now()
    for minutes in (0, 1, 2, 3):  # many, but not over half an hour
        assert look_at(domain, now + timedelta(minutes=minutes)).attention == []
    look_at(domain, now + timedelta(minutes=30))
    assert (domain.state, domain.attention) == (S.ACTIVE, [A.DNS_LOST])
    banner = domain_banner(portal)
    assert banner is not None
    assert banner.sentence.startswith(f"{HOST}: the DNS record is gone.")
    assert domain_mails_send() == 1
    assert domain_mails_send() == 0
    assert mail.outbox[0].subject == f"{HOST}: the DNS record is gone"
    assert "Expected: support.customers.test CNAME contoso-support.portals.localhost" in mail.outbox[0].body
    assert set(mail.outbox[0].to) == {"jay@contoso.example", "mia@contoso.example"}


def test_a_lost_domain_is_served_for_72_hours_more_then_paused_and_kept(
    domain: CustomDomain, zone: Zone, portal: Portal
) -> None:
    zone.forget(HOST)
    now = timezone.now()
    for minutes in (0, 15, 30, 45):
        look_at(domain, now + timedelta(minutes=minutes))
    lost = now + timedelta(minutes=30)
    assert look_at(domain, lost + timedelta(hours=71, minutes=59)).state == S.ACTIVE
    assert SslBinding.objects.exists()
    assert look_at(domain, lost + timedelta(hours=72)).state == S.PAUSED
    assert not SslBinding.objects.exists()
    assert DomainEvent.objects.filter(code="paused", mail="due").count() == 1


def test_a_record_that_comes_back_ends_the_alarm(domain: CustomDomain, zone: Zone, portal: Portal) -> None:
    zone.forget(HOST)
    now = timezone.now()
    for minutes in (0, 15, 30):
        look_at(domain, now + timedelta(minutes=minutes))
    assert domain.attention == [A.DNS_LOST]
    zone.point(HOST, portal)
    look_at(domain, now + timedelta(minutes=45))
    assert (domain.attention, domain.negatives, domain.lost_at) == ([], 0, None)
    assert domain_banner(portal) is None
    assert domain.events.first().code == "dns-back"  # type: ignore[union-attr]


def test_what_could_not_be_asked_alarms_after_a_day_and_never_unbinds(domain: CustomDomain, zone: Zone) -> None:
    zone.says = "SERVFAIL"
    now = timezone.now()
    for hours in (0, 1, 23):
        assert look_at(domain, now + timedelta(hours=hours)).attention == []
    assert look_at(domain, now + timedelta(hours=24)).attention == [A.DNS_UNREACHABLE]
    for days in (4, 30, 300):
        assert look_at(domain, now + timedelta(days=days)).state == S.ACTIVE
    assert SslBinding.objects.exists()
    assert DomainEvent.objects.filter(mail="due").count() == 1


def test_a_silence_between_two_negatives_is_not_a_negative(domain: CustomDomain, zone: Zone) -> None:
    now = timezone.now()
    zone.forget(HOST)
    look_at(domain, now)
    zone.says = "SERVFAIL"
    for minutes in (15, 30, 45):
        look_at(domain, now + timedelta(minutes=minutes))
    assert (domain.negatives, domain.attention) == (1, [])


def test_another_certificate_at_the_edge_is_told_and_told_once(
    domain: CustomDomain, edge: FakeEdge, portal: Portal
) -> None:
    edge.is_down = True
    now = timezone.now()
    for minutes in (0, 15):
        look_at(domain, now + timedelta(minutes=minutes))
    assert domain.attention == [A.TLS_PROBE_FAILED]
    assert DomainEvent.objects.filter(code="tls-failed", mail="due").count() == 1
    edge.is_down = False
    assert look_at(domain, now + timedelta(minutes=30)).attention == []


def test_check_again_of_an_active_domain_is_a_run_of_one_look(domain: CustomDomain, people: Cast, zone: Zone) -> None:
    zone.forget(HOST)
    assert domain.portal_id is not None
    run = domain_check(actor=people.alice, portal_id=domain.portal_id)
    ended = run_to_end(run.pk)
    domain.refresh_from_db()
    assert [step["name"] for step in ended.plan] == ["look-again"]
    assert (domain.state, domain.negatives) == (S.ACTIVE, 1)


def test_a_mail_that_cannot_be_sent_stays_due(
    domain: CustomDomain, edge: FakeEdge, monkeypatch: pytest.MonkeyPatch
) -> None:
    edge.is_down = True
    look_at(domain, timezone.now())

    def refuse(*args: object, **more: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        assert domain_mails_send() == 0
    assert domain_mails_send() == 1


def test_drafts_go_after_a_day_with_the_file_in_them(people: Cast, portal: Portal) -> None:
    draft = draft_begin(actor=people.alice, portal_id=portal.pk)
    draft.file_keep("a.pfx", b"secret bytes")
    draft.save()
    assert b"secret bytes" not in draft.file.encode()
    assert drafts_clear() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert drafts_clear() == 1
    assert not DomainDraft.objects.exists()


def test_a_deleted_portal_takes_its_domain_along_and_the_name_stays_guarded(domain: CustomDomain) -> None:
    assert orphans_remove() == 0
    assert domain.portal is not None
    domain.portal.delete()
    assert orphans_remove() == 1
    domain.refresh_from_db()
    assert domain.state == S.REMOVED
    assert domain.tombstone_until is not None
    assert not SslBinding.objects.exists()
