"""Cases against a real organization: opened at the portal, answered in the organization, told by mail once."""

from __future__ import annotations

import uuid
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from organizations.client import organization_client, transport
from organizations.embedded.faults import fault_add, faults_clear
from organizations.embedded.models import rows_in
from organizations.models import Organization
from portals.models import Portal
from tests.builders.cases import contact_of
from tests.builders.organizations import contoso, tenant_of
from tests.builders.real_portals import PORTAL_TABLES, portal_in
from tests.builders.visitors import signed_in
from tests.websites.door import CenterTransport, VisitorOutside
from tests.websites.visitor import Visitor
from websites.clients import ClientPool
from websites.mailing.models import PortalMail
from websites.mailing.sending import mails_send
from websites.runtime import Runtime, runtime_use
from websites.sites import SiteStore
from websites.workflows.replies import case_replies_tell, filled

PDF = b"%PDF-1.7\nhello"


@dataclass(frozen=True)
class Desk:
    """A provisioned portal with Maria signed in, and her case."""

    organization: Organization
    portal: Portal
    visitor: Visitor
    path: str
    case_id: uuid.UUID

    def comment(self, text: str, *, direction: int = 2) -> uuid.UUID:
        """Write on the case as the organization's people do."""
        values = {
            "subject": "Re: case",
            "description": text,
            "adx_portalcommentdirectioncode": direction,
            "regardingobjectid_incident_adx_portalcomment@odata.bind": f"/incidents({self.case_id})",
        }
        id_ = uuid.uuid4()
        with organization_client(self.organization) as client:
            client.upsert("adx_portalcomments", id_, values)
        return id_

    def note(self, text: str, subject: str = "Note") -> None:
        values = {
            "subject": subject,
            "notetext": text,
            "objectid_incident@odata.bind": f"/incidents({self.case_id})",
        }
        with organization_client(self.organization) as client:
            client.upsert("annotations", uuid.uuid4(), values)


@pytest.fixture
def desk(tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> Generator[Desk, None, None]:
    organization = contoso(solutions=(PORTAL_TABLES,))
    portal = portal_in(organization)
    monkeypatch.setattr(transport, "transport_make", CenterTransport)
    runtime_use(Runtime(sites=SiteStore(client_for=ClientPool().client_for, folder=tmp_path / "real")))
    visitor = VisitorOutside(f"{portal.host}:8443")
    signals = [signal for signal in (request_started, request_finished) if signal.disconnect(close_old_connections)]
    yield from _desk(organization, portal, visitor)
    for signal in signals:
        signal.connect(close_old_connections)
    runtime_use(None)


def _desk(organization: Organization, portal: Portal, visitor: Visitor) -> Generator[Desk, None, None]:
    contact = contact_of(organization)
    visitor.cookie = signed_in(portal, contact_id=contact)
    sent = {"_action": "create", "title": "Meter <b>shows</b> E-14", "description": "After a reset.", "type": "2"}
    answer = visitor.post_form("/support/create-case/", {**sent, "priority": "2"}, {"file": ("photo.pdf", PDF)})
    path = answer.headers["location"].partition("?")[0]
    with organization_client(organization) as client:
        row = next(
            client.rows("incidents", select=("incidentid", "ticketnumber"), filter=f"_customerid_value eq {contact}")
        )
    assert path == f"/support/case/{row['ticketnumber']}/"
    yield Desk(organization, portal, visitor, path, uuid.UUID(row["incidentid"]))


def test_a_case_is_opened_followed_closed_and_reopened_by_its_customer_and_nobody_else(desk: Desk) -> None:
    assert desk.path.startswith("/support/case/CAS-")
    desk.comment("Please send the <i>serial</i> number.")
    desk.note("*WEB*We have ordered a part.")
    desk.note("He is angry.")
    desk.visitor.post(desk.path, {"_action": "reply", "text": "It is 4711.", "_once": "a"})
    page = desk.visitor.get(desk.path).text
    for text in ("Please send the", "We have ordered a part.", "It is 4711.", "photo.pdf", "Maria Campbell"):
        assert text in page
    assert "He is angry." not in page
    file = desk.visitor.get(
        page.partition(f'href="{desk.path}files/')[2].partition('"')[0].join((f"{desk.path}files/", ""))
    )
    assert file.body == PDF
    assert "Meter" in desk.visitor.get("/support/?q=meter").text
    desk.visitor.post(desk.path, {"_action": "close", "text": "A new seal", "_once": "b"})
    assert "Solved" in desk.visitor.get(desk.path).text
    assert "Meter" in desk.visitor.get("/support/?state=closed").text
    desk.visitor.post(desk.path, {"_action": "reopen", "text": "It is back", "_once": "c"})
    assert "In progress" in desk.visitor.get(desk.path).text
    desk.visitor.cookie = signed_in(desk.portal, contact_id=uuid.uuid4(), name="Paul")
    assert desk.visitor.get(desk.path).status == 404
    assert "Meter" not in desk.visitor.get("/support/?state=all").text
    assert desk.visitor.post(desk.path, {"_action": "reply", "text": "x"}).status == 404


def test_the_customer_is_told_once_of_each_answer_and_of_nothing_else(desk: Desk) -> None:
    before = desk.comment("There already before anybody looked.")
    comments = rows_in(tenant_of(desk.organization), "adx_portalcomment")
    comments.filter(adx_portalcommentid=before).update(createdon="2026-11-01T08:00:00Z")
    assert case_replies_tell() == 0
    answered = desk.comment("Please send\nthe number.")
    desk.comment("from the customer", direction=1)
    desk.note("*WEB*<p>Hello</p><p>We &amp; you</p>")
    desk.note("*WEB*By Maria", subject="Note created on 2026-11-29 05:00 by Maria Campbell [contact:…]")
    desk.note("for colleagues")
    desk.visitor.post(desk.path, {"_action": "reply", "text": "By Maria too", "_once": "a"})
    assert [case_replies_tell(), case_replies_tell()] == [2, 0]
    with organization_client(desk.organization) as client:
        client.upsert("adx_portalcomments", answered, {"description": "Please send the number soon."})
    assert case_replies_tell() == 0
    assert mails_send() == 2
    first, second = sorted(mail.outbox, key=lambda message: "We & you" in message.body)
    assert first.to == ["maria@example.test"]
    number = desk.path.strip("/").rpartition("/")[2]
    assert first.subject == f"An answer to your case {number}: Meter <b>shows</b> E-14"
    assert "Please send\nthe number." in first.body
    assert f"{desk.portal.url.rstrip('/')}{desk.path}" in first.body
    assert "Hello Maria Campbell" in first.body
    assert "Hello\n\nWe & you\n" in second.body


def test_while_the_organization_is_away_no_answer_is_lost_even_where_the_place_got_too_old(desk: Desk) -> None:
    case_replies_tell()
    desk.comment("An answer")
    fault_add(tenant_of(desk.organization), {"kind": "answer", "path": "incidents", "status": 503, "times": 50})
    assert case_replies_tell() == 0
    faults_clear(tenant_of(desk.organization))
    with patch("websites.workflows.following._changes", wraps=_expired):  # a place that is too old is begun anew
        assert case_replies_tell() == 1


def _expired(source: object, entity_set: str, columns: object, known: object) -> object:
    return source.changes(entity_set, select=columns), True  # type: ignore[attr-defined]


def test_a_site_setting_turns_the_mails_off_and_nobody_is_written_to_who_wants_none(desk: Desk) -> None:
    case_replies_tell()
    with organization_client(desk.organization) as client:
        filter_ = f"_adx_websiteid_value eq {desk.portal.website_id} and adx_name eq 'Cases/Reply Mail'"
        setting = next(client.rows("adx_sitesettings", select=("adx_sitesettingid",), filter=filter_))
        setting_id, contact = uuid.UUID(setting["adx_sitesettingid"]), contact_of(desk.organization)
        client.upsert("adx_sitesettings", setting_id, {"adx_value": "false"})
        desk.comment("One")
        assert case_replies_tell() == 0
        client.upsert("adx_sitesettings", setting_id, {"adx_value": "true"})
        client.upsert("contacts", contact, {"donotemail": True})
        desk.comment("Two")
        assert case_replies_tell() == 0
        client.upsert("contacts", contact, {"donotemail": False, "emailaddress1": "maria\r\nBcc: x@y.example"})
        desk.comment("Three")
        assert case_replies_tell() == 0
    assert not PortalMail.objects.exists()


def test_words_that_are_filled_in_are_not_filled_again() -> None:
    words = {"title": "{url} {name}", "name": "Maria", "url": "https://x.example"}
    assert filled("{title} for {name} {unknown} {", words) == "{url} {name} for Maria {unknown} {"
