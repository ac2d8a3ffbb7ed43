"""The partner portal at its door: who sees which opportunity, and what may be done with it."""

from __future__ import annotations

import uuid

import pytest

from tests.builders.partners import (
    ACCEPTED,
    ADMINISTRATOR,
    IN_PROGRESS,
    MANAGER,
    NEW,
    SELLER,
    PartnerSite,
)
from tests.builders.websites import RowsInMemory
from tests.websites.visitor import Answer, Visitor

DETAILS = "/opportunities/details"


@pytest.fixture
def partner(rows: RowsInMemory, visitor: Visitor) -> PartnerSite:
    made = PartnerSite(rows)
    made.opened()
    return made


def sent(visitor: Visitor, opportunity: str, action: str, **values: str) -> Answer:
    return visitor.post(f"{DETAILS}/{opportunity}/", {"_action": action, **values})


def test_strangers_are_asked_to_sign_in(visitor: Visitor, partner: PartnerSite) -> None:
    for path in ("/opportunities/", "/opportunities/new/", "/opportunities/create/", "/customers/", "/invite/"):
        assert visitor.get(path).headers["location"] == f"/signin/?return={path}", path


def test_somebody_without_a_role_may_see_nothing(visitor: Visitor, partner: PartnerSite) -> None:
    known = partner.opportunity("Espresso bar", seller=partner.sam, status=ACCEPTED)
    visitor.cookie = partner.as_(partner.sam)
    for path in ("/opportunities/", "/opportunities/new/", "/opportunities/create/", "/customers/", "/invite/"):
        assert visitor.get(path).status == 403, path
    assert visitor.get(f"{DETAILS}/{known}/").status == 404


@pytest.mark.parametrize("role", [ADMINISTRATOR, MANAGER])
def test_administrators_and_managers_see_all_of_their_company(
    visitor: Visitor, partner: PartnerSite, role: str
) -> None:
    partner.opportunity("Espresso bar", status=ACCEPTED, seller=partner.sam)
    partner.opportunity("Moon base", company=partner.moon, status=ACCEPTED)
    visitor.cookie = partner.as_(partner.mia, role)
    page = visitor.get("/opportunities/accepted/").text
    assert "Espresso bar" in page
    assert "Fourth Coffee" in page
    assert "$12,500.50" in page
    assert "Sam Seller" in page
    assert "Moon base" not in page


def test_sellers_see_what_was_handed_to_them(visitor: Visitor, partner: PartnerSite) -> None:
    own = partner.opportunity("Own deal", status=ACCEPTED, seller=partner.sam)
    other = partner.opportunity("Mia's deal", status=ACCEPTED, seller=partner.mia)
    visitor.cookie = partner.as_(partner.sam, SELLER)
    page = visitor.get("/opportunities/accepted/").text
    assert "Own deal" in page
    assert "Mia" not in page
    assert visitor.get(f"{DETAILS}/{own}/").status == 200
    assert visitor.get(f"{DETAILS}/{other}/").status == 404


def test_each_list_has_its_own_and_says_how_many_are_in_the_others(visitor: Visitor, partner: PartnerSite) -> None:
    partner.opportunity("Offered")
    partner.opportunity("Ours", status=IN_PROGRESS)
    partner.opportunity("Sold", statecode=1, status=100000004)
    partner.opportunity("Given back", statecode=2, status=100000005)
    partner.opportunity("Refused", status=100000006)
    visitor.cookie = partner.as_(partner.mia, MANAGER)
    lists = {"new": ["Offered"], "accepted": ["Ours"], "won": ["Sold"], "lost": ["Given back", "Refused"]}
    titles = [title for found in lists.values() for title in found]
    for name, wanted in lists.items():
        page = visitor.get(f"/opportunities/{name}/").text
        assert [title for title in titles if title in page] == wanted, name
        assert 'Lost <span class="chip__count">2</span>' in page


def test_a_new_opportunity_is_accepted_once(visitor: Visitor, partner: PartnerSite) -> None:
    offered = partner.opportunity("Espresso bar", adx_expirydate="2026-12-24")
    visitor.cookie = partner.as_(partner.mia, MANAGER)
    assert visitor.get(f"{DETAILS}/{offered}/").status == 404
    answer = visitor.post("/opportunities/new/", {"_action": "accept", "id": offered})
    assert answer.headers["location"] == "/opportunities/new/?notice=opportunity-accepted"
    row = partner.row("opportunities", offered)
    assert (row["statuscode"], row["adx_expirydate"], partner.notes(offered)) == (ACCEPTED, None, ["Accepted"])
    again = visitor.post("/opportunities/new/", {"_action": "decline", "id": offered})
    assert (again.status, "answered already" in again.text) == (400, True)
    assert partner.row("opportunities", offered)["statuscode"] == ACCEPTED


def test_a_new_opportunity_is_declined(visitor: Visitor, partner: PartnerSite) -> None:
    offered = partner.opportunity("Espresso bar")
    visitor.cookie = partner.as_(partner.mia, MANAGER)
    assert visitor.post("/opportunities/new/", {"_action": "decline", "id": offered}).status == 303
    assert partner.row("opportunities", offered)["statuscode"] == 100000006


@pytest.mark.parametrize("action", ["accept", "decline"])
def test_nobody_answers_for_another_company(visitor: Visitor, partner: PartnerSite, action: str) -> None:
    foreign = partner.opportunity("Moon base", company=partner.moon)
    handed = partner.opportunity("For Mia", seller=partner.mia)
    visitor.cookie = partner.as_(partner.sam, SELLER)
    for id in (foreign, handed, str(uuid.uuid4()), "", "1", f"{foreign}' or 1 eq 1"):
        assert visitor.post("/opportunities/new/", {"_action": action, "id": id}).status == 404, id
    assert partner.row("opportunities", foreign)["statuscode"] == NEW
    assert partner.row("opportunities", handed)["statuscode"] == NEW


def test_a_form_from_elsewhere_changes_nothing(visitor: Visitor, partner: PartnerSite) -> None:
    offered = partner.opportunity("Espresso bar")
    visitor.cookie = partner.as_(partner.mia, MANAGER)
    values = {"_action": "accept", "id": offered}
    assert visitor.post("/opportunities/new/", values, sec_fetch_site="cross-site").status == 403
    assert partner.row("opportunities", offered)["statuscode"] == NEW


def test_an_opportunity_moves_on_with_a_note(visitor: Visitor, partner: PartnerSite) -> None:
    own = partner.opportunity("Espresso bar", status=ACCEPTED, seller=partner.sam)
    visitor.cookie = partner.as_(partner.sam, SELLER)
    answer = sent(visitor, own, "phase", salesstagecode="100000002", remark="They want two machines.")
    assert answer.headers["location"] == f"{DETAILS}/{own}/?notice=opportunity-moved"
    row = partner.row("opportunities", own)
    assert (row["statuscode"], row["salesstagecode"], row["stepname"]) == (IN_PROGRESS, 100000002, "Quoting")
    page = visitor.get(f"{DETAILS}/{own}/").text
    assert "They want two machines." in page
    assert "Sam Seller" in page


@pytest.mark.parametrize("typed", ["", "7", "1 or 1", "<b>"])
def test_a_phase_that_there_is_not_is_refused(visitor: Visitor, partner: PartnerSite, typed: str) -> None:
    own = partner.opportunity("Espresso bar", status=ACCEPTED, seller=partner.sam)
    visitor.cookie = partner.as_(partner.sam, SELLER)
    answer = sent(visitor, own, "phase", salesstagecode=typed, remark="What I typed")
    assert (answer.status, "What I typed" in answer.text) == (400, True)
    assert partner.row("opportunities", own)["statuscode"] == ACCEPTED


def test_won_is_won_and_closed(visitor: Visitor, partner: PartnerSite) -> None:
    own = partner.opportunity("Espresso bar", status=IN_PROGRESS, seller=partner.sam)
    visitor.cookie = partner.as_(partner.sam, SELLER)
    assert sent(visitor, own, "win", actualvalue="11,000.50").status == 303
    row = partner.row("opportunities", own)
    assert (row["statecode"], row["statuscode"], row["actualvalue"]) == (1, 100000004, 11000.5)
    page = visitor.get(f"{DETAILS}/{own}/").text
    assert "is closed" in page
    assert 'value="win"' not in page
    assert sent(visitor, own, "save", name="x", estimatedvalue="1").status == 400


def test_what_we_offered_is_given_back_with_a_reason(visitor: Visitor, partner: PartnerSite) -> None:
    own = partner.opportunity("Espresso bar", status=IN_PROGRESS, seller=partner.sam)
    visitor.cookie = partner.as_(partner.sam, SELLER)
    assert sent(visitor, own, "cancel").status == 403
    assert sent(visitor, own, "return").status == 400
    assert sent(visitor, own, "return", adx_reasonforreturn="100000005").status == 303
    row = partner.row("opportunities", own)
    assert (row["statecode"], row["statuscode"], row["adx_reasonforreturn"]) == (2, 100000005, 100000005)


def test_what_the_partner_registered_is_lost_and_never_given_back(visitor: Visitor, partner: PartnerSite) -> None:
    own = partner.opportunity("Own deal", status=ACCEPTED, seller=partner.sam, adx_partnercreated=True)
    visitor.cookie = partner.as_(partner.sam, SELLER)
    assert sent(visitor, own, "return", adx_reasonforreturn="100000005").status == 403
    assert sent(visitor, own, "cancel", remark="They went bankrupt.").status == 303
    assert partner.row("opportunities", own)["statuscode"] == 4


def test_managers_hand_on_and_sellers_do_not(visitor: Visitor, partner: PartnerSite) -> None:
    own = partner.opportunity("Espresso bar", status=ACCEPTED, seller=partner.sam)
    visitor.cookie = partner.as_(partner.sam, SELLER)
    assert 'value="assign"' not in visitor.get(f"{DETAILS}/{own}/").text
    assert sent(visitor, own, "assign", msa_partneroppid=partner.mia).status == 403
    visitor.cookie = partner.as_(partner.mia, MANAGER)
    assert sent(visitor, own, "assign", msa_partneroppid=partner.max).status == 400
    assert sent(visitor, own, "assign", msa_partneroppid=partner.mia).status == 303
    assert partner.row("opportunities", own)["_msa_partneroppid_value"] == partner.mia
    assert partner.notes(own) == ["Assigned to Mia Manager"]


def test_notes_follow_the_opportunitys_permission(visitor: Visitor, partner: PartnerSite) -> None:
    own = partner.opportunity("Espresso bar", status=ACCEPTED, seller=partner.sam)
    foreign = partner.opportunity("Moon base", company=partner.moon, status=ACCEPTED)
    visitor.cookie = partner.as_(partner.sam, SELLER)
    values = {"adx_description": "<script>alert(1)</script> & more", "_once": "one"}
    for _ in range(2):
        assert sent(visitor, own, "note", **values).status == 303
    assert partner.notes(own) == ["Note"]
    assert "&lt;script&gt;" in visitor.get(f"{DETAILS}/{own}/").text
    assert sent(visitor, foreign, "note", **values).status == 404
    assert sent(visitor, own, "note", adx_description=" ").status == 400


def test_somebody_who_comes_second_is_told(
    visitor: Visitor, partner: PartnerSite, rows: RowsInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = partner.opportunity("Espresso bar", status=ACCEPTED, seller=partner.sam)
    visitor.cookie = partner.as_(partner.sam, SELLER)
    update = rows.update

    def meanwhile(*arguments: object, **options: object) -> None:
        rows.put("opportunities", own, name="Changed by Mia")
        update(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(rows, "update", meanwhile)
    answer = sent(visitor, own, "save", name="Changed by Sam", estimatedvalue="5", description="")
    assert (answer.status, "in the meantime" in answer.text, "Changed by Sam" in answer.text) == (400, True, True)
    assert partner.row("opportunities", own)["name"] == "Changed by Mia"


# --- Home


def test_home_counts_and_warns_partners_and_nobody_else(visitor: Visitor, partner: PartnerSite) -> None:
    partner.opportunity("Answer me", adx_expirydate="2020-01-01")
    partner.opportunity("Forgotten", status=ACCEPTED, modifiedon="2020-01-01T00:00:00Z")
    assert "Your opportunities" not in visitor.get("/").text
    visitor.cookie = partner.as_(partner.sam)
    assert "Your opportunities" not in visitor.get("/").text
    visitor.cookie = partner.as_(partner.mia, MANAGER)
    page = visitor.get("/").text
    assert "Your opportunities" in page
    assert "Please answer until Jan 1, 2020." in page
    assert "Nothing has happened for three weeks." in page


def test_while_the_organization_is_away_what_was_typed_is_kept(
    visitor: Visitor, partner: PartnerSite, rows: RowsInMemory
) -> None:
    visitor.cookie = partner.as_(partner.mia, MANAGER)
    visitor.get("/customers/new/")
    rows.is_away = True
    answer = visitor.post("/customers/new/", {"_action": "create", "name": "Wingtip Toys"})
    assert (answer.status, "Wingtip Toys" in answer.text, "try again" in answer.text) == (503, True, True)
