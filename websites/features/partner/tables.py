"""Tables of a partner's business: opportunities and their notes, customers, colleagues."""

from __future__ import annotations

from websites.access.relationships import relationships_register
from websites.records import Choice, Field, Kind, Table

DELIVERED, ACCEPTED, IN_PROGRESS, ON_HOLD = 100000001, 100000003, 1, 2
DECLINED, EXPIRED, RETURNED = 100000006, 100000007, 100000005
PURCHASED, CANCELED = 100000004, 4
OPEN, WON, LOST = 0, 1, 2

STATUS = (
    Choice(str(DELIVERED), "New"),
    Choice(str(ACCEPTED), "Accepted"),
    Choice(str(IN_PROGRESS), "In progress"),
    Choice(str(ON_HOLD), "On hold"),
    Choice("3", "Won"),
    Choice(str(PURCHASED), "Won"),
    Choice(str(CANCELED), "Canceled"),
    Choice("5", "Sold by somebody else"),
    Choice(str(RETURNED), "Returned"),
    Choice(str(DECLINED), "Declined"),
    Choice(str(EXPIRED), "Expired"),
)
PHASES = (
    Choice("1", "Prospect"),
    Choice("100000000", "Contacting"),
    Choice("100000001", "Interest confirmed"),
    Choice("100000002", "Quoting"),
    Choice("100000003", "Closing"),
)
REASONS = (
    Choice("100000000", "No interest"),
    Choice("100000001", "No response"),
    Choice("100000002", "Purchase in more than twelve months"),
    Choice("100000003", "Bought from a competitor"),
    Choice("100000004", "Bought from another partner"),
    Choice("100000005", "No budget"),
    Choice("100000006", "Contact details were wrong"),
)

OPPORTUNITY = Table(
    "opportunity",
    "opportunities",
    "opportunityid",
    "name",
    (
        Field("name", Kind.TEXT, "Topic", is_required=True, longest=300),
        Field("customerid", Kind.LOOKUP, "Customer", navigation="customerid_account", target_set="accounts"),
        Field("estimatedvalue", Kind.MONEY, "Estimated revenue"),
        Field("estimatedclosedate", Kind.DATE, "Expected to close"),
        Field("salesstagecode", Kind.CHOICE, "Phase", choices=PHASES),
        Field("statuscode", Kind.CHOICE, "Status", choices=STATUS),
        Field(
            "msa_partneroppid",
            Kind.LOOKUP,
            "Assigned to",
            navigation="msa_partneroppid",
            shows="fullname",
            target_set="contacts",
        ),
        Field("adx_referencecode", Kind.TEXT, "Reference"),
        Field("adx_delivereddate", Kind.DATE, "Received"),
        Field("adx_accepteddate", Kind.DATE, "Accepted on"),
        Field("adx_expirydate", Kind.DATE, "Answer until"),
        Field("adx_wondate", Kind.DATE, "Won on"),
        Field("actualvalue", Kind.MONEY, "Actual revenue"),
        Field("adx_reasonforreturn", Kind.CHOICE, "Reason for the return", choices=REASONS),
        Field("description", Kind.LONG_TEXT, "Description"),
    ),
    order="modifiedon desc",
    also_read=("statecode", "adx_partnercreated", "modifiedon", "_msa_partnerid_value"),
)

NOTE = Table(
    "adx_opportunitynote",
    "adx_opportunitynotes",
    "adx_opportunitynoteid",
    "adx_name",
    (
        Field("adx_name", Kind.TEXT, "What happened"),
        Field("adx_date", Kind.MOMENT, "When"),
        Field("adx_description", Kind.LONG_TEXT, "Note", is_required=True),
        Field("adx_assignedto", Kind.TEXT, "Assigned to"),
    ),
    order="adx_date desc",
)

_ADDRESS = (
    Field("address1_line1", Kind.TEXT, "Street", longest=250),
    Field("address1_postalcode", Kind.TEXT, "Postal code", longest=20),
    Field("address1_city", Kind.TEXT, "City", longest=80),
    Field("address1_country", Kind.TEXT, "Country", longest=80),
)

ACCOUNT = Table(
    "account",
    "accounts",
    "accountid",
    "name",
    (
        Field("name", Kind.TEXT, "Company", is_required=True, longest=160),
        Field("telephone1", Kind.PHONE, "Telephone", longest=50),
        Field("emailaddress1", Kind.EMAIL, "E-mail"),
        Field("websiteurl", Kind.ADDRESS, "Website", longest=200),
        *_ADDRESS,
        Field("description", Kind.LONG_TEXT, "Description"),
    ),
    order="name",
    also_read=("_msa_managingpartnerid_value",),
)

CONTACT = Table(
    "contact",
    "contacts",
    "contactid",
    "fullname",
    (
        Field("fullname", Kind.TEXT, "Name"),
        Field("firstname", Kind.TEXT, "First name", longest=50),
        Field("lastname", Kind.TEXT, "Last name", is_required=True, longest=50),
        Field("jobtitle", Kind.TEXT, "Job title"),
        Field("emailaddress1", Kind.EMAIL, "E-mail"),
        Field("telephone1", Kind.PHONE, "Telephone", longest=50),
        Field("mobilephone", Kind.PHONE, "Mobile", longest=50),
        Field(
            "parentcustomerid",
            Kind.LOOKUP,
            "Company",
            navigation="parentcustomerid_account",
            target_set="accounts",
            is_required=True,
        ),
    ),
    order="fullname",
    also_read=("_msa_managingpartnerid_value",),
)

relationships_register(
    ("msa_partner_opportunity", "_msa_partnerid_value", "msa_partnerid"),
    ("opportunity_customer_accounts", "_customerid_value", "customerid_account"),
    ("msa_account_managingpartner", "_msa_managingpartnerid_value", "msa_managingpartnerid"),
    ("msa_contact_managingpartner", "_msa_managingpartnerid_value", "msa_managingpartnerid"),
    parent="account",
)
relationships_register(
    ("msa_contact_opportunity", "_msa_partneroppid_value", "msa_partneroppid"),
    ("opportunity_customer_contacts", "_customerid_value", "customerid_contact"),
    parent="contact",
)
relationships_register(
    ("adx_opportunity_opportunitynote", "_adx_opportunityid_value", "adx_opportunityid"),
    parent="opportunity",
)
