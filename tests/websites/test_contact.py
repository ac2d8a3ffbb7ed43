"""The contact page of every portal type: anybody may write, programs get nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portals.catalog import PortalType
from portals.models import Portal
from tests.builders.visitors import MARIA, signed_in
from tests.builders.websites import RowsInMemory, open_portal, starter_site
from tests.websites.visitor import Visitor
from websites.quotas import quotas_purge
from websites.quotas.models import FormSent
from websites.visitors.members import MEMBERS_ONLY

FORM = {
    "_action": "send",
    "name": "Ann Beebe",
    "emailaddress1": "ann@example.com",
    "subject": "Opening hours",
    "message": "Are you open on Sunday?",
    "_once": "w",
}


@pytest.fixture
def portal(rows: RowsInMemory, visitor: Visitor) -> Portal:
    return open_portal(starter_site(rows, "custom"))


@pytest.mark.parametrize("portal_type", sorted(set(PortalType.values) - MEMBERS_ONLY))
def test_a_stranger_can_write_on_every_portal(visitor: Visitor, rows: RowsInMemory, portal_type: str) -> None:
    open_portal(starter_site(rows, portal_type), portal_type=portal_type)
    visitor.cookie = ""
    assert 'name="message"' in visitor.get("/contact/").text
    for _ in range(2):
        answer = visitor.post("/contact/", FORM)
    assert answer.headers["location"] == "/contact/?notice=contact-sent"
    (row,) = [row for row in rows.tables["feedback"].values() if row.get("title") == "Opening hours"]
    assert (row["comments"], row["adx_contactemail"]) == ("Are you open on Sunday?", "ann@example.com")
    assert row["adx_approved"] is False
    assert "<h1>Thank you</h1>" in visitor.get("/contact/?notice=contact-sent").text


def test_who_is_signed_in_is_known(visitor: Visitor, rows: RowsInMemory, portal: Portal) -> None:
    visitor.cookie = signed_in(portal)
    assert 'value="maria@adventureworks.example"' in visitor.get("/contact/").text
    visitor.post("/contact/", FORM)
    (row,) = rows.tables["feedback"].values()
    assert row["_createdbycontact_value"] == str(MARIA)


def test_a_program_that_fills_in_everything_writes_nothing(
    visitor: Visitor, rows: RowsInMemory, portal: Portal
) -> None:
    answer = visitor.post("/contact/", {**FORM, "homepage": "https://spam.example"})
    assert answer.status == 303
    assert not rows.tables.get("feedback")


def test_one_sender_writes_so_often_an_hour_and_no_more(visitor: Visitor, rows: RowsInMemory, portal: Portal) -> None:
    def send(number: int, address: str = "198.51.100.7") -> int:
        return visitor.post("/contact/", {**FORM, "_once": str(number)}, x_forwarded_for=address).status

    assert [send(number) for number in range(6)] == [303] * 5 + [429]
    assert send(7, "203.0.113.9") == 303
    assert send(8, "2001:db8:1:2::1") == 303
    assert len(rows.tables["feedback"]) == 7
    assert not any("198.51" in sent.sender for sent in FormSent.objects.all())
    FormSent.objects.update(sent_at=timezone.now() - timedelta(minutes=61))
    assert send(9) == 303
    assert quotas_purge() == 7


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"emailaddress1": "nobody"}, "emailaddress1"),
        ({"subject": "x" * 151}, "subject"),
        ({"message": " "}, "message"),
        ({"message": "x" * 2001}, "message"),
    ],
)
def test_what_cannot_be_accepted_stays_typed(
    visitor: Visitor, rows: RowsInMemory, portal: Portal, change: dict[str, str], field: str
) -> None:
    answer = visitor.post("/contact/", {**FORM, **change})
    assert answer.status == 400
    assert f'id="send-{field}-problem"' in answer.text
    assert ("Ann Beebe" in answer.text) == (field != "name")
    assert not rows.tables.get("feedback")
    assert not FormSent.objects.exists()


def test_a_form_from_elsewhere_writes_nothing(visitor: Visitor, rows: RowsInMemory, portal: Portal) -> None:
    assert visitor.post("/contact/", FORM, sec_fetch_site="cross-site").status == 403
    assert not rows.tables.get("feedback")


def test_strangers_may_write_to_us_and_still_not_comment(visitor: Visitor, rows: RowsInMemory) -> None:
    open_portal(starter_site(rows, "community"), portal_type="community")
    path = "/knowledgebase/article/KA-01001/"
    assert visitor.post(path, {"_action": "comment", "comment": "x"}).status == 403
