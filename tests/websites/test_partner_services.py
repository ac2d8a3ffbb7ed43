"""Partner Project Service and Partner Field Service: what customers and partners see of them, and decide."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from core.errors import Unavailable
from organizations.errors import OrganizationRefused
from tests.builders.partners import PartnerSite
from tests.builders.websites import RowsInMemory
from tests.websites.visitor import Visitor

QUOTES, INVOICES, PROJECTS = "/project-service/quotes/", "/project-service/invoices/", "/project-service/projects/"
WORK_ORDERS = "/field-service/work-orders/"


@pytest.fixture
def partner(rows: RowsInMemory, visitor: Visitor) -> PartnerSite:
    made = PartnerSite(rows)
    made.opened()
    return made


def quote(partner: PartnerSite, name: str, **values: Any) -> str:
    found = {"name": name, "statecode": 1, "statuscode": 3, "totalamount": 990, "_customerid_value": partner.sun}
    return partner.rows.put("quotes", str(uuid.uuid4()), **{**found, **values})


@pytest.mark.parametrize(("role", "may_decide"), [("PSA Customer Approver", True), ("PSA Customer Reviewer", False)])
@pytest.mark.parametrize(("action", "state", "status"), [("approve", 2, 4), ("reject", 3, 5)])
def test_a_customer_decides_on_its_quotes(
    visitor: Visitor, partner: PartnerSite, role: str, may_decide: bool, action: str, state: int, status: int
) -> None:
    own = quote(partner, "Canteen")
    visitor.cookie = partner.as_(partner.sam, role)
    assert "Canteen" in visitor.get(QUOTES).text
    assert (f'value="{action}"' in visitor.get(f"{QUOTES}{own}/").text) is may_decide
    answer = visitor.post(f"{QUOTES}{own}/", {"_action": action})
    row = partner.row("quotes", own)
    assert answer.status == (303 if may_decide else 404)
    assert (row["statecode"], row["statuscode"]) == ((state, status) if may_decide else (1, 3))


def test_a_quote_is_decided_once(visitor: Visitor, partner: PartnerSite) -> None:
    own = quote(partner, "Canteen")
    visitor.cookie = partner.as_(partner.sam, "PSA Customer Approver")
    visitor.post(f"{QUOTES}{own}/", {"_action": "approve"})
    answer = visitor.post(f"{QUOTES}{own}/", {"_action": "reject"})
    assert (answer.status, "decided already" in answer.text) == (400, True)
    assert partner.row("quotes", own)["statuscode"] == 4


def test_quotes_of_others_and_those_in_preparation_are_not_there(visitor: Visitor, partner: PartnerSite) -> None:
    foreign = quote(partner, "Moon base", _customerid_value=partner.moon)
    draft = quote(partner, "Draft", statecode=0, statuscode=1)
    visitor.cookie = partner.as_(partner.sam, "PSA Customer Approver")
    page = visitor.get(f"{QUOTES}?view=all").text
    assert "Moon base" not in page
    assert "Draft" not in page
    for id in (foreign, draft, str(uuid.uuid4()), "x"):
        assert visitor.get(f"{QUOTES}{id}/").status == 404
        assert visitor.post(f"{QUOTES}{id}/", {"_action": "approve"}).status == 404


def test_a_partner_decides_on_the_quotes_of_its_opportunities(visitor: Visitor, partner: PartnerSite) -> None:
    deal, other = partner.opportunity("Deal"), partner.opportunity("Other", company=partner.moon)
    own = quote(partner, "Ours", _customerid_value=partner.customer, _opportunityid_value=deal)
    foreign = quote(partner, "Theirs", _customerid_value=partner.customer, _opportunityid_value=other)
    visitor.cookie = partner.as_(partner.sam, "PSA Partner Approver")
    page = visitor.get(QUOTES).text
    assert "Ours" in page
    assert "Theirs" not in page
    assert visitor.post(f"{QUOTES}{own}/", {"_action": "approve"}).status == 303
    assert visitor.post(f"{QUOTES}{foreign}/", {"_action": "approve"}).status == 404


def test_projects_are_their_customers_and_their_partners(visitor: Visitor, partner: PartnerSite) -> None:
    for name, column in (("For us", "_msdyn_customer_value"), ("By us", "_msa_partnerid_value")):
        partner.rows.put(
            "msdyn_projects", str(uuid.uuid4()), msdyn_subject=name, msdyn_progress=40, **{column: partner.sun}
        )
    for role, seen, hidden in (("Customer", "For us", "By us"), ("Partner", "By us", "For us")):
        visitor.cookie = partner.as_(partner.sam, f"PSA {role} Reviewer")
        page = visitor.get(PROJECTS).text
        assert seen in page
        assert hidden not in page


def test_invoices_are_seen_once_they_are_visible_to_the_customer(visitor: Visitor, partner: PartnerSite) -> None:
    for name, is_visible in (("Ready", True), ("In the making", False)):
        values = {"name": name, "adx_visibletocustomer": is_visible, "_customerid_value": partner.sun}
        partner.rows.put("invoices", str(uuid.uuid4()), totalamount=10, **values)
    for role, path in (("PSA Customer Reviewer", INVOICES), ("FS Customer Reviewer", "/field-service/invoices/")):
        visitor.cookie = partner.as_(partner.sam, role)
        page = visitor.get(path).text
        assert "Ready" in page
        assert "In the making" not in page


@pytest.mark.parametrize(
    ("path", "entity_set", "account", "values"),
    [
        (WORK_ORDERS, "msdyn_workorders", "_msdyn_serviceaccount_value", {"msdyn_systemstatus": 690970000}),
        (
            "/field-service/agreements/",
            "msdyn_agreements",
            "_msdyn_serviceaccount_value",
            {"msdyn_systemstatus": 690970001},
        ),
        ("/field-service/assets/", "msdyn_customerassets", "_msdyn_account_value", {}),
    ],
)
def test_field_service_shows_what_is_exposed_to_this_customer(
    visitor: Visitor, partner: PartnerSite, path: str, entity_set: str, account: str, values: dict[str, Any]
) -> None:
    ids = {
        name: partner.rows.put(
            entity_set, str(uuid.uuid4()), msdyn_name=name, adx_exposetocustomer=exposed, **{account: company}, **values
        )
        for name, company, exposed in (
            ("WO-1", partner.sun, True),
            ("WO-2", partner.sun, False),
            ("WO-3", partner.moon, True),
        )
    }
    visitor.cookie = partner.as_(partner.sam, "FS Customer Approver")
    page = visitor.get(path).text
    assert [name for name in ids if name in page] == ["WO-1"]
    assert [visitor.get(f"{path}{id}/").status for id in ids.values()] == [200, 404, 404]
    visitor.cookie = partner.as_(partner.sam, "Partner seller")
    assert visitor.get(path).status == 403


def test_where_the_product_is_missing_the_page_says_so(
    visitor: Visitor, partner: PartnerSite, rows: RowsInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = rows.rows

    def without(entity_set: str, **options: Any) -> Iterator[dict[str, Any]]:
        if entity_set.startswith("msdyn_"):
            problem = OrganizationRefused("no such table")
            problem.status = 404
            raise problem
        return answered(entity_set, **options)

    visitor.cookie = partner.as_(partner.sam, "FS Customer Approver")
    monkeypatch.setattr(rows, "rows", without)
    answer = visitor.get(WORK_ORDERS)
    assert (answer.status, "Field Service is not installed" in answer.text) == (200, True)


def test_while_the_organization_is_away_the_page_says_so(
    visitor: Visitor, partner: PartnerSite, rows: RowsInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.cookie = partner.as_(partner.sam, "FS Customer Approver")
    visitor.get("/")

    def away(*arguments: Any, **options: Any) -> Iterator[dict[str, Any]]:
        raise Unavailable("away")

    monkeypatch.setattr(rows, "rows", away)
    assert visitor.get(WORK_ORDERS).status == 503
