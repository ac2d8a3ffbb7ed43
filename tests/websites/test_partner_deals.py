"""Deals that partners register, their customers and the contacts there."""

from __future__ import annotations

import uuid

import pytest

from tests.builders.partners import (
    ACCEPTED,
    MANAGER,
    SELLER,
    PartnerSite,
)
from tests.builders.websites import RowsInMemory
from tests.websites.visitor import Visitor


@pytest.fixture
def partner(rows: RowsInMemory, visitor: Visitor) -> PartnerSite:
    made = PartnerSite(rows)
    made.opened()
    return made


# --- Registering a deal

DEAL = {"name": "Canteen", "estimatedvalue": "9,500", "estimatedclosedate": "2027-02-28", "_once": "deal"}


def test_a_seller_registers_a_deal_with_a_customer(visitor: Visitor, partner: PartnerSite) -> None:
    visitor.cookie = partner.as_(partner.sam, SELLER)
    page = visitor.get("/opportunities/create/").text
    assert "Fourth Coffee" in page
    assert "Blue Yonder" not in page
    values = {"_action": "create", **DEAL, "customer": partner.customer}
    answers = [visitor.post("/opportunities/create/", values) for _ in range(2)]
    assert {answer.status for answer in answers} == {303}
    (row,) = partner.rows.tables["opportunities"].values()
    assert (row["_msa_partnerid_value"], row["_msa_partneroppid_value"]) == (partner.sun, partner.sam)
    assert (row["_customerid_value"], row["estimatedvalue"]) == (partner.customer, 9500.0)
    assert (row["adx_partnercreated"], row["statuscode"]) == (True, ACCEPTED)
    assert "Deal registered" in visitor.get(answers[0].headers["location"].partition("?")[0]).text


def test_a_deal_brings_a_new_customer_with_a_contact(visitor: Visitor, partner: PartnerSite) -> None:
    visitor.cookie = partner.as_(partner.sam, SELLER)
    new = {
        "company": "Wingtip Toys",
        "firstname": "Eva",
        "lastname": "Valverde",
        "emailaddress1": "eva@wingtip.example",
    }
    assert visitor.post("/opportunities/create/", {"_action": "create", **DEAL, **new}).status == 303
    account = next(id for id, row in partner.rows.tables["accounts"].items() if row["name"] == "Wingtip Toys")
    contact = next(row for row in partner.rows.tables["contacts"].values() if row["lastname"] == "Valverde")
    assert partner.row("accounts", account)["_msa_managingpartnerid_value"] == partner.sun
    assert (contact["_parentcustomerid_value"], contact["_msa_managingpartnerid_value"]) == (account, partner.sun)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Please fill in “Topic”."),
        ({"name": "x" * 301}, "300 characters"),
        ({"estimatedvalue": "much"}, "must be a number"),
        ({"estimatedvalue": "-5"}, "must be a number between"),
        ({"estimatedvalue": "1e9"}, "must be a number"),
        ({"estimatedclosedate": "tomorrow"}, "must be a date"),
        ({"estimatedclosedate": "2027-02-30"}, "must be a date"),
        ({"customer": ""}, "Choose a customer, or enter"),
        ({"company": "Wingtip"}, "not both"),
        ({"customer": "foreign"}, "Please choose one of the options"),
        ({"emailaddress1": "eva"}, "must be an e-mail address"),
        ({"customer": "", "company": "Wingtip", "firstname": "Eva"}, "last name too"),
    ],
)
def test_a_deal_that_cannot_be_is_refused_and_nothing_is_lost(
    visitor: Visitor, partner: PartnerSite, change: dict[str, str], sentence: str
) -> None:
    visitor.cookie = partner.as_(partner.sam, SELLER)
    given = {**DEAL, "customer": partner.customer, "description": "Typed & kept"} | change
    given = {name: partner.foreign if value == "foreign" else value for name, value in given.items()}
    answer = visitor.post("/opportunities/create/", {"_action": "create", **given})
    assert (answer.status, sentence in answer.text, "Typed &amp; kept" in answer.text) == (400, True, True)
    assert "opportunities" not in partner.rows.tables
    assert "Wingtip" not in str(partner.rows.tables["accounts"])


def test_somebody_without_a_company_is_told_so(visitor: Visitor, partner: PartnerSite) -> None:
    visitor.cookie = partner.as_(partner.sam, SELLER, company="")
    assert visitor.post("/opportunities/create/", {"_action": "create", **DEAL}).status == 403


# --- Customers


def test_customers_are_listed_made_and_changed(visitor: Visitor, partner: PartnerSite) -> None:
    visitor.cookie = partner.as_(partner.mia, MANAGER)
    page = visitor.get("/customers/").text
    assert "Fourth Coffee" in page
    assert "Blue Yonder" not in page
    assert "Moon Makers" not in page
    values = {"_action": "create", "_once": "c", "name": "Wingtip Toys", "websiteurl": "https://wingtip.example"}
    made = visitor.post("/customers/new/", values).headers["location"].partition("?")[0]
    assert "https://wingtip.example" in visitor.get(made).text
    assert visitor.post(f"{made}?edit=1", {"_action": "save", "name": "Wingtip"}).status == 303
    assert "Wingtip Toys" not in visitor.get(made).text


def test_a_seller_adds_customers_and_changes_none(visitor: Visitor, partner: PartnerSite) -> None:
    visitor.cookie = partner.as_(partner.sam, SELLER)
    assert visitor.post("/customers/new/", {"_action": "create", "name": "Wingtip"}).status == 303
    page = visitor.get(f"/customers/{partner.customer}/?edit=1").text
    assert 'value="save"' not in page
    assert visitor.post(f"/customers/{partner.customer}/", {"_action": "save", "name": "Mine"}).status == 404


@pytest.mark.parametrize("id", ["foreign", "sun", "nobody", "no-id", "new/extra"])
def test_customers_of_others_are_not_there(visitor: Visitor, partner: PartnerSite, id: str) -> None:
    visitor.cookie = partner.as_(partner.mia, MANAGER)
    id = {"foreign": partner.foreign, "sun": partner.sun, "nobody": str(uuid.uuid4())}.get(id, id)
    assert visitor.get(f"/customers/{id}/").status == 404
    assert visitor.post(f"/customers/{id}/", {"_action": "save", "name": "Mine"}).status == 404


def test_a_contact_belongs_to_one_of_the_partners_customers(visitor: Visitor, partner: PartnerSite) -> None:
    visitor.cookie = partner.as_(partner.mia, MANAGER)
    values = {"_action": "create", "lastname": "Valverde", "parentcustomerid": partner.foreign}
    assert visitor.post("/customers/contacts/new/", values).status == 400
    values |= {"parentcustomerid": partner.customer}
    assert visitor.post("/customers/contacts/new/", values).status == 303
    assert "Fourth Coffee" in visitor.get("/customers/contacts/").text
    assert visitor.get(f"/customers/contacts/{partner.sam}/").status == 404


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "ftp://x.example", "https://", "wingtip", "https://a b.example"]
)
def test_a_website_is_a_web_address(visitor: Visitor, partner: PartnerSite, typed: str) -> None:
    visitor.cookie = partner.as_(partner.mia, MANAGER)
    answer = visitor.post("/customers/new/", {"_action": "create", "name": "Wingtip", "websiteurl": typed})
    assert (answer.status, "must be a web address" in answer.text) == (400, True)
