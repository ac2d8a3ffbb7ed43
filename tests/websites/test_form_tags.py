"""``entityform`` and ``webform`` tags, as sites of the product line put forms into copy and templates."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest

from tests.builders.definitions import define_lead
from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal
from tests.websites.visitor import Visitor
from websites.features.webforms.layout import layouts_forget
from websites.records.definitions import definitions_forget

PLAIN = "<h1>{{ page.title }}</h1>{% include 'Page Copy' %}"


class OldSite:
    """A site whose templates are its own, and none of the starter content's."""

    def __init__(self, rows: RowsInMemory, site: SiteInMemory) -> None:
        self.site, self.rows = site, rows
        for id in list(rows.tables["adx_webtemplates"]):
            rows.remove("adx_webtemplates", id)
        site.templates = {"Plain": site.template("Plain", PLAIN)}
        site.page_templates = {}
        self.form = site._put("adx_entityforms", adx_name="Lead", adx_entityname="lead", adx_mode=100000000)
        for name in ("companyname", "description"):
            found = {"adx_attributelogicalname": name, "_adx_entityform_value": self.form}
            rows.put("adx_entityformmetadatas", str(uuid.uuid4()), adx_type=100000000, **found)
        role = site._put("adx_webroles", adx_name="Anonymous Users", adx_anonymoususersrole=True)
        allowed: dict[str, Any] = {"adx_entitylogicalname": "lead", "adx_scope": 756150000, "adx_create": True}
        site._put("adx_entitypermissions", **allowed, adx_entitypermission_webrole=[{"adx_webroleid": role}])
        open_portal(site.id)

    def page(self, copy: str) -> None:
        self.site.page("Ask us", "ask", parent=self.site.home, template="Plain", adx_copy=copy)


@pytest.fixture
def old(rows: RowsInMemory, site: SiteInMemory) -> OldSite:
    definitions_forget()
    layouts_forget()
    define_lead(rows)
    return OldSite(rows, site)


@pytest.mark.parametrize("tag", ["{% entityform name: 'Lead' %}", '<p>Before</p>{%- webform name:"lead" -%}'])
def test_a_form_stands_where_the_tag_is_and_can_be_sent(visitor: Visitor, old: OldSite, tag: str) -> None:
    old.page(tag)
    page = visitor.get("/ask/").text
    assert page.count('name="companyname"') == 1
    hidden = dict(re.findall(r'type="hidden" name="(_once|_step)" value="([^"]*)"', page))
    answer = visitor.post("/ask/", {"_action": "next", **hidden, "companyname": "x" * 101})
    assert (answer.status, "100 characters" in answer.text) == (400, True)
    answer = visitor.post("/ask/", {"_action": "next", **hidden, "companyname": "Wingtip"})
    assert "Your form has been sent" in visitor.get(answer.headers["location"]).text
    assert [lead["companyname"] for lead in old.rows.tables["leads"].values()] == ["Wingtip"]


def test_a_page_may_name_its_form_and_place_it(visitor: Visitor, old: OldSite) -> None:
    old.page("{% entityform id: page.adx_entityform.id %}{% if page.adx_webform %}{% webform id: 1 %}{% endif %}")
    page = next(id for id, row in old.rows.tables["adx_webpages"].items() if row["adx_partialurl"] == "ask")
    old.rows.put("adx_webpages", page, _adx_entityform_value=old.form)
    assert visitor.get("/ask/").text.count('name="companyname"') == 1


@pytest.mark.parametrize("tag", ["{% entityform name: 'Another' %}", "{% assign n = 'Le' %}{% entityform name: n %}"])
def test_a_form_that_is_not_there_leaves_a_comment(visitor: Visitor, old: OldSite, tag: str) -> None:
    old.page(tag)
    answer = visitor.get("/ask/")
    assert (answer.status, "<form" in answer.text) == (200, False)
    assert visitor.post("/ask/", {"_action": "next", "companyname": "Wingtip"}).status in {404, 405}
    assert not old.rows.tables.get("leads")


def test_what_stands_around_a_tag_is_cleaned_all_the_same(visitor: Visitor, old: OldSite) -> None:
    old.site.snippet("Inner", "{% entityform name: 'Lead' %}<script>alert(1)</script>")
    old.page("{% editable snippets 'Inner' %}<form><input name='mine'></form><!-- {% entityform name: 'Lead' %} -->")
    page = visitor.get("/ask/").text
    assert (page.count('name="companyname"'), "<script" in page, 'name="mine"' in page) == (1, False, False)
