"""Alarms about custom domains by mail: at least once each, to the portal's administrator and the instance's."""

from __future__ import annotations

import structlog
from django.core.mail import EmailMessage
from django.db import transaction

from domains.custom.messages import ALARMS
from domains.models import CustomDomain, DomainEvent
from organizations.models import OrganizationUser

logger = structlog.get_logger(__name__)

AT_ONCE = 100


def domain_mails_send() -> int:
    """Send what is due; how many were sent. What cannot be sent now stays due."""
    sent = 0
    for event_id in (
        DomainEvent.objects.filter(mail=DomainEvent.Mail.DUE).order_by("id").values_list("pk", flat=True)[:AT_ONCE]
    ):
        sent += _send(event_id)
    return sent


@transaction.atomic
def _send(event_id: int) -> bool:
    """One mail, with its row held, so that two sweeps do not send it twice."""
    rows = DomainEvent.objects.select_for_update(skip_locked=True, of=("self",)).filter(mail=DomainEvent.Mail.DUE)
    event = rows.select_related("domain__portal").filter(pk=event_id).first()
    if event is None:
        return False
    to = recipients(event.domain)
    try:
        if to:
            _message(event, to).send()
    except OSError as away:  # smtplib's errors are OSErrors
        logger.warning("domain.mail_failed", event_id=event.pk, error=type(away).__name__)
        return False
    DomainEvent.objects.filter(pk=event.pk).update(mail=DomainEvent.Mail.SENT)
    return bool(to)


def recipients(domain: CustomDomain) -> list[str]:
    """The portal's administrator, and the System Administrators of its instance."""
    administrators = OrganizationUser.objects.filter(
        organization_id=domain.organization_id, is_system_administrator=True, is_disabled=False
    )
    addresses = [*administrators.values_list("email", flat=True)]
    if domain.portal:
        addresses.insert(0, domain.portal.administrator_email)
    return list(dict.fromkeys(address.lower() for address in addresses if address))


def _message(event: DomainEvent, to: list[str]) -> EmailMessage:
    domain = event.domain
    subject, body = ALARMS[event.code]
    words = {"host": domain.shown, "portal": str(domain.portal), "why": "", "expected": "", **event.context}
    return EmailMessage(subject.format(**words), body.format(**words), to=to)
