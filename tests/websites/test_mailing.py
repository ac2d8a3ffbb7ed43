"""The portals' outbox: each mail once, tried again with patience, and nothing gets into a header."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from portals.models import Portal
from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal
from websites.mailing import ListHeaders, MailRefused, mail_enqueue
from websites.mailing.models import PortalMail
from websites.mailing.sending import TRIES, mails_purge, mails_send

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal() -> Portal:
    return open_portal(SiteInMemory(RowsInMemory()).id)


@pytest.fixture
def away() -> Generator[None, None, None]:
    with patch.object(EmailMessage, "send", side_effect=ConnectionRefusedError):
        yield


def enqueue(portal: Portal, *, key: str = "case-reply:1", **changes: object) -> bool:
    values = {"to": "maria@adventureworks.example", "subject": "An answer", "body": "Hello", **changes}
    return mail_enqueue(portal_id=portal.pk, key=key, **values)  # type: ignore[arg-type]


def test_a_mail_of_a_key_is_sent_once_however_often_it_is_written_down(portal: Portal) -> None:
    assert enqueue(portal)
    assert not enqueue(portal, subject="The same again")
    assert [mails_send(), mails_send()] == [1, 0]
    assert not enqueue(portal)
    assert mails_send() == 0
    assert [message.subject for message in mail.outbox] == ["An answer"]


def test_another_portal_has_keys_of_its_own(portal: Portal) -> None:
    other = open_portal(SiteInMemory(RowsInMemory()).id, subdomain="other")
    assert enqueue(portal)
    assert enqueue(other)
    assert mails_send() == 2


def test_what_cannot_be_sent_waits_longer_each_time_and_is_given_up_in_the_end(portal: Portal, away: None) -> None:
    enqueue(portal)
    pauses = []
    for _ in range(TRIES):
        before = timezone.now()
        assert mails_send() == 0
        found = PortalMail.objects.get()
        pauses.append(round((found.due_at - before) / timedelta(minutes=1)))
        PortalMail.objects.update(due_at=before)
    assert pauses[:4] == [1, 2, 4, 8]
    assert max(pauses) == 360
    assert (found.state, found.problem) == ("failed", "ConnectionRefusedError")
    assert mails_send() == 0


def test_a_mail_is_not_due_before_its_time(portal: Portal) -> None:
    enqueue(portal)
    PortalMail.objects.update(due_at=timezone.now() + timedelta(minutes=1))
    assert mails_send() == 0


def test_the_sender_is_the_portal_and_the_message_has_an_id_of_its_key(portal: Portal) -> None:
    portal.name = "Support\r\nBcc: everybody@example.com"
    portal.save()
    enqueue(portal)
    mails_send()
    sent = mail.outbox[0].message()
    assert sent["From"].startswith('"Support Bcc: everybody@example.com" <')
    assert "Bcc" not in sent
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Message-ID"].endswith("@support.portals.localhost>")


@pytest.mark.parametrize(
    "to", ["", "maria", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example", "<a@b.example>"]
)
def test_an_address_that_is_none_is_refused(portal: Portal, to: str) -> None:
    with pytest.raises(MailRefused):
        enqueue(portal, to=to)
    assert not PortalMail.objects.exists()


def test_line_ends_in_a_subject_become_spaces(portal: Portal) -> None:
    enqueue(portal, subject="Hello\r\nBcc: c@d.example\x00\u2028again")
    mails_send()
    sent = mail.outbox[0].message()
    assert sent["Subject"] == "Hello Bcc: c@d.example again"
    assert "Bcc" not in sent


def test_list_mail_says_how_to_unsubscribe(portal: Portal) -> None:
    listing = ListHeaders("thread-7.support.portals.localhost", "https://support.portals.localhost/unsubscribe/x/")
    enqueue(portal, listing=listing)
    mails_send()
    sent = mail.outbox[0].message()
    assert sent["List-Id"] == "<thread-7.support.portals.localhost>"
    assert sent["List-Unsubscribe"] == "<https://support.portals.localhost/unsubscribe/x/>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("list_id", "url"),
    [
        ("a b", ""),
        ("a>\nBcc: x", ""),
        ("list", "http://support.example/x"),
        ("list", "https://support.example/x>\n, <mailto:x@y.example"),
        ("list", "javascript:alert(1)"),
    ],
)
def test_list_headers_hold_nothing_else(portal: Portal, list_id: str, url: str) -> None:
    with pytest.raises(MailRefused):
        enqueue(portal, listing=ListHeaders(list_id, url))


def test_mails_that_are_done_with_are_forgotten_after_a_while(portal: Portal) -> None:
    enqueue(portal)
    enqueue(portal, key="case-reply:2")
    mails_send()
    PortalMail.objects.filter(key="case-reply:1").update(created_at=timezone.now() - timedelta(days=91))
    assert mails_purge() == 1
