"""Sending what is due. A row is held while its mail goes out, so that two workers never send the same one.

A worker that dies between the mail server's yes and its own commit sends again: the Message-ID is made of the key, so
that mailboxes see one mail.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from email.utils import formataddr, parseaddr

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from websites.mailing.models import PortalMail
from websites.mailing.values import NAME, one_line

logger = structlog.get_logger(__name__)
KEYS = uuid.UUID("b8f6f0f8-54b9-4b6c-8d0a-0d3cf1a3a6c2")  # of Message-IDs
AT_ONCE = 200
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
TRIES = 16  # about two days
KEPT = timedelta(days=90)


def mails_send() -> int:
    """Send what is due; how many were sent. What cannot be sent waits longer each time."""
    due = PortalMail.objects.filter(state=PortalMail.State.DUE, due_at__lte=timezone.now()).order_by("due_at")
    ids = list(due.values_list("pk", flat=True)[:AT_ONCE])
    if not ids:
        return 0
    backend: BaseEmailBackend = get_connection()
    return sum(_send(mail_id, backend) for mail_id in ids)


def mails_purge() -> int:
    """Forget mails that are done with; how many. Their keys are kept long enough for no event to be found again."""
    old = PortalMail.objects.exclude(state=PortalMail.State.DUE).filter(created_at__lt=timezone.now() - KEPT)
    return old.delete()[0]


@transaction.atomic
def _send(mail_id: int, backend: BaseEmailBackend) -> bool:
    rows = PortalMail.objects.select_for_update(skip_locked=True, of=("self",)).select_related("portal")
    mail = rows.filter(pk=mail_id, state=PortalMail.State.DUE).first()
    if mail is None:
        return False
    try:
        message_of(mail, backend).send()
    except (OSError, ValueError) as problem:  # smtplib's errors are OSErrors; a header that cannot be is a ValueError
        _put_off(mail, problem)
        return False
    _leave(mail, state=PortalMail.State.SENT, sent_at=timezone.now(), attempts=mail.attempts + 1, problem="")
    return True


def message_of(mail: PortalMail, backend: BaseEmailBackend | None = None) -> EmailMessage:
    """The mail as it goes out: from the portal's name at our address."""
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message_id = f"<{uuid.uuid5(KEYS, f'{mail.portal_id}/{mail.key}')}@{mail.portal.host}>"
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    if mail.list_id:
        headers |= {"List-Id": f"<{mail.list_id}>", "Precedence": "list"}
    if mail.unsubscribe_url:
        headers |= {"List-Unsubscribe": f"<{mail.unsubscribe_url}>"}
        headers |= {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    sender = formataddr((one_line(mail.portal.name, NAME), address))
    return EmailMessage(mail.subject, mail.body, sender, [mail.to], headers=headers, connection=backend)


def _put_off(mail: PortalMail, problem: Exception) -> None:
    attempts = mail.attempts + 1
    is_over = attempts >= TRIES
    pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    state = PortalMail.State.FAILED if is_over else PortalMail.State.DUE
    logger.warning("portal.mail_failed", mail_id=mail.pk, attempts=attempts, error=type(problem).__name__, over=is_over)
    _leave(mail, state=state, attempts=attempts, due_at=timezone.now() + pause, problem=type(problem).__name__)


def _leave(mail: PortalMail, **values: object) -> None:
    PortalMail.objects.filter(pk=mail.pk, state=PortalMail.State.DUE).update(**values)
