"""What beat asks of this room."""

from __future__ import annotations

from celery import shared_task

from domains.services.domain_mails import domain_mails_send
from domains.services.rechecks import domains_recheck, drafts_clear


@shared_task(name="domains.recheck", ignore_result=True)
def recheck() -> None:
    """Look at the custom domains that are due, tell people what is due, and clear old drafts."""
    domains_recheck()
    domain_mails_send()
    drafts_clear()
