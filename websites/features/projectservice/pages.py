"""What customers and partners see of Project Service Automation."""

from __future__ import annotations

from datetime import UTC, datetime

from websites.access.relationships import relationships_register
from websites.records import Choice, Field, Kind, Table
from websites.records.pages import Decision, RecordPage, View
from websites.records.reading import Row

PRODUCT = "Project Service Automation"
ACTIVE, WON, CLOSED = 1, 2, 3  # quote.statecode
ACCEPTED, REJECTED = 4, 5  # quote.statuscode

_CUSTOMER = Field("customerid", Kind.LOOKUP, "Customer", navigation="customerid_account")

PROJECT = Table(
    "msdyn_project",
    "msdyn_projects",
    "msdyn_projectid",
    "msdyn_subject",
    (
        Field("msdyn_subject", Kind.TEXT, "Project"),
        Field("msdyn_customer", Kind.LOOKUP, "Customer", navigation="msdyn_customer"),
        Field(
            "msdyn_overallprojectstatus",
            Kind.CHOICE,
            "How it goes",
            choices=(Choice("1", "On plan"), Choice("2", "At risk"), Choice("3", "In trouble")),
        ),
        Field("msdyn_progress", Kind.DECIMAL, "Progress in percent"),
        Field("msdyn_scheduledstart", Kind.DATE, "Planned start"),
        Field("msdyn_scheduledend", Kind.DATE, "Planned end"),
        Field("msdyn_actualend", Kind.DATE, "Ended on"),
        Field("msdyn_description", Kind.LONG_TEXT, "Description"),
    ),
    order="msdyn_scheduledstart desc",
    also_read=("statecode",),
)

QUOTE = Table(
    "quote",
    "quotes",
    "quoteid",
    "name",
    (
        Field("name", Kind.TEXT, "Quote"),
        Field("quotenumber", Kind.TEXT, "Number"),
        _CUSTOMER,
        Field(
            "statuscode",
            Kind.CHOICE,
            "Status",
            choices=(
                Choice("1", "In preparation"),
                Choice("2", "Waiting for your answer"),
                Choice("3", "Waiting for your answer"),
                Choice("4", "Approved"),
                Choice("5", "Rejected"),
                Choice("6", "Canceled"),
                Choice("7", "Revised"),
            ),
        ),
        Field("totalamount", Kind.MONEY, "Total amount"),
        Field("totaltax", Kind.MONEY, "Tax included"),
        Field("effectivefrom", Kind.DATE, "Valid from"),
        Field("effectiveto", Kind.DATE, "Valid until"),
        Field("closedon", Kind.DATE, "Answered on"),
        Field("description", Kind.LONG_TEXT, "Description"),
    ),
    order="modifiedon desc",
    also_read=("statecode", "_opportunityid_value"),
)

INVOICE = Table(
    "invoice",
    "invoices",
    "invoiceid",
    "name",
    (
        Field("name", Kind.TEXT, "Invoice"),
        Field("invoicenumber", Kind.TEXT, "Number"),
        _CUSTOMER,
        Field(
            "statecode",
            Kind.CHOICE,
            "Status",
            choices=(Choice("0", "To be paid"), Choice("1", "Closed"), Choice("2", "Paid"), Choice("3", "Canceled")),
        ),
        Field("totalamount", Kind.MONEY, "Total amount"),
        Field("totaltax", Kind.MONEY, "Tax included"),
        Field("duedate", Kind.DATE, "Due on"),
        Field("datedelivered", Kind.DATE, "Delivered on"),
        Field("description", Kind.LONG_TEXT, "Description"),
    ),
    order="modifiedon desc",
)

relationships_register(
    ("msdyn_account_msdyn_project_customer", "_msdyn_customer_value", "msdyn_customer"),
    ("msa_partner_msdyn_project", "_msa_partnerid_value", "msa_partnerid"),
    ("quote_customer_accounts", "_customerid_value", "customerid_account"),
    ("invoice_customer_accounts", "_customerid_value", "customerid_account"),
    parent="account",
)
relationships_register(
    ("quote_customer_contacts", "_customerid_value", "customerid_contact"),
    ("invoice_customer_contacts", "_customerid_value", "customerid_contact"),
    parent="contact",
)
relationships_register(
    ("opportunity_quotes", "_opportunityid_value", "opportunityid"),
    parent="opportunity",
)


def _waits(row: Row) -> bool:
    return row.get("statecode") == ACTIVE


def _answered(state: int, status: int) -> dict[str, object]:
    return {"statecode": state, "statuscode": status, "closedon": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


PROJECTS = RecordPage(
    marker="Projects",
    table=PROJECT,
    columns=("msdyn_subject", "msdyn_customer", "msdyn_overallprojectstatus", "msdyn_progress", "msdyn_scheduledend"),
    views=(
        View("active", "Active projects", "statecode eq 0"),
        View("closed", "Closed projects", "statecode eq 1"),
        View("all", "All projects"),
    ),
)

QUOTES = RecordPage(
    marker="Quotes",
    table=QUOTE,
    columns=("name", "quotenumber", "customerid", "statuscode", "totalamount", "effectiveto"),
    where="statecode ne 0 and statuscode ne 7",  # not in preparation, not replaced by a newer one
    views=(
        View("waiting", "Waiting for an answer", f"statecode eq {ACTIVE}"),
        View("answered", "Answered", f"statecode ne {ACTIVE}"),
        View("all", "All quotes"),
    ),
    decisions=(
        Decision("approve", "Approve quote", _waits, lambda: _answered(WON, ACCEPTED), "quote-approved"),
        Decision(
            "reject", "Reject quote", _waits, lambda: _answered(CLOSED, REJECTED), "quote-rejected", is_quiet=True
        ),
    ),
)

INVOICES = RecordPage(
    marker="Invoices",
    table=INVOICE,
    columns=("name", "invoicenumber", "customerid", "statecode", "totalamount", "duedate"),
    where="adx_visibletocustomer eq true",
    views=(
        View("open", "To be paid", "statecode eq 0"),
        View("paid", "Paid", "statecode eq 2"),
        View("all", "All invoices"),
    ),
)
