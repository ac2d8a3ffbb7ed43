"""Lookups on web forms: a visitor chooses among the rows that he or she may read, and nobody else's are changed."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest

from tests.builders.definitions import define_lead
from tests.builders.partners import ADMINISTRATOR, PartnerSite
from tests.builders.websites import RowsInMemory
from tests.websites.visitor import Answer, Visitor
from websites.records.definitions import definitions_forget

INSERT, EDIT = 100000000, 100000001


@pytest.fixture
def partner(rows: RowsInMemory) -> PartnerSite:
    definitions_forget()
    define_lead(rows)
    made = PartnerSite(rows)
    made.opened()
    return made


def form_at_lead(partner: PartnerSite, **values: Any) -> None:
    """An entity form with a text and a lookup of contacts."""
    rows = partner.rows
    named = {"adx_name": "Lead", "adx_entityname": "lead", "_adx_websiteid_value": partner.website_id}
    form = rows.put("adx_entityforms", str(uuid.uuid4()), **named, **values)
    for order, name in enumerate(("companyname", "parentcontactid")):
        found = {"adx_attributelogicalname": name, "importsequencenumber": order, "_adx_entityform_value": form}
        rows.put("adx_entityformmetadatas", str(uuid.uuid4()), adx_type=100000000, **found)
    pages = rows.tables["adx_webpages"]
    home = next(id for id, row in pages.items() if row["adx_partialurl"] == "/")
    template = next(id for id, row in rows.tables["adx_pagetemplates"].items() if row["adx_name"] == "Page")
    place = {**pages[home], "adx_partialurl": "lead", "_adx_parentpageid_value": home, "adx_title": "Lead"}
    place |= {"_adx_entityform_value": form, "_adx_pagetemplateid_value": template}
    rows.put("adx_webpages", str(uuid.uuid4()), **place)


def sent(visitor: Visitor, address: str, **values: str) -> Answer:
    page = visitor.get(address).text
    hidden = dict(re.findall(r'type="hidden" name="(_once|_step)" value="([^"]*)"', page))
    return visitor.post(address, {"_action": "next", **hidden, **values})


def test_a_lookup_offers_what_the_visitor_may_read_and_takes_nothing_else(
    visitor: Visitor, partner: PartnerSite
) -> None:
    form_at_lead(partner, adx_mode=INSERT)
    buyer = partner.person("Bea", "Buyer", partner.customer, _msa_managingpartnerid_value=partner.sun)
    stranger = partner.person("Sid", "Stranger", partner.foreign)
    visitor.cookie = partner.as_(partner.ada, ADMINISTRATOR)
    page = visitor.get("/lead/").text
    assert "Parent Contact" in page
    assert (f'value="{buyer}">Bea Buyer<' in page, "Sid Stranger" in page) == (True, False)
    refused = sent(visitor, "/lead/", companyname="Wingtip", parentcontactid=stranger)
    assert (refused.status, "Please choose one of the options for “Parent Contact”." in refused.text) == (400, True)
    assert sent(visitor, "/lead/", companyname="Wingtip", parentcontactid=buyer).status == 303
    (lead,) = partner.rows.tables["leads"].values()
    assert (lead["companyname"], lead["_parentcontactid_value"]) == ("Wingtip", buyer)


def test_a_lookup_that_offers_nothing_is_left_out_and_the_form_goes_on(visitor: Visitor, partner: PartnerSite) -> None:
    form_at_lead(partner, adx_mode=INSERT)
    page = visitor.get("/lead/").text
    assert ("Company Name" in page, "Parent Contact" in page) == (True, False)
    smuggled = partner.person("Bea", "Buyer", partner.customer)
    assert sent(visitor, "/lead/", companyname="Wingtip", parentcontactid=smuggled).status == 303
    (lead,) = partner.rows.tables["leads"].values()
    assert not lead.get("_parentcontactid_value")


def test_a_lookup_of_a_row_that_the_visitor_may_not_read_stays_as_it_is(visitor: Visitor, partner: PartnerSite) -> None:
    form_at_lead(partner, adx_mode=EDIT, adx_entitysourcetype=756150000)
    partner.person("Bea", "Buyer", partner.customer, _msa_managingpartnerid_value=partner.sun)
    stranger = partner.person("Sid", "Stranger", partner.foreign)
    for id, row in partner.rows.tables["adx_entitypermissions"].items():
        if row["adx_entitylogicalname"] == "lead":
            partner.rows.put("adx_entitypermissions", id, adx_write=True)
    lead = partner.rows.put("leads", str(uuid.uuid4()), companyname="Old", _parentcontactid_value=stranger)
    visitor.cookie = partner.as_(partner.ada, ADMINISTRATOR)
    page = visitor.get(f"/lead/?id={lead}").text
    assert ("Old" in page, "Parent Contact" in page, "Sid" in page) == (True, False, False)
    assert sent(visitor, f"/lead/?id={lead}", companyname="New", parentcontactid="").status == 303
    row = partner.rows.tables["leads"][lead]
    assert (row["companyname"], row["_parentcontactid_value"]) == ("New", stranger)
