"""The profile page: a contact's own columns, a new address only when confirmed, and what is not recorded."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from analytics.services import is_opted_out
from core.directory import directory_issuer
from portals.models import Portal
from tests.builders.visitors import MARIA, signed_in
from tests.builders.websites import RowsInMemory, open_portal, starter_site
from tests.websites.visitor import Visitor
from websites.mailing.models import PortalMail
from websites.models import VisitorSession

PAUL = uuid.UUID(int=7)
FORM = {
    "_action": "save",
    "firstname": "Maria",
    "lastname": "Campbell",
    "emailaddress1": "maria@adventureworks.example",
    "telephone1": "+44 20 7946 0000",
    "address1_city": "London",
    "donotbulkemail": "on",
}


@pytest.fixture
def portal(rows: RowsInMemory, visitor: Visitor) -> Portal:
    made = open_portal(starter_site(rows, "custom"))
    plain = {"fullname": "Maria Campbell", "lastname": "Campbell", "emailaddress1": "maria@adventureworks.example"}
    rows.put("contacts", str(MARIA), jobtitle="Buyer", **plain)
    rows.put("contacts", str(PAUL), fullname="Paul Cannon", lastname="Cannon", emailaddress1="paul@example.com")
    visitor.cookie = signed_in(made)
    return made


def maria(rows: RowsInMemory) -> dict[str, Any]:
    return rows.tables["contacts"][str(MARIA)]


def test_a_visitor_sees_their_own_profile_and_how_they_sign_in(
    visitor: Visitor, rows: RowsInMemory, portal: Portal
) -> None:
    for contact, name in ((MARIA, "maria-1"), (PAUL, "paul-1")):
        values = {"adx_username": name, "adx_identityprovidername": "https://login.contoso.example/oidc"}
        rows.put("adx_externalidentities", str(uuid.uuid4()), _adx_contactid_value=str(contact), **values)
    page = visitor.get("/profile/").text
    assert 'value="Buyer"' in page
    assert "login.contoso.example" in page
    assert "maria-1" in page
    assert "paul-1" not in page
    visitor.cookie = ""
    assert visitor.get("/profile/").headers["location"] == "/signin/?return=/profile/"


def test_the_account_of_this_session_is_called_by_its_address_and_its_directory_by_its_name(
    visitor: Visitor, rows: RowsInMemory, portal: Portal
) -> None:
    keys = {issuer: str(uuid.uuid4()) for issuer in (directory_issuer(), "https://login.contoso.example")}
    for issuer, key in keys.items():
        values = {"adx_username": key, "adx_identityprovidername": issuer}
        rows.put("adx_externalidentities", str(uuid.uuid4()), _adx_contactid_value=str(MARIA), **values)
    VisitorSession.objects.update(issuer=directory_issuer(), subject=keys[directory_issuer()])
    accounts = visitor.get("/profile/").text.split('aria-labelledby="accounts"', 1)[1]
    assert '<th scope="row">Company account</th><td data-label="Account">maria@adventureworks.example</td>' in accounts
    assert keys[directory_issuer()] not in accounts
    assert keys["https://login.contoso.example"] in accounts


def test_what_is_saved_is_the_visitors_own_contact_and_greets_them_at_once(
    visitor: Visitor, rows: RowsInMemory, portal: Portal
) -> None:
    answer = visitor.post("/profile/", {**FORM, "firstname": "Mary", "contactid": str(PAUL), "parentcustomerid": "x"})
    assert answer.headers["location"] == "/profile/?notice=profile-saved"
    saved = maria(rows)
    assert (saved["firstname"], saved["address1_city"], saved["donotbulkemail"], saved["donotphone"]) == (
        "Mary",
        "London",
        True,
        False,
    )
    assert saved["jobtitle"] is None
    assert rows.tables["contacts"][str(PAUL)]["fullname"] == "Paul Cannon"
    assert "parentcustomerid" not in saved
    assert "Mary Campbell" in visitor.get("/").text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lastname": " "}, "lastname"),
        ({"firstname": "x" * 51}, "firstname"),
        ({"emailaddress1": "maria"}, "emailaddress1"),
        ({"emailaddress1": "a@b.example\nBcc: c@d.example"}, "emailaddress1"),
        ({"emailaddress1": ""}, "emailaddress1"),
    ],
)
def test_what_cannot_be_accepted_stays_typed(
    visitor: Visitor, rows: RowsInMemory, portal: Portal, change: dict[str, str], field: str
) -> None:
    answer = visitor.post("/profile/", {**FORM, **change})
    assert answer.status == 400
    assert f'id="save-{field}-problem"' in answer.text
    assert 'value="London"' in answer.text
    assert "address1_city" not in maria(rows)


def test_a_new_address_counts_once_its_reader_says_so(visitor: Visitor, rows: RowsInMemory, portal: Portal) -> None:
    new = "maria.campbell@adventureworks.example"
    answer = visitor.post("/profile/", {**FORM, "emailaddress1": new})
    assert answer.headers["location"] == "/profile/?notice=profile-confirm-email"
    assert maria(rows)["emailaddress1"] == "maria@adventureworks.example"
    letter = PortalMail.objects.get()
    assert letter.to == new
    path = next(word for word in letter.body.split() if "confirm=" in word).partition(":8443")[2]
    assert new in visitor.get(path).text
    assert maria(rows)["emailaddress1"] == "maria@adventureworks.example"
    token = path.partition("confirm=")[2]
    own = visitor.cookie
    visitor.cookie = signed_in(portal, contact_id=PAUL, name="Paul")
    assert new not in visitor.get(path).text
    assert visitor.post("/profile/", {"_action": "confirm-email", "token": token}).status == 400
    assert rows.tables["contacts"][str(PAUL)]["emailaddress1"] == "paul@example.com"
    visitor.cookie = own
    assert visitor.post("/profile/", {"_action": "confirm-email", "token": token + "x"}).status == 400
    done = visitor.post("/profile/", {"_action": "confirm-email", "token": token})
    assert done.headers["location"] == "/profile/?notice=profile-email-confirmed"
    assert maria(rows)["emailaddress1"] == new


def test_what_a_visitor_views_is_not_recorded_if_they_say_so(
    visitor: Visitor, rows: RowsInMemory, portal: Portal
) -> None:
    visitor.post("/profile/", {**FORM, "do_not_record": "on"})
    assert is_opted_out(portal_id=portal.pk, contact_id=MARIA)
    assert 'name="do_not_record" value="on" checked' in visitor.get("/profile/").text
    visitor.post("/profile/", FORM)
    assert not is_opted_out(portal_id=portal.pk, contact_id=MARIA)


def test_a_site_that_takes_the_permission_away_shows_and_changes_nothing(
    visitor: Visitor, rows: RowsInMemory, portal: Portal
) -> None:
    for id_, row in list(rows.tables["adx_entitypermissions"].items()):
        if row["adx_entityname"] == "Own profile":
            rows.remove("adx_entitypermissions", id_)
    assert visitor.get("/profile/").status == 403
    assert visitor.post("/profile/", FORM).status == 403
    assert "address1_city" not in maria(rows)
