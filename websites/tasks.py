"""What beat asks of this room. The websites process itself never loads this."""

from __future__ import annotations

from celery import shared_task

from websites.clients import ClientPool
from websites.mailing.sending import mails_purge, mails_send
from websites.quotas import quotas_purge
from websites.viewcounts.telling import views_purge, views_tell
from websites.visitors.sessions import sessions_purge
from websites.workflows.replies import case_replies_tell

_clients = ClientPool()


@shared_task(name="websites.mails", ignore_result=True, soft_time_limit=240, time_limit=270)
def mails() -> None:
    """Send the mails that portals wrote down."""
    mails_send()


@shared_task(name="websites.follow", ignore_result=True, soft_time_limit=240, time_limit=270)
def follow() -> None:
    """Tell customers of answers to their cases."""
    case_replies_tell()


@shared_task(name="websites.views", ignore_result=True, soft_time_limit=240, time_limit=270)
def views() -> None:
    """Tell the organizations how often their articles were read."""
    views_tell(_clients.client_for)


@shared_task(name="websites.clear", ignore_result=True)
def clear() -> None:
    """Forget sessions that ended, mails and counts that are done with."""
    sessions_purge()
    mails_purge()
    views_purge()
    quotas_purge()
