"""Entity lists: a saved view's columns, order and rows, of those that the visitor may read; paged, sorted, searched."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest

from tests.builders.definitions import define_lead
from tests.builders.partners import ADMINISTRATOR, PartnerSite
from tests.builders.websites import RowsInMemory
from tests.websites.visitor import Visitor
from websites.features.entitylists.views import views_forget
from websites.records.definitions import definitions_forget

ALL, NORWAY = str(uuid.UUID(int=7)), str(uuid.UUID(int=8))
LAYOUT = """<grid name="resultset"><row name="result" id="leadid"><cell name="companyname" width="200"/>
<cell name="numberofemployees"/><cell name="leadsourcecode"/><cell name="parentcontactid"/>
<cell name="secret" ishidden="1"/><cell name="unknown"/></row></grid>"""
FETCH = """<fetch><entity name="lead"><attribute name="companyname"/><order attribute="companyname" descending="false"/>
{filter}</entity></fetch>"""
ONLY_NORWAY = '<filter><condition attribute="address1_country" operator="eq" value="Norway"/></filter>'


class Leads:
    """A page at /leads/ with a list of leads that everybody may read."""

    def __init__(self, rows: RowsInMemory) -> None:
        self.rows = rows
        self.partner = PartnerSite(rows)
        self.partner.opened()
        for id, name, filter in ((ALL, "All leads", ""), (NORWAY, "Norway", ONLY_NORWAY)):
            fetch = FETCH.format(filter=filter)
            rows.put("savedqueries", id, name=name, returnedtypecode="lead", layoutxml=LAYOUT, fetchxml=fetch)
        self.details, self.list = self.page("lead"), str(uuid.uuid4())
        self.change(adx_name="Our leads", adx_entityname="lead", adx_view=f"{ALL},{NORWAY}")
        self.page("leads", _adx_entitylist_value=self.list)
        self.allow(adx_read=True)

    def change(self, **values: Any) -> None:
        self.rows.put("adx_entitylists", self.list, _adx_websiteid_value=self.partner.website_id, **values)

    def allow(self, **rights: bool) -> None:
        for id, row in self.rows.tables["adx_entitypermissions"].items():
            if row["adx_entitylogicalname"] == "lead":
                self.rows.put("adx_entitypermissions", id, **rights)

    def page(self, name: str, **values: Any) -> str:
        pages = self.rows.tables["adx_webpages"]
        home = next(id for id, row in pages.items() if row["adx_partialurl"] == "/")
        template = next(id for id, row in self.rows.tables["adx_pagetemplates"].items() if row["adx_name"] == "Page")
        place = {**pages[home], "adx_partialurl": name, "_adx_parentpageid_value": home, "adx_title": name.title()}
        return self.rows.put(
            "adx_webpages", str(uuid.uuid4()), **{**place, "_adx_pagetemplateid_value": template, **values}
        )

    def lead(self, name: str, employees: int = 1, **values: Any) -> str:
        found = {"companyname": name, "numberofemployees": employees, "leadsourcecode": 8, "secret": "4711", **values}
        return self.rows.put("leads", str(uuid.uuid4()), **found)


@pytest.fixture
def leads(rows: RowsInMemory) -> Leads:
    definitions_forget()
    views_forget()
    define_lead(rows)
    return Leads(rows)


def names(page: str) -> list[str]:
    """The first cell of each row."""
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r'<th scope="row">(.*?)</th>', page, re.DOTALL)]


def test_a_list_has_the_columns_and_the_order_of_its_view(visitor: Visitor, leads: Leads) -> None:
    contact = leads.partner.person("Bea", "Buyer", leads.partner.sun)
    leads.lead("Wingtip <b>", 1250, _parentcontactid_value=contact)
    leads.lead("Adatum", 3)
    page = visitor.get("/leads/").text
    assert names(page) == ["Adatum", "Wingtip &lt;b&gt;"]
    for shown in ("Company Name", "No. of Employees", "1,250", "Lead Source", ">Web<", "Bea Buyer"):
        assert shown in page, shown
    assert "4711" not in page


def test_a_view_may_be_chosen_and_its_filter_holds(visitor: Visitor, leads: Leads) -> None:
    leads.lead("Adatum", address1_country="Norway")
    leads.lead("Wingtip", address1_country="Spain")
    page = visitor.get("/leads/").text
    assert (f'href="/leads/?view={NORWAY}"' in page, names(page)) == (True, ["Adatum", "Wingtip"])
    assert names(visitor.get(f"/leads/?view={NORWAY}").text) == ["Adatum"]


def test_pages_and_sorting_keep_each_other(visitor: Visitor, leads: Leads) -> None:
    leads.change(adx_pagesize=2)
    for name, employees in (("A", 30), ("B", 20), ("C", 10)):
        leads.lead(name, employees)
    first = visitor.get("/leads/?sort=-companyname").text
    assert (names(first), 'aria-sort="descending"' in first) == (["C", "B"], True)
    assert 'href="/leads/?sort=-companyname&amp;page=2"' in first
    assert names(visitor.get("/leads/?sort=-companyname&page=2").text) == ["A"]
    assert names(visitor.get("/leads/?sort=secret&page=99").text) == ["C"]


def test_a_list_is_searched_where_it_says_so(visitor: Visitor, leads: Leads) -> None:
    leads.lead("Wing'tip")
    leads.lead("Adatum")
    leads.change(adx_searchenabled=True)
    found = visitor.get("/leads/?q=Wing%27").text
    assert (names(found), 'value="Wing&#39;"' in found) == (["Wing&#39;tip"], True)
    assert "There is nothing here yet." in visitor.get("/leads/?q=zzz").text


def test_a_list_that_is_not_searched_takes_no_word(visitor: Visitor, leads: Leads) -> None:
    leads.lead("Adatum")
    page = visitor.get("/leads/?q=zzz").text
    assert (names(page), "list-search" in page) == (["Adatum"], False)


def test_nobody_sees_rows_without_the_permission(visitor: Visitor, leads: Leads) -> None:
    leads.lead("Secret")
    leads.allow(adx_read=False)
    page = visitor.get("/leads/")
    assert (page.status, "Secret" in page.text, "There is nothing here yet." in page.text) == (200, False, True)


def test_a_list_may_be_of_the_visitor_alone(visitor: Visitor, leads: Leads) -> None:
    partner = leads.partner
    leads.change(adx_filterportaluser="parentcontactid")
    leads.lead("Mine", _parentcontactid_value=partner.ada)
    leads.lead("Not mine", _parentcontactid_value=partner.max)
    assert names(visitor.get("/leads/").text) == []
    visitor.cookie = partner.as_(partner.ada, ADMINISTRATOR)
    answer = visitor.get("/leads/")
    assert (names(answer.text), answer.headers["cache-control"]) == (["Mine"], "private, no-store")


def test_rows_lead_to_their_details_and_a_button_to_the_page_that_makes_one(visitor: Visitor, leads: Leads) -> None:
    text = '[{"LCID": 1031, "Label": "Neu"}, {"LCID": 1033, "Label": "New lead"}]'
    lead = leads.lead("Adatum")
    pages = {"_adx_webpagefordetailsview_value": leads.details, "_adx_webpageforcreate_value": leads.details}
    leads.change(**pages, adx_createbuttonlabel=text, adx_idquerystringparametername="lead")
    page = visitor.get("/leads/").text
    assert f'href="/lead/?lead={lead}"' in page
    assert '<a class="button" href="/lead/">New lead</a>' in page


@pytest.mark.parametrize(
    "fetch",
    ["", "<", "<fetch><entity name='lead'><link-entity name='contact'/></entity></fetch>", "<!DOCTYPE x><fetch/>"],
)
def test_a_view_that_cannot_be_asked_in_full_is_not_asked_at_all(visitor: Visitor, leads: Leads, fetch: str) -> None:
    leads.lead("Adatum", 77)
    leads.rows.put("savedqueries", ALL, fetchxml=fetch)
    leads.change(adx_view=ALL)
    page = visitor.get("/leads/").text
    assert (names(page), "77" in page) == (["Adatum"], False)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('{% entitylist name: "our leads" %}{% endentitylist %}', 1),
        ('{% include "entity_list" key: page.adx_entitylist.id %}', 1),
        ('{% entitylist name: "another" %}{% endentitylist %}', 0),
        ('{% for n in (1..9) %}{% entitylist name: "our leads" %}{% endentitylist %}{% endfor %}', 5),
    ],
)
def test_a_template_names_a_list_and_none_is_shown_without_end(
    visitor: Visitor, leads: Leads, source: str, shown: int
) -> None:
    leads.lead("Adatum")
    template = next(id for id, row in leads.rows.tables["adx_webtemplates"].items() if row["adx_name"] == "Page")
    leads.rows.put("adx_webtemplates", template, adx_source=source)
    page = visitor.get("/leads/")
    assert (page.status, names(page.text)) == (200, ["Adatum"] * shown)
