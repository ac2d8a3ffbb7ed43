"""What beat asks of this room."""

from __future__ import annotations

from celery import shared_task

from domains.services.certificate_alarms import alarm_mails_send, alarms_raise
from domains.services.certificate_changes import certificates_retire
from domains.services.certificate_uploads import uploads_clear
from domains.services.domain_mails import domain_mails_send
from domains.services.rechecks import domains_recheck, drafts_clear, orphans_remove


@shared_task(name="domains.recheck", ignore_result=True)
def recheck() -> None:
    """Look at the custom domains that are due, tell people what is due, and clear what nobody needs any more."""
    domains_recheck()
    domain_mails_send()
    drafts_clear()
    orphans_remove()


@shared_task(name="domains.certificates_watch", ignore_result=True, soft_time_limit=540, time_limit=570)
def certificates_watch() -> None:
    """Tell people of certificates that expire, erase keys that were replaced, forget files nobody came back for."""
    alarms_raise()
    alarm_mails_send()
    certificates_retire()
    uploads_clear()
