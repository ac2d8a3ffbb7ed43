"""What customers see of Field Service: only what somebody in the organization has exposed to them."""

from __future__ import annotations

from dataclasses import replace

from websites.access.relationships import relationships_register
from websites.features.projectservice.pages import INVOICES as PROJECT_INVOICES
from websites.records import Choice, Field, Kind, Table
from websites.records.pages import RecordPage, View

PRODUCT = "Field Service"
EXPOSED = "adx_exposetocustomer eq true"
_ACCOUNT = Field("msdyn_serviceaccount", Kind.LOOKUP, "Company", navigation="msdyn_serviceaccount")

WORK_ORDER = Table(
    "msdyn_workorder",
    "msdyn_workorders",
    "msdyn_workorderid",
    "msdyn_name",
    (
        Field("msdyn_name", Kind.TEXT, "Work order"),
        Field("msdyn_primaryincidentdescription", Kind.LONG_TEXT, "What is to be done"),
        Field(
            "msdyn_systemstatus",
            Kind.CHOICE,
            "Status",
            choices=(
                Choice("690970000", "Not scheduled yet"),
                Choice("690970001", "Scheduled"),
                Choice("690970002", "In progress"),
                Choice("690970003", "Completed"),
                Choice("690970004", "Closed"),
                Choice("690970005", "Canceled"),
            ),
        ),
        _ACCOUNT,
        Field("msdyn_customerasset", Kind.LOOKUP, "Asset", navigation="msdyn_customerasset", shows="msdyn_name"),
        Field("msdyn_agreement", Kind.LOOKUP, "Agreement", navigation="msdyn_agreement", shows="msdyn_name"),
        Field("msdyn_datewindowstart", Kind.DATE, "Planned from"),
        Field("msdyn_datewindowend", Kind.DATE, "Planned until"),
        Field("msdyn_timeclosed", Kind.DATE, "Ended on"),
        Field("msdyn_address1", Kind.TEXT, "Street"),
        Field("msdyn_postalcode", Kind.TEXT, "Postal code"),
        Field("msdyn_city", Kind.TEXT, "City"),
        Field("msdyn_workordersummary", Kind.LONG_TEXT, "Summary"),
        Field("msdyn_totalamount", Kind.MONEY, "Total amount"),
    ),
    order="msdyn_datewindowstart desc",
)

AGREEMENT = Table(
    "msdyn_agreement",
    "msdyn_agreements",
    "msdyn_agreementid",
    "msdyn_name",
    (
        Field("msdyn_name", Kind.TEXT, "Agreement"),
        Field(
            "msdyn_systemstatus",
            Kind.CHOICE,
            "Status",
            choices=(
                Choice("690970000", "In preparation"),
                Choice("690970001", "Active"),
                Choice("690970002", "Expired"),
                Choice("690970003", "Canceled"),
            ),
        ),
        _ACCOUNT,
        Field("msdyn_startdate", Kind.DATE, "Valid from"),
        Field("msdyn_enddate", Kind.DATE, "Valid until"),
        Field("msdyn_description", Kind.LONG_TEXT, "Description"),
    ),
    order="msdyn_startdate desc",
)

ASSET = Table(
    "msdyn_customerasset",
    "msdyn_customerassets",
    "msdyn_customerassetid",
    "msdyn_name",
    (
        Field("msdyn_name", Kind.TEXT, "Asset"),
        Field("msdyn_account", Kind.LOOKUP, "Company", navigation="msdyn_account"),
        Field("msdyn_parentasset", Kind.LOOKUP, "Part of", navigation="msdyn_parentasset", shows="msdyn_name"),
        Field("msdyn_alert", Kind.FLAG, "Reports a problem"),
    ),
    order="msdyn_name",
)

relationships_register(
    ("msdyn_account_msdyn_workorder_ServiceAccount", "_msdyn_serviceaccount_value", "msdyn_serviceaccount"),
    ("msdyn_account_msdyn_workorder_BillingAccount", "_msdyn_billingaccount_value", "msdyn_billingaccount"),
    ("msdyn_account_msdyn_agreement_ServiceAccount", "_msdyn_serviceaccount_value", "msdyn_serviceaccount"),
    ("msdyn_account_msdyn_customerasset_Account", "_msdyn_account_value", "msdyn_account"),
    parent="account",
)

WORK_ORDERS = RecordPage(
    marker="Work Orders",
    table=WORK_ORDER,
    columns=("msdyn_name", "msdyn_primaryincidentdescription", "msdyn_systemstatus", "msdyn_datewindowstart"),
    where=EXPOSED,
    views=(
        View("open", "Open work orders", "msdyn_systemstatus lt 690970003"),
        View("done", "Done work orders", "msdyn_systemstatus ge 690970003"),
        View("all", "All work orders"),
    ),
)

AGREEMENTS = RecordPage(
    marker="Agreements",
    table=AGREEMENT,
    columns=("msdyn_name", "msdyn_systemstatus", "msdyn_startdate", "msdyn_enddate"),
    where=EXPOSED,
    views=(
        View("active", "Active agreements", "msdyn_systemstatus eq 690970001"),
        View("expired", "Expired agreements", "msdyn_systemstatus eq 690970002"),
        View("all", "All agreements", "(msdyn_systemstatus eq 690970001 or msdyn_systemstatus eq 690970002)"),
    ),
)

ASSETS = RecordPage(
    marker="Assets",
    table=ASSET,
    columns=("msdyn_name", "msdyn_parentasset", "msdyn_alert"),
    where=EXPOSED,
)

INVOICES = replace(PROJECT_INVOICES, marker="Service Invoices")
