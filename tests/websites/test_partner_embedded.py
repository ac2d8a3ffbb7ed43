"""The partner portal over the real wire format: every page and form against an embedded organization."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from organizations.client import organization_client
from organizations.client.webapi import WebApiClient
from organizations.embedded.registry import TABLES, Kind
from organizations.embedded.seed import FIELD_SERVICE, PROJECT_SERVICE, SeedSolution
from portals.catalog import OPTIONS_FOR_TYPE, PortalType
from portals.models import Portal
from solutions.content.keys import Keys
from solutions.content.rows import content_links, content_rows
from tests.builders.organizations import contoso
from tests.builders.websites import open_portal
from websites.clients import ClientPool
from websites.features.loading import features_load
from websites.hosts import HostTable
from websites.models import PortalMail
from websites.posting import post_answer
from websites.rendering import Rendered, visit_answer
from websites.sites import SiteStore
from websites.visit import Visit, params_of
from websites.visitors.values import Visitor

pytestmark = pytest.mark.django_db
WEBSITE = uuid.UUID("5b0d8f0a-3f0e-4a53-9d0c-0a4f4f3a2b11")
OPTIONS = OPTIONS_FOR_TYPE[PortalType.PARTNER]
ROLES = (
    "Partner administrator",
    "Partner manager",
    "FS Customer Approver",
    "PSA Customer Approver",
    "PSA Partner Approver",
)
SUN, CUSTOMER, ADA, MIA = (uuid.uuid5(WEBSITE, name) for name in ("sun", "customer", "ada", "mia"))


class Partner:
    """A signed-in partner, and the pages as he or she gets them."""

    def __init__(self, client: WebApiClient, portal: Portal, folder: Path) -> None:
        features_load()
        self.client = client
        at_host = HostTable().portal_at(portal.host)
        self.loaded = SiteStore(client_for=ClientPool().client_for, folder=folder).site_of(at_host)
        keys = Keys(WEBSITE, 1033)
        roles = frozenset(str(keys.id("adx_webrole", name)) for name in ROLES)
        self.visitor = Visitor(uuid.uuid4(), str(ADA), "Ada Admin", "ada@example.com", str(SUN), roles)
        self.host = at_host

    def visit(self, address: str, *, is_stranger: bool = False) -> Visit:
        path, _, query = address.partition("?")
        visitor = None if is_stranger else self.visitor
        return Visit(self.host, path, query, params_of(query), datetime.now(UTC), visitor)

    def page(self, address: str, **options: bool) -> Rendered:
        return visit_answer(self.visit(address, **options), self.loaded)

    def send(self, address: str, action: str, values: Mapping[str, str], **options: bool) -> str:
        """Send a form; where the visitor is led to."""
        request = RequestFactory().post(address, {"_action": action, "_once": f"{address}{action}", **values})
        done = post_answer(request, self.visit(address, **options), self.loaded)
        assert isinstance(done, HttpResponse), done.body
        return str(done["Location"])


def rows_put(client: WebApiClient) -> None:
    """A partner company, its people, a customer, and something of everything that the pages show."""
    account, contact = f"/accounts({SUN})", f"/contacts({ADA})"

    def put(entity_set: str, key: str, **values: Any) -> None:
        binds = {name.replace("__", "@odata.bind"): value for name, value in values.items()}
        client.upsert(entity_set, uuid.uuid5(WEBSITE, key), binds)

    put("accounts", "sun", name="Sun Solutions")
    put("accounts", "customer", name="Fourth Coffee", msa_managingpartnerid__=account)
    for key, first in (("ada", "Ada"), ("mia", "Mia")):
        put("contacts", key, firstname=first, lastname="Sun", parentcustomerid_account__=account)
    offer = {"msa_partnerid__": account, "customerid_account__": f"/accounts({CUSTOMER})", "estimatedvalue": 1200}
    put("opportunities", "offered", name="Espresso bar", statuscode=100000001, adx_expirydate="2026-12-01", **offer)
    put("opportunities", "ours", name="Canteen", statuscode=100000003, msa_partneroppid__=contact, **offer)
    deal = f"/opportunities({uuid.uuid5(WEBSITE, 'ours')})"
    put("quotes", "quote", name="Quote 1", statecode=1, customerid_account__=account, opportunityid__=deal)
    put("invoices", "invoice", name="Invoice 1", adx_visibletocustomer=True, customerid_account__=account)
    put("msdyn_projects", "project", msdyn_subject="Project 1", msdyn_customer__=account, msdyn_progress=40)
    exposed = {"adx_exposetocustomer": True}
    put("msdyn_customerassets", "asset", msdyn_name="Machine 1", msdyn_account__=account, **exposed)
    agreement = {"msdyn_systemstatus": 690970001, "msdyn_startdate": "2026-01-01T00:00:00Z"}
    put("msdyn_agreements", "agreement", msdyn_name="Care", msdyn_serviceaccount__=account, **agreement, **exposed)
    order = {"msdyn_systemstatus": 690970001, "msdyn_serviceaccount__": account}
    asset = f"/msdyn_customerassets({uuid.uuid5(WEBSITE, 'asset')})"
    put("msdyn_workorders", "order", msdyn_name="WO-1", msdyn_customerasset__=asset, **order, **exposed)


def site_put(client: WebApiClient) -> None:
    """The starter content, as provisioning writes it."""
    chosen: dict[str, Any] = {"portal_type": "partner", "options": OPTIONS, "lcid": 1033, "website_id": WEBSITE}
    made = content_rows(**chosen, website_name="Contoso Partners", host="x.example")
    for table, rows in groupby(made, key=lambda row: row.logical_name):
        found = list(rows)
        client.upsert_many(found[0].entity_set, table, [(row.id, row.values) for row in found])
    for link in content_links(**chosen):
        client.associate(link.entity_set, link.id, link.navigation, link.target_set, link.target_id)
    client.upsert("adx_websites", WEBSITE, {"statecode": 0})


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[Partner]:
    tables = tuple(table.name for table in TABLES.values() if table.kind is Kind.PORTAL)
    everything = SeedSolution("PartnerPortal", "Partner Portal", "9.2.1.0", tables)
    organization = contoso(solutions=(FIELD_SERVICE, PROJECT_SERVICE, everything))
    with organization_client(organization) as client:
        site_put(client)
        rows_put(client)
        portal = open_portal(str(WEBSITE), portal_type="partner", organization=organization)
        yield Partner(client, portal, tmp_path)


def test_every_page_and_form_speaks_the_organizations_language(partner: Partner) -> None:
    shown = {
        "/": "Espresso bar",
        "/opportunities/new/": "Espresso bar",
        "/opportunities/accepted/": "Canteen",
        "/opportunities/won/": "nothing here yet",
        f"/opportunities/details/{uuid.uuid5(WEBSITE, 'ours')}/": "Fourth Coffee",
        "/opportunities/create/": "Fourth Coffee",
        "/customers/": "Fourth Coffee",
        f"/customers/{CUSTOMER}/?edit=1": "Fourth Coffee",
        "/customers/contacts/": "nothing here yet",
        "/project-service/projects/": "Project 1",
        "/project-service/quotes/": "Quote 1",
        f"/project-service/quotes/{uuid.uuid5(WEBSITE, 'quote')}/": "Approve quote",
        "/project-service/invoices/": "Invoice 1",
        "/field-service/work-orders/": "WO-1",
        f"/field-service/work-orders/{uuid.uuid5(WEBSITE, 'order')}/": "Machine 1",
        "/field-service/agreements/": "Care",
        "/field-service/assets/": "Machine 1",
        "/field-service/invoices/": "Invoice 1",
        "/invite/": "Partner seller",
        "/apply/": "Your company",
    }
    for address, words in shown.items():
        page = partner.page(address)
        assert (page.status, words in str(page.body)) == (200, True), address
    _opportunities(partner)
    _customers_and_quotes(partner)
    _invitation(partner)
    _application(partner)


def _opportunities(partner: Partner) -> None:
    offered = str(uuid.uuid5(WEBSITE, "offered"))
    details = f"/opportunities/details/{offered}/"
    assert partner.send("/opportunities/new/", "accept", {"id": offered}).endswith("opportunity-accepted")
    assert partner.send(details, "phase", {"salesstagecode": "100000002", "remark": "Two machines"})
    assert partner.send(details, "assign", {"msa_partneroppid": str(MIA)})
    assert partner.send(details, "note", {"adx_description": "Call on Monday"})
    assert partner.send(details, "return", {"adx_reasonforreturn": "100000005"})
    page = str(partner.page(details).body)
    for words in ("Two machines", "Call on Monday", "Assigned to Mia Sun", "No budget", "Returned"):
        assert words in page
    deal = {"name": "Bakery", "estimatedvalue": "1,000", "estimatedclosedate": "2027-01-31", "company": "Wingtip"}
    made = partner.send("/opportunities/create/", "create", {**deal, "lastname": "Valverde"}).partition("?")[0]
    assert "Wingtip" in str(partner.page(made).body)
    assert partner.send(made, "save", {"name": "Bakeries", "estimatedvalue": "2000.5", "description": "More"})
    assert partner.send(made, "win", {"actualvalue": "1900"})
    assert "$1,900.00" in str(partner.page("/opportunities/won/").body)


def _customers_and_quotes(partner: Partner) -> None:
    made = partner.send("/customers/new/", "create", {"name": "Blue", "emailaddress1": "b@example.com"}).partition("?")[
        0
    ]
    assert partner.send(made, "save", {"name": "Blue Yonder"})
    assert "Blue Yonder" in str(partner.page("/customers/").body)
    person = {"lastname": "Cole", "parentcustomerid": str(CUSTOMER)}
    made = partner.send("/customers/contacts/new/", "create", person).partition("?")[0]
    assert "Fourth Coffee" in str(partner.page(made).body)
    quote = uuid.uuid5(WEBSITE, "quote")
    assert partner.send(f"/project-service/quotes/{quote}/", "approve", {})
    row = partner.client.row("quotes", quote, select=("statecode", "statuscode"))
    assert row is not None
    assert (row["statecode"], row["statuscode"]) == (2, 4)


def _invitation(partner: Partner) -> None:
    role = str(Keys(WEBSITE, 1033).id("adx_webrole", "Partner seller"))
    person = {"firstname": "Nia", "lastname": "New", "emailaddress1": "nia@example.com", "role": role}
    assert partner.send("/invite/", "invite", person).endswith("invitation-sent")
    code = PortalMail.objects.get(to="nia@example.com").body.split("/redeem/")[1].split("/")[0]
    assert "Accept the invitation" in str(partner.page(f"/redeem/{code}/").body)
    assert partner.send(f"/redeem/{code}/", "redeem", {}).endswith("invitation-accepted")
    members = partner.client.row("adx_webroles", uuid.UUID(role), expand="adx_webrole_contact($select=contactid)")
    assert [row["contactid"] for row in (members or {})["adx_webrole_contact"]] == [str(ADA)]


def _application(partner: Partner) -> None:
    steps = (
        {"companyname": "Tailspin", "address1_country": "Norway", "numberofemployees": "80"},
        {"revenue": "100000", "jobtitle": "Eva"},
        {"lastname": "Valverde", "emailaddress1": "eva@example.com"},
        {"description": "Toys"},
    )
    address = "/apply/"
    for typed in steps:
        page = str(partner.page(address, is_stranger=True).body)
        step = page.split('name="_step" value="')[1].split('"')[0]
        address = partner.send(address, "next", {**typed, "_step": step}, is_stranger=True)
    assert "We have received your application" in str(partner.page(address, is_stranger=True).body)
    (lead,) = partner.client.rows("leads", select=("companyname", "fullname", "leadsourcecode", "revenue", "subject"))
    assert (lead["companyname"], lead["fullname"], lead["leadsourcecode"]) == ("Tailspin", "Valverde", 8)
