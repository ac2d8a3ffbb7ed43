"""A step shows the fields of the organization's form, as its metadata change them; without any field it says so."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest

from tests.builders.definitions import define_lead
from tests.builders.partners import PartnerSite
from tests.builders.websites import RowsInMemory
from tests.websites.visitor import Visitor
from websites.features.webforms.layout import layouts_forget
from websites.records.definitions import definitions_forget

FORM = """<form><tabs><tab name="general"><columns><column><sections>
<section name="one"><rows><row><cell><control id="a" datafieldname="lastname"/></cell></row>
<row><cell><control id="b" datafieldname="companyname"/></cell><cell><control id="n"/></cell></row>
<row><cell visible="false"><control id="c" datafieldname="revenue"/></cell></row>
<row><cell><control id="d" datafieldname="jobtitle" disabled="true"/></cell></row></rows></section>
<section name="two" visible="false"><rows><row><cell><control id="e" datafieldname="telephone1"/></cell></row></rows>
</section>
</sections></column></columns></tab>
<tab name="more"><columns><column><sections><section><rows><row><cell><control datafieldname="description"/></cell>
</row></rows></section></sections></column></columns></tab>
<tab name="hidden" visible="false"><columns><column><sections><section><rows><row><cell>
<control datafieldname="firstname"/></cell></row></rows></section></sections></column></columns></tab></tabs></form>"""


class LeadForm:
    """An entity form at /lead/ that shows the form *Web* of leads."""

    def __init__(self, rows: RowsInMemory) -> None:
        self.rows = rows
        self.partner = PartnerSite(rows)
        self.partner.opened()
        pages = rows.tables["adx_webpages"]
        home = next(id for id, row in pages.items() if row["adx_partialurl"] == "/")
        template = next(id for id, row in rows.tables["adx_pagetemplates"].items() if row["adx_name"] == "Page")
        self.form = str(uuid.uuid4())
        self.change(adx_name="Lead", adx_entityname="lead", adx_mode=100000000, adx_formname="Web")
        place = {**pages[home], "adx_partialurl": "lead", "_adx_parentpageid_value": home, "adx_title": "Lead"}
        place |= {"_adx_entityform_value": self.form, "_adx_pagetemplateid_value": template}
        rows.put("adx_webpages", str(uuid.uuid4()), **place)

    def change(self, **values: Any) -> None:
        self.rows.put("adx_entityforms", self.form, _adx_websiteid_value=self.partner.website_id, **values)

    def laid_out(self, xml: str) -> None:
        self.rows.put("systemforms", "1", name="Web", objecttypecode="lead", type=2, formxml=xml)

    def metadata(self, name: str, **values: Any) -> None:
        found = {"adx_type": 100000000, "adx_attributelogicalname": name, "_adx_entityform_value": self.form}
        self.rows.put("adx_entityformmetadatas", str(uuid.uuid4()), **found, **values)


@pytest.fixture
def form(rows: RowsInMemory) -> LeadForm:
    definitions_forget()
    layouts_forget()
    define_lead(rows)
    return LeadForm(rows)


def fields(page: str) -> list[str]:
    return re.findall(r'id="next-([a-z0-9]+)"', page)


def test_the_fields_are_those_of_the_organizations_form(visitor: Visitor, form: LeadForm) -> None:
    form.laid_out(FORM)
    form.metadata("companyname", adx_label="Your company", adx_fieldisrequired=True)
    form.metadata("subject", adx_onsavetype=100000000, adx_onsavevalue="From the web", adx_setvalueonsave=True)
    page = visitor.get("/lead/").text
    assert (fields(page), "Your company" in page) == (["lastname", "companyname", "description"], True)
    hidden = dict(re.findall(r'type="hidden" name="(_once|_step)" value="([^"]*)"', page))
    sent = {"_action": "next", **hidden, "lastname": "Valverde", "jobtitle": "smuggled"}
    assert visitor.post("/lead/", sent).status == 400
    assert visitor.post("/lead/", {**sent, "companyname": "Wingtip"}).status == 303
    (lead,) = form.rows.tables["leads"].values()
    assert (lead["lastname"], lead["companyname"], lead["subject"]) == ("Valverde", "Wingtip", "From the web")
    assert "jobtitle" not in lead


def test_one_tab_of_a_form_is_shown_where_the_step_names_it(visitor: Visitor, form: LeadForm) -> None:
    form.laid_out(FORM)
    form.change(adx_tabname="more")
    assert fields(visitor.get("/lead/").text) == ["description"]


@pytest.mark.parametrize("xml", ["", "<form", "<form/>", '<!DOCTYPE a [<!ENTITY b "c">]><form>&b;</form>'])
def test_a_form_without_fields_says_that_it_cannot_be_shown(visitor: Visitor, form: LeadForm, xml: str) -> None:
    form.laid_out(xml)
    page = visitor.get("/lead/")
    assert (page.status, "This step cannot be shown on this portal: Lead." in page.text) == (200, True)
    assert visitor.post("/lead/", {"_action": "next", "_step": form.form, "_once": "a"}).status == 400
    assert not form.rows.tables.get("leads")


def test_without_the_organizations_form_the_metadata_say_which_fields(visitor: Visitor, form: LeadForm) -> None:
    form.metadata("companyname")
    assert fields(visitor.get("/lead/").text) == ["companyname"]
