"""What a demo organization knows of a partner: its customers, opportunities, quotes and work orders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from organizations.embedded.models import EmbeddedOrganization
from organizations.embedded.seed import row_id, rows_ensure

PARTNER = "Contoso Partner Sales"
PERSON = "jay@contoso.example"  # whoever administers a portal in the demo sees its partner pages at work
CUSTOMERS = (("Coho Winery", "Porto"), ("Lucerne Publishing", "Basel"), ("Southridge Video", "Leeds"))
DELIVERED, ACCEPTED, IN_PROGRESS, PURCHASED, RETURNED = 100000001, 100000003, 1, 100000004, 100000005


def demo_partner_create(tenant: EmbeddedOrganization) -> None:
    """Make what is missing of the partner's rows. It may run again; what people have changed stays."""
    company, person = row_id(tenant, "account", PARTNER), row_id(tenant, "contact", PERSON)
    rows_ensure(tenant, "account", {company: {"name": PARTNER}})
    names = {"firstname": "Jay", "lastname": "Hamlin", "emailaddress1": PERSON, "parentcustomerid": company}
    rows_ensure(tenant, "contact", {person: names})
    managed = {"msa_managingpartnerid": company}
    accounts = {row_id(tenant, "account", name): {"name": name, "address1_city": city} for name, city in CUSTOMERS}
    rows_ensure(tenant, "account", {id: {**values, **managed} for id, values in accounts.items()})
    opportunities = {row_id(tenant, "opportunity", row["name"]): row for row in _opportunities(tenant)}
    rows_ensure(tenant, "opportunity", {id: {**row, "msa_partnerid": company} for id, row in opportunities.items()})
    for table, rows in _services(tenant).items():
        rows_ensure(tenant, table, {row_id(tenant, table, str(row[_NAME[table]])): row for row in rows})


_NAME = {
    "quote": "name",
    "invoice": "name",
    "msdyn_agreement": "msdyn_name",
    "msdyn_customerasset": "msdyn_name",
    "msdyn_workorder": "msdyn_name",
}


def _opportunities(tenant: EmbeddedOrganization) -> Iterable[dict[str, Any]]:
    today = datetime.now(UTC).date()
    offered = {"statuscode": DELIVERED, "adx_delivereddate": today, "adx_expirydate": today + timedelta(days=6)}
    ours = {"msa_partneroppid": row_id(tenant, "contact", PERSON), "adx_accepteddate": today - timedelta(days=9)}
    months = timedelta(days=60)
    yield {"name": "Tasting room", **_deal(tenant, 0, 8400, today + months), **offered}
    yield {"name": "Coffee for the print shop", **_deal(tenant, 1, 3900, today + months), **offered}
    quoting = {"statuscode": IN_PROGRESS, "salesstagecode": 100000002, "stepname": "Quoting"}
    yield {"name": "Canteen with 120 seats", **_deal(tenant, 2, 21500, today + months), **ours, **quoting}
    own = {"statuscode": ACCEPTED, "adx_partnercreated": True, "adx_referencecode": "5C0FFEE1"}
    yield {"name": "Three machines for the cutting rooms", **_deal(tenant, 2, 12600, today + months), **ours, **own}
    won = {"statecode": 1, "statuscode": PURCHASED, "actualvalue": 7900, "adx_wondate": today - timedelta(days=3)}
    yield {"name": "Reception", **_deal(tenant, 1, 8000, today), **ours, **won}
    back = {"statecode": 2, "statuscode": RETURNED, "adx_reasonforreturn": 100000005}
    yield {"name": "Vineyard restaurant", **_deal(tenant, 0, 15000, today), **back}


def _deal(tenant: EmbeddedOrganization, customer: int, value: int, closes: Any) -> dict[str, Any]:
    account = row_id(tenant, "account", CUSTOMERS[customer][0])
    return {"customerid": account, "estimatedvalue": value, "estimatedclosedate": closes}


def _services(tenant: EmbeddedOrganization) -> dict[str, list[dict[str, Any]]]:
    """What the partner's own company has ordered; one work order is not for its eyes."""
    now, company = datetime.now(UTC).replace(microsecond=0), row_id(tenant, "account", PARTNER)
    week, exposed, served = timedelta(days=7), {"adx_exposetocustomer": True}, {"msdyn_serviceaccount": company}
    quote = {"quotenumber": "QUO-01017", "statecode": 1, "statuscode": 3, "totalamount": 4800, "customerid": company}
    invoice = {"invoicenumber": "INV-01042", "totalamount": 960, "duedate": now + 2 * week, "customerid": company}
    care = {"msdyn_systemstatus": 690970001, "msdyn_startdate": now - 20 * week, "msdyn_enddate": now + 32 * week}
    machine = row_id(tenant, "msdyn_customerasset", "Machine in the showroom")
    check = {"msdyn_primaryincidentdescription": "Yearly check", "msdyn_customerasset": machine}
    planned = {"msdyn_systemstatus": 690970001, "msdyn_datewindowstart": now + week, "msdyn_datewindowend": now + week}
    done = {"msdyn_systemstatus": 690970004, "msdyn_timeclosed": now - 4 * week}
    return {
        "quote": [{"name": "Demonstration machines", "effectiveto": now + 3 * week, **quote}],
        "invoice": [{"name": "Basic course for two", "adx_visibletocustomer": True, **invoice}],
        "msdyn_agreement": [{"msdyn_name": "Care for the showroom", **care, **served, **exposed}],
        "msdyn_customerasset": [{"msdyn_name": "Machine in the showroom", "msdyn_account": company, **exposed}],
        "msdyn_workorder": [
            {"msdyn_name": "WO-00017", **check, **planned, **served, **exposed},
            {"msdyn_name": "WO-00009", "msdyn_primaryincidentdescription": "New seal", **done, **served, **exposed},
            {"msdyn_name": "WO-00018", "msdyn_primaryincidentdescription": "Internal", **planned, **served},
        ],
    }
