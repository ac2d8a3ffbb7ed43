"""Telling people that a certificate expires: one alarm for each mark, by banner and by mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from domains.certificates.alarms import MARKS_DAYS, is_near, left_told, mark_reached
from domains.certificates.messages import ALARM_BODY, ALARM_SUBJECT
from domains.models import Certificate, CertificateAlarm, CustomDomain, SslBinding
from domains.services.certificates import hosts_using
from organizations.models import OrganizationUser
from portals.models import Portal

logger = structlog.get_logger(__name__)
MAILS_AT_ONCE = 200


def alarms_raise(*, now: datetime | None = None) -> int:
    """Write an alarm for each certificate that has reached a mark since the last look; how many were new."""
    moment = now or timezone.now()
    fresh = [
        CertificateAlarm(certificate=certificate, mark=mark)
        for certificate in _watched(moment)
        if (mark := mark_reached(certificate.not_before, certificate.not_after, moment))
    ]
    before = CertificateAlarm.objects.count()
    CertificateAlarm.objects.bulk_create(fresh, ignore_conflicts=True)  # the constraint says: once
    return CertificateAlarm.objects.count() - before


def alarm_mails_send() -> int:
    """Send what has not been sent; how many. What the mail server does not take now is tried at the next look."""
    due = CertificateAlarm.objects.filter(mailed_at=None).order_by("id").values_list("pk", flat=True)
    return sum(_send(alarm_id) for alarm_id in due[:MAILS_AT_ONCE])


def certificates_expiring(certificates: QuerySet[Certificate], *, now: datetime | None = None) -> list[Certificate]:
    """Those of ``certificates`` about which a banner speaks, the nearest end first."""
    moment = now or timezone.now()
    rows = certificates.current().filter(not_after__lt=_horizon(moment)).order_by("not_after")  # type: ignore[attr-defined]
    return [row for row in rows if is_near(row.not_before, row.not_after, moment)]


def portal_certificates(portal: Portal) -> QuerySet[Certificate]:
    """The certificates that the portal's custom domains are served with."""
    return Certificate.objects.filter(pk__in=SslBinding.objects.filter(portal=portal).values("certificate_id"))


def portal_alarms(portal: Portal) -> list[Certificate]:
    """The certificates of the portal's custom domains that expire soon. One query."""
    return certificates_expiring(portal_certificates(portal))


def alarm_recipients(certificate: Certificate) -> list[str]:
    """The administrators of the portals that use it, and the System Administrators of its instance."""
    domains = CustomDomain.objects.filter(certificate=certificate, state__in=CustomDomain.LIVE)
    of_portals = domains.filter(portal__isnull=False).values_list("portal__administrator_email", flat=True)
    administrators = OrganizationUser.objects.filter(
        organization_id=certificate.organization_id, is_system_administrator=True, is_disabled=False
    ).values_list("email", flat=True)
    return list(dict.fromkeys(address.lower() for address in (*of_portals, *administrators) if address))


def _watched(now: datetime) -> Iterable[Certificate]:
    """Certificates near their end that somebody uses; of what nobody uses nobody need be told."""
    near = Certificate.objects.current().filter(not_after__lt=_horizon(now))
    rows = list(near.filter(source=Certificate.Source.UPLOADED))
    used = hosts_using(rows)
    return [row for row in rows if used[row.pk]]


def _horizon(now: datetime) -> datetime:
    return now + timedelta(days=MARKS_DAYS[0], seconds=1)


@transaction.atomic
def _send(alarm_id: int) -> int:
    """One mail, with its row held, so that two looks at once do not send it twice."""
    rows = CertificateAlarm.objects.select_for_update(skip_locked=True, of=("self",)).filter(mailed_at=None)
    alarm = rows.select_related("certificate__organization").filter(pk=alarm_id).first()
    if alarm is None:
        return 0
    to = alarm_recipients(alarm.certificate)
    try:
        if to and alarm.certificate.is_usable and alarm.certificate.replaced_by_id is None:
            _mail(alarm.certificate, to).send()
    except OSError as away:  # smtplib's errors are OSErrors
        logger.warning("certificate_alarm_not_mailed", alarm=alarm.pk, error=type(away).__name__)
        return 0
    alarm.mailed_at = timezone.now()
    alarm.save(update_fields=["mailed_at"])
    return 1 if to else 0


def _mail(certificate: Certificate, to: list[str]) -> EmailMessage:
    words = {
        "subject": certificate.subject,
        "left": left_told(certificate.not_after, timezone.now()),
        "date": f"{certificate.not_after:%d %b %Y, %H:%M} UTC",
        "hosts": ", ".join(hosts_using([certificate])[certificate.pk]) or "none any more",
        "instance": certificate.organization.name,
        "thumbprint": certificate.thumbprint,
        "url": _url(certificate),
    }
    return EmailMessage(ALARM_SUBJECT.format(**words), ALARM_BODY.format(**words), to=to)


def _url(certificate: Certificate) -> str:
    port = "" if settings.PORTAL_HTTPS_PORT == 443 else f":{settings.PORTAL_HTTPS_PORT}"
    return f"https://{settings.PORTAL_ADMIN_HOST}{port}{reverse('certificate-replace', args=[certificate.pk])}"
