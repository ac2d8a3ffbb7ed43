"""The portals' outbox: mail to visitors, written down by whoever has something to say, sent by the worker.

``mail_enqueue`` is all that a feature needs. Each key is one mail: saying it twice is saying it once.
"""

from websites.mailing.outbox import mail_enqueue
from websites.mailing.values import ListHeaders, MailRefused

__all__ = ["ListHeaders", "MailRefused", "mail_enqueue"]
