"""What an organization says of the table ``lead``, for rows in memory: as EntityDefinitions answers."""

from __future__ import annotations

from typing import Any

from tests.builders.websites import RowsInMemory

PATH = "EntityDefinitions(LogicalName='lead')"
SYSTEM = "Microsoft.Dynamics.CRM."
COLUMNS = {
    "leadid": ("Uniqueidentifier", "Lead"),
    "subject": ("String", "Topic"),
    "companyname": ("String", "Company Name"),
    "websiteurl": ("String", "Website"),
    "address1_city": ("String", "City"),
    "address1_country": ("String", "Country"),
    "firstname": ("String", "First Name"),
    "lastname": ("String", "Last Name"),
    "emailaddress1": ("String", "Email"),
    "telephone1": ("String", "Business Phone"),
    "jobtitle": ("String", "Job Title"),
    "numberofemployees": ("Integer", "No. of Employees"),
    "revenue": ("Money", "Annual Revenue"),
    "description": ("Memo", "Description"),
    "leadsourcecode": ("Picklist", "Lead Source"),
    "parentcontactid": ("Lookup", "Parent Contact"),
}


def define_lead(rows: RowsInMemory) -> None:
    """The organization knows leads."""
    for table, title in (("lead", "companyname"), ("contact", "fullname")):
        names = {"EntitySetName": f"{table}s", "PrimaryIdAttribute": f"{table}id", "PrimaryNameAttribute": title}
        rows.put("EntityDefinitions", table, LogicalName=table, statecode=None, **names)
    for name, (type_, title) in COLUMNS.items():
        rows.put(
            f"{PATH}/Attributes",
            name,
            LogicalName=name,
            AttributeType=type_,
            RequiredLevel={"Value": "None"},
            IsValidForCreate=True,
            DisplayName=_label(title),
        )
        if type_ == "String":
            format_ = {"emailaddress1": "Email", "websiteurl": "Url"}.get(name, "Text")
            path = f"{PATH}/Attributes/{SYSTEM}StringAttributeMetadata"
            rows.put(path, name, LogicalName=name, MaxLength=100, Format=format_)
    options = [{"Value": 4, "Label": _label("Partner")}, {"Value": 8, "Label": _label("Web")}]
    path = f"{PATH}/Attributes/{SYSTEM}PicklistAttributeMetadata"
    rows.put(path, "leadsourcecode", LogicalName="leadsourcecode", OptionSet={"Options": options})
    rows.put(
        f"{PATH}/ManyToOneRelationships",
        "lead_parent_contact",
        ReferencingAttribute="parentcontactid",
        ReferencedEntity="contact",
        ReferencingEntityNavigationPropertyName="parentcontactid",
    )


def _label(text: str) -> dict[str, Any]:
    return {"UserLocalizedLabel": {"Label": text}, "LocalizedLabels": [{"Label": text, "LanguageCode": 1033}]}
