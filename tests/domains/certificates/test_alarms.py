"""Expiry: when people are told, whom, how often, and what the metric says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from domains.certificates.alarms import MARKS_DAYS, mark_reached
from domains.certificates.metrics import CertificatesCollector
from domains.models import Certificate, CertificateAlarm
from domains.services.bindings import binding_ensure
from domains.services.certificate_alarms import alarm_mails_send, alarms_raise, certificates_expiring
from organizations.models import Organization
from tests.builders.certificates import DAY, certificate_made, leaf, now
from tests.builders.organizations import alice, contoso
from tests.builders.portals import portal_row

HOST = "support.example.test"


def in_service(organization: Organization, *, left: timedelta, life: timedelta = 90 * DAY) -> Certificate:
    end = now() + left
    issued = leaf(HOST, not_before=end - life, not_after=end)
    made = certificate_made(HOST, organization=organization, issued=issued)
    portal = portal_row(organization, administrator_email="jay@contoso.example")
    binding_ensure(portal_id=portal.pk, host=HOST, certificate_id=made.pk)
    return made


@pytest.mark.parametrize(
    ("life", "left", "mark"),
    [
        (90, 31, ""),
        (90, 30, "30"),
        (90, 14.5, "30"),
        (90, 14, "14"),
        (90, 6, "7"),
        (90, 2, "3"),
        (90, 1, "1"),
        (90, 0, "0"),
        (90, -5, "0"),
        (47, 16, ""),
        (47, 15, "1/3"),
        (47, 7, "1/6"),
        (60, 20, "1/3"),
        (6, 0, "0"),
    ],
)
def test_the_mark_depends_on_what_is_left_and_on_the_life(life: float, left: float, mark: str) -> None:
    today = datetime.fromisoformat("2026-11-25T00:00:00+00:00")
    end = today + timedelta(days=left)
    assert mark_reached(end - timedelta(days=life), end, today) == mark


@given(st.floats(0, 100), st.floats(0.01, 3))
def test_marks_only_come_nearer(left: float, later: float) -> None:
    today = datetime.fromisoformat("2026-11-25T00:00:00+00:00")
    end = today + timedelta(days=left)
    marks = [mark_reached(end - 200 * DAY, end, today + timedelta(days=step)) for step in (0, later)]
    order = ["", *map(str, MARKS_DAYS)]
    assert order.index(marks[0]) <= order.index(marks[1])


@pytest.mark.django_db
def test_each_mark_is_told_once_to_portal_and_instance_administrators() -> None:
    made = in_service(contoso(), left=10 * DAY)
    assert (alarms_raise(), alarm_mails_send()) == (1, 1)
    assert (alarms_raise(), alarm_mails_send()) == (0, 0)
    assert CertificateAlarm.objects.get().mark == "14"
    sent = mail.outbox[0]
    assert set(sent.to) >= {"jay@contoso.example", "alice@contoso.example"}
    assert "ben@contoso.example" not in sent.to  # a customizer
    assert sent.subject == f"The certificate of {HOST} expires in 9 days"
    assert f"/certificates/{made.pk}/replace/" in sent.body
    assert made.thumbprint in sent.body
    later = timezone.now() + timedelta(days=4)
    assert alarms_raise(now=later) == 1
    assert CertificateAlarm.objects.first().mark == "7"  # type: ignore[union-attr]


@pytest.mark.django_db
def test_a_mail_server_that_is_away_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    in_service(contoso(), left=10 * DAY)
    alarms_raise()

    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as away:
        away.setattr("django.core.mail.message.EmailMessage.send", refuse)
        assert alarm_mails_send() == 0
    assert alarm_mails_send() == 1


@pytest.mark.django_db
def test_nobody_is_told_of_what_nobody_uses_or_what_was_replaced() -> None:
    organization = contoso()
    certificate_made("unused.example.test", organization=organization, not_after=now() + DAY)
    old = in_service(organization, left=10 * DAY)
    new = certificate_made(HOST, organization=organization)
    Certificate.objects.filter(pk=old.pk).update(replaced_by=new, replaced_at=timezone.now())
    assert alarms_raise() == 0


@pytest.mark.django_db
def test_banners_speak_of_what_is_near_its_end() -> None:
    made = in_service(contoso(), left=10 * DAY)
    certificate_made("later.example.test", organization=made.organization)
    assert certificates_expiring(Certificate.objects.all()) == [made]


@pytest.mark.django_db
def test_the_portals_page_says_that_its_certificate_expires() -> None:
    organization = contoso()
    in_service(organization, left=10 * DAY)
    client = Client()
    client.force_login(alice(organization))
    portal = organization.portals.get()
    page = client.get(f"/portals/{portal.pk}/").content.decode()
    assert f"The certificate {HOST} expires in 9 days." in page
    assert "Replace the certificate" in page


@pytest.mark.django_db(transaction=True)
def test_the_metric_tells_the_seconds_until_the_end() -> None:
    in_service(contoso(), left=10 * DAY)
    (family,) = CertificatesCollector().collect()
    (sample,) = family.samples
    assert sample.name == "certificate_expiry_seconds"
    assert sample.labels == {"host": HOST}
    assert sample.value == pytest.approx(10 * 86400, abs=120)
