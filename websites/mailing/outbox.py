"""Writing a mail down: in the caller's transaction, once for each key."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from websites.mailing.models import PortalMail
from websites.mailing.values import SUBJECT, ListHeaders, MailRefused, address_checked, body_checked, one_line

KEY = 200  # characters


def mail_enqueue(
    *, portal_id: UUID, key: str, to: str, subject: str, body: str, listing: ListHeaders | None = None
) -> bool:
    """Write a mail down; the worker sends it, and tries again for two days where the mail server is away.

    Args:
        portal_id: the portal that writes; its name and address are the sender's.
        key: names the event and who is told, such as ``case-reply:<id of the comment>``. A second mail of the portal
            with this key is not written, so that every process may find the same event.
        to: one address.
        subject: line ends and control characters become spaces.
        body: plain text.
        listing: for mail that somebody subscribed to.

    Returns:
        Whether the mail is new.

    Raises:
        MailRefused: ``to`` is no address, the text is empty, or the list headers are not as they must be.
    """
    if listing:
        listing.check()
    values = {
        "to": address_checked(to),
        "subject": one_line(subject, SUBJECT),
        "body": body_checked(body),
        "list_id": listing.list_id if listing else "",
        "unsubscribe_url": listing.unsubscribe_url if listing else "",
        "due_at": timezone.now(),
    }
    if not key or len(key) > KEY or not values["subject"] or not values["body"]:
        raise MailRefused("A mail needs a key, a subject and a text.")
    return PortalMail.objects.get_or_create(portal_id=portal_id, key=key, defaults=values)[1]
