"""The partner portal in a real browser: every page in its place and accessible, a deal by hand, at 390 pixels."""

from __future__ import annotations

import uuid
from collections.abc import Generator
from typing import Any
from unittest.mock import patch

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, Page

from tests.builders.definitions import define_lead
from tests.builders.partners import ACCEPTED, IN_PROGRESS, PartnerSite
from tests.builders.websites import RowsInMemory
from tests.websites.browsing import browse, portal_told, served
from tests.websites.test_browser import SETTINGS, wrong_in_every_look
from websites.visitors.values import Visitor

pytestmark = pytest.mark.browser
HOST = "partners.portals.localhost"
ROLES = (
    "Partner administrator",
    "Partner manager",
    "FS Customer Approver",
    "PSA Customer Approver",
)


def partner_rows(rows: RowsInMemory) -> PartnerSite:
    """A partner in the middle of its work."""
    define_lead(rows)
    partner = PartnerSite(rows)
    partner.opportunity("Espresso bar in the station", adx_delivereddate="2026-11-20", adx_expirydate="2026-12-04")
    partner.opportunity("Office kitchen on three floors", adx_delivereddate="2026-11-24", adx_expirydate="2026-12-08")
    words = {"description": "Two machines for a canteen with 120 seats.\nThey want to decide before spring."}
    own = partner.opportunity(
        "Canteen", status=IN_PROGRESS, seller=partner.sam, salesstagecode=100000002, adx_referencecode="AB12", **words
    )
    partner.opportunity("Bakery chain", status=ACCEPTED, seller=partner.mia, modifiedon="2026-09-01T08:00:00Z")
    partner.opportunity("Hotel lobby", statecode=1, status=100000004, actualvalue=8000, adx_wondate="2026-10-02")
    partner.opportunity("Cinema", statecode=2, status=100000005, adx_reasonforreturn=100000005)
    for name, text in (("Accepted", ""), ("Quoting", "They compare us with two others.")):
        note = {"adx_name": name, "adx_description": text, "adx_date": "2026-11-21T10:00:00Z"}
        values = {**note, "adx_assignedto": "Sam Seller", "_adx_opportunityid_value": own}
        rows.put("adx_opportunitynotes", str(uuid.uuid4()), **values)
    _services(partner)
    return partner


def _services(partner: PartnerSite) -> None:
    ours: dict[str, Any] = {"_customerid_value": partner.sun}
    quote = {"quotenumber": "QUO-1001", "statecode": 1, "statuscode": 3, "totalamount": 24500, **ours}
    partner.rows.put("quotes", str(uuid.uuid5(uuid.NAMESPACE_DNS, "quote")), name="Rollout in ten shops", **quote)
    invoice = {"invoicenumber": "INV-2001", "totalamount": 990.5, "duedate": "2026-12-15T00:00:00Z", **ours}
    partner.rows.put("invoices", str(uuid.uuid4()), name="Training", adx_visibletocustomer=True, **invoice)
    project = {"msdyn_subject": "Rollout", "msdyn_progress": 40, "msdyn_overallprojectstatus": 2}
    partner.rows.put("msdyn_projects", str(uuid.uuid4()), _msdyn_customer_value=partner.sun, **project)
    order = {
        "msdyn_name": "WO-00017",
        "msdyn_systemstatus": 690970001,
        "msdyn_primaryincidentdescription": "Yearly check",
    }
    exposed = {"adx_exposetocustomer": True, "_msdyn_serviceaccount_value": partner.sun}
    partner.rows.put("msdyn_workorders", str(uuid.uuid4()), **order, **exposed)
    agreement = {"msdyn_name": "Care for five machines", "msdyn_systemstatus": 690970001}
    partner.rows.put(
        "msdyn_agreements", str(uuid.uuid4()), msdyn_startdate="2026-01-01T00:00:00Z", **agreement, **exposed
    )
    asset = {"msdyn_name": "Machine on the ground floor", "_msdyn_account_value": partner.sun}
    partner.rows.put("msdyn_customerassets", str(uuid.uuid4()), adx_exposetocustomer=True, **asset)


class Served:
    """A running portal with one signed-in partner, who needs no cookie."""

    def __init__(self, partner: PartnerSite, port: int) -> None:
        self.partner, self.base = partner, f"http://{HOST}:{port}"
        own = next(id for id, row in partner.rows.tables["opportunities"].items() if row["name"] == "Canteen")
        self.paths = {  # one of each kind
            "home": "/",
            "new": "/opportunities/new/",
            "create": "/opportunities/create/",
            "details": f"/opportunities/details/{own}/",
            "customers": "/customers/",
            "customer-form": f"/customers/{partner.customer}/?edit=1",
            "quote": f"/project-service/quotes/{uuid.uuid5(uuid.NAMESPACE_DNS, 'quote')}/",
            "invite": "/invite/",
            "redeem-unknown": "/redeem/unknown/",
            "apply": "/apply/",
        }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served, None, None]:
    rows = RowsInMemory()
    partner = partner_rows(rows)
    roles = frozenset(partner.role(name) for name in ROLES)
    ada = Visitor(uuid.uuid4(), partner.ada, "Ada Admin", "ada@example.com", partner.sun, roles)
    with override_settings(**SETTINGS), served(rows, tmp_path_factory.mktemp("sites")) as (held, port):
        portal_told(held, partner.website_id, host=HOST, portal_type="partner")
        with patch("websites.views.visitor_here", return_value=ada):
            yield Served(partner, port)


def test_every_page_of_the_partner_portal_is_accessible_and_in_its_place(site: Served) -> None:
    def work(browser: Browser) -> list[str]:
        problems: list[str] = []
        page = browser.new_page()
        for name, path in site.paths.items():
            answer = page.goto(site.base + path)
            assert answer is not None
            assert answer.status == 200, path
            problems += wrong_in_every_look(page, f"partner-{name}")
        return problems

    assert browse(work) == []


def test_a_partner_works_on_a_telephone(site: Served) -> None:
    """Registers a deal, moves it on, and applies the form of several steps, without a script and by label."""

    def work(browser: Browser) -> tuple[list[str], list[str]]:
        context = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{site.base}/opportunities/new/")
        page.get_by_role("button", name="Accept: Office kitchen on three floors").click()
        said = [page.get_by_role("status").inner_text()]
        page.goto(f"{site.base}/opportunities/create/")
        _register(page)
        said.append(page.get_by_role("status").inner_text())
        page.get_by_text("Move on").first.click()
        page.get_by_label("Phase", exact=True).select_option(label="Quoting")
        page.get_by_role("button", name="Move on").click()
        said.append(page.get_by_role("status").inner_text())
        return said, _apply(page, site.base)

    said, steps = browse(work)
    assert said == [
        "You have accepted the opportunity. You find it under Accepted now.",
        "Your deal is registered.",
        "The opportunity has moved on.",
    ]
    assert steps == ["Your company", "You", "Your company", "You", "Your business"]


def _register(page: Page) -> None:
    page.get_by_label("Topic", exact=True).fill("Town hall")
    page.get_by_label("Estimated revenue", exact=True).fill("7,500")
    page.get_by_label("Expected to close", exact=True).fill("2027-03-01")
    page.get_by_role("combobox", name="Customer").select_option(label="Fourth Coffee")
    page.get_by_role("button", name="Register the deal").click()


def _apply(page: Page, base: str) -> list[str]:
    seen = []

    def here() -> None:
        seen.append(page.get_by_role("heading", level=2).first.inner_text())

    page.goto(f"{base}/apply/")
    here()
    page.get_by_label("Company", exact=True).fill("Wingtip Toys")
    page.get_by_label("Country", exact=True).fill("Norway")
    page.get_by_role("button", name="Next").click()
    here()
    page.get_by_role("button", name="Back").click()
    here()
    page.get_by_role("button", name="Next").click()
    here()
    page.get_by_label("Last name", exact=True).fill("Valverde")
    page.get_by_label("E-mail", exact=True).fill("eva@example.com")
    page.get_by_role("button", name="Next").click()
    here()
    return seen
