"""Invitations: sent by those who may, redeemed once, and worth exactly what they say."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest

from tests.builders.partners import ADMINISTRATOR, MANAGER, SELLER, PartnerSite
from tests.builders.visitors import signed_in
from tests.builders.websites import RowsInMemory
from tests.websites.visitor import Answer, Visitor
from websites.models import PortalMail, VisitorSession
from websites.visitors.contacts import contact_id_of


@pytest.fixture
def partner(rows: RowsInMemory, visitor: Visitor) -> PartnerSite:
    made = PartnerSite(rows)
    made.opened()
    return made


def invite(visitor: Visitor, partner: PartnerSite, role: str = SELLER, **change: str) -> Answer:
    values = {"firstname": "Nia", "lastname": "New", "emailaddress1": "nia@example.com", "_once": "once"}
    return visitor.post("/invite/", {"_action": "invite", **values, "role": partner.role(role), **change})


def invited(visitor: Visitor, partner: PartnerSite) -> tuple[str, str]:
    """Ada invites Nia; the code of the mail and the invitation's id."""
    visitor.cookie = partner.as_(partner.ada, ADMINISTRATOR)
    assert invite(visitor, partner).status == 303
    (id,) = partner.rows.tables["adx_invitations"]
    mail = PortalMail.objects.get(to="nia@example.com")
    return re.findall(r"/redeem/([^/\s]+)/", mail.body)[0], id


def newcomer(visitor: Visitor, partner: PartnerSite, name: str = "Nia N.") -> str:
    """Somebody who has signed in for the first time; the id of the contact that was made."""
    assert partner.portal is not None
    contact = contact_id_of("https://id.example", name)
    partner.rows.put("contacts", str(contact), fullname=name, emailaddress1="private@example.com")
    visitor.cookie = signed_in(partner.portal, contact_id=contact, name=name, email="private@example.com")
    return str(contact)


def redeem(visitor: Visitor, code: str) -> Answer:
    return visitor.post(f"/redeem/{code}/", {"_action": "redeem"})


def row(partner: PartnerSite, id: str) -> dict[str, Any]:
    return partner.row("adx_invitations", id)


def test_an_administrator_invites_by_mail(visitor: Visitor, partner: PartnerSite) -> None:
    code, id = invited(visitor, partner)
    found = row(partner, id)
    assert (found["adx_invitationcode"], found["_adx_assigntoaccount_value"]) == (code, partner.sun)
    assert [role["adx_webroleid"] for role in found["adx_invitation_webrole"]] == [partner.role(SELLER)]
    contact = partner.row("contacts", found["_adx_invitecontact_value"])
    assert (contact["lastname"], contact["_parentcustomerid_value"]) == ("New", partner.sun)
    page = visitor.get("/invite/").text
    assert "Nia New (nia@example.com)" in page
    assert code not in page


def test_a_form_that_is_sent_twice_sends_one_mail(visitor: Visitor, partner: PartnerSite) -> None:
    visitor.cookie = partner.as_(partner.ada, ADMINISTRATOR)
    for _ in range(2):
        assert invite(visitor, partner).status == 303
    assert (len(partner.rows.tables["adx_invitations"]), PortalMail.objects.count()) == (1, 1)


@pytest.mark.parametrize("role", [MANAGER, SELLER])
def test_others_may_not_invite(visitor: Visitor, partner: PartnerSite, role: str) -> None:
    visitor.cookie = partner.as_(partner.sam, role)
    assert visitor.get("/invite/").status == 403
    assert invite(visitor, partner).status == 403
    assert "adx_invitations" not in partner.rows.tables


def test_no_other_role_can_be_given(visitor: Visitor, partner: PartnerSite) -> None:
    visitor.cookie = partner.as_(partner.ada, ADMINISTRATOR)
    for role in (partner.role("Administrators"), str(uuid.uuid4()), "", "x"):
        given = {"firstname": "Typed & kept", "lastname": "New", "emailaddress1": "a@b.example", "role": role}
        answer = visitor.post("/invite/", {"_action": "invite", **given})
        assert (answer.status, "Typed &amp; kept" in answer.text) == (400, True)
    assert not PortalMail.objects.exists()


@pytest.mark.parametrize("typed", ["nia", "a@b.example\nBcc: all@example.com", "a@b.example, c@d.example", ""])
def test_an_address_that_is_none_gets_no_mail(visitor: Visitor, partner: PartnerSite, typed: str) -> None:
    visitor.cookie = partner.as_(partner.ada, ADMINISTRATOR)
    assert invite(visitor, partner, emailaddress1=typed).status == 400
    assert not PortalMail.objects.exists()


def test_the_invited_signs_in_and_is_at_work(visitor: Visitor, partner: PartnerSite) -> None:
    code, id = invited(visitor, partner)
    visitor.cookie = ""
    page = visitor.get(f"/redeem/{code}/").text
    assert f'href="/signin/?return=/redeem/{code}/"' in page
    fresh = newcomer(visitor, partner)
    assert "Accept the invitation" in visitor.get(f"/redeem/{code}/").text
    answer = redeem(visitor, code)
    assert answer.headers["location"] == "/?notice=invitation-accepted"
    contact = row(partner, id)["_adx_invitecontact_value"]
    session = VisitorSession.objects.get(subject="Nia N.")
    assert (str(session.contact_id), str(session.account_id)) == (contact, partner.sun)
    assert partner.row("contacts", fresh)["statecode"] == 1
    (identity,) = partner.rows.tables["adx_externalidentities"].values()
    assert identity["_adx_contactid_value"] == contact
    members = partner.row("adx_webroles", partner.role(SELLER))["adx_webrole_contact"]
    assert members == [{"contactid": contact}]
    assert len(partner.rows.tables["adx_inviteredemptions"]) == 1
    told = PortalMail.objects.get(to="ada@example.com")
    assert told.subject == "Nia N. has accepted your invitation to Contoso Partners"


def test_a_code_is_worth_nothing_the_second_time(visitor: Visitor, partner: PartnerSite) -> None:
    code, id = invited(visitor, partner)
    newcomer(visitor, partner)
    assert redeem(visitor, code).status == 303
    assert (row(partner, id)["adx_redemptions"], row(partner, id)["statecode"]) == (1, 1)
    newcomer(visitor, partner, "Somebody Else")
    assert "not valid" in visitor.get(f"/redeem/{code}/").text
    answer = redeem(visitor, code)
    assert (answer.status, "not valid" in answer.text) == (400, True)
    assert row(partner, id)["adx_redemptions"] == 1


@pytest.mark.parametrize("step", ["upsert", "associate"])
def test_who_lost_the_answer_may_press_again(
    visitor: Visitor, partner: PartnerSite, monkeypatch: pytest.MonkeyPatch, rows: RowsInMemory, step: str
) -> None:
    code, id = invited(visitor, partner)
    newcomer(visitor, partner)
    whole = getattr(rows, step)

    def broken(*arguments: Any) -> None:
        rows.is_away = True
        rows._answer()

    monkeypatch.setattr(rows, step, broken)
    assert redeem(visitor, code).status == 503
    rows.is_away = False
    monkeypatch.setattr(rows, step, whole)
    assert redeem(visitor, code).status == 303
    assert partner.row("adx_webroles", partner.role(SELLER))["adx_webrole_contact"]
    assert row(partner, id)["adx_redemptions"] == 1


@pytest.mark.parametrize(
    "change",
    [
        {"adx_expirydate": "2020-01-01T00:00:00Z"},
        {"statecode": 1, "statuscode": 2},
        {"adx_redemptions": 1},
        {"_adx_website_value": str(uuid.uuid4())},
    ],
)
def test_an_invitation_ends(visitor: Visitor, partner: PartnerSite, change: dict[str, Any]) -> None:
    code, id = invited(visitor, partner)
    partner.rows.put("adx_invitations", id, **change)
    newcomer(visitor, partner)
    assert "not valid" in visitor.get(f"/redeem/{code}/").text
    assert redeem(visitor, code).status == 400
    assert "adx_webrole_contact" not in partner.row("adx_webroles", partner.role(SELLER))


@pytest.mark.parametrize("code", ["nothing", "' or 1 eq 1", "x" * 300, "%00"])
def test_a_guessed_code_is_not_valid(visitor: Visitor, partner: PartnerSite, code: str) -> None:
    invited(visitor, partner)
    newcomer(visitor, partner)
    answer = visitor.post("/redeem/", {"_action": "enter", "code": code})
    assert (answer.status, "not valid" in answer.text) == (400, True)


def test_a_typed_code_leads_to_its_page(visitor: Visitor, partner: PartnerSite) -> None:
    code, _ = invited(visitor, partner)
    visitor.cookie = ""
    answer = visitor.post("/redeem/", {"_action": "enter", "code": f" {code} "})
    assert answer.headers["location"] == f"/redeem/{code}/"
    assert redeem(visitor, code).headers["location"] == f"/signin/?return=/redeem/{code}/"


def test_somebody_we_know_stays_who_it_is(visitor: Visitor, partner: PartnerSite) -> None:
    code, _ = invited(visitor, partner)
    visitor.cookie = partner.as_(partner.max)
    assert redeem(visitor, code).status == 303
    assert partner.row("contacts", partner.max)["_parentcustomerid_value"] == partner.sun
    members = partner.row("adx_webroles", partner.role(SELLER))["adx_webrole_contact"]
    assert members == [{"contactid": partner.max}]


def test_a_group_invitation_serves_as_many_as_it_says(visitor: Visitor, partner: PartnerSite) -> None:
    code, id = invited(visitor, partner)
    partner.rows.put("adx_invitations", id, adx_type=756150001, adx_maximumredemptions=2, _adx_invitecontact_value=None)
    for name in ("One", "Two"):
        newcomer(visitor, partner, name)
        assert redeem(visitor, code).status == 303
    newcomer(visitor, partner, "Three")
    assert redeem(visitor, code).status == 400


def test_an_invitation_is_withdrawn_by_its_company_alone(visitor: Visitor, partner: PartnerSite) -> None:
    code, id = invited(visitor, partner)
    visitor.cookie = partner.as_(partner.max, ADMINISTRATOR)
    assert visitor.post("/invite/", {"_action": "withdraw", "id": id}).status == 404
    visitor.cookie = partner.as_(partner.ada, ADMINISTRATOR)
    assert visitor.post("/invite/", {"_action": "withdraw", "id": id}).status == 303
    visitor.cookie = ""
    assert "not valid" in visitor.get(f"/redeem/{code}/").text
