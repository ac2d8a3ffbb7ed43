"""The surface of the embedded organization, line by line: what is served, and what is refused with which error."""

from __future__ import annotations

import uuid

import pytest

from tests.builders.organizations import contoso
from tests.organizations.wire import Wire, wire_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def wire() -> Wire:
    wire = wire_to(contoso(contacts=()))
    wire.post("accounts", {"accountid": ACCOUNT, "name": "Company", "accountnumber": "C-1"})
    company = {"parentcustomerid_account@odata.bind": f"/accounts({ACCOUNT})"}
    wire.post("contacts", {"contactid": CONTACT, "firstname": "Ada", "lastname": "Able", **company})
    wire.patch(f"accounts({ACCOUNT})", {"primarycontactid@odata.bind": f"/contacts({CONTACT})"})
    return wire


ACCOUNT, CONTACT = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
ROW, COMPANY = f"contacts({CONTACT})", f"accounts({ACCOUNT})"

# Path -> what the answer must hold: a key, or a key and its value.
SERVED: dict[str, object] = {
    # documents and functions
    "": "value",
    "WhoAmI": "BusinessUnitId",
    "WhoAmI()": "OrganizationId",
    "RetrieveVersion": "Version",
    "RetrieveProvisionedLanguages()": ("RetrieveProvisionedLanguages", [1031, 1033, 1036, 1037]),
    "RetrieveAvailableLanguages()": "LocaleIds",
    "RetrieveInstalledLanguagePacks()": "RetrieveInstalledLanguagePacks",
    # rows
    ROW: ("fullname", "Ada Able"),
    f"{ROW}?$select=fullname": ("fullname", "Ada Able"),
    f"contacts(contactid={CONTACT})": ("fullname", "Ada Able"),
    "accounts(accountnumber='c-1')": ("name", "Company"),
    f"{ROW}/fullname": ("value", "Ada Able"),
    f"{ROW}?$expand=parentcustomerid_account($select=name)": "parentcustomerid_account",
    "contacts?$select=fullname&$filter=lastname eq 'able'&$orderby=fullname desc&$count=true": ("@odata.count", 1),
    "contacts?$filter=lastname eq @p and fullname ne 'x@p'&@p='ABLE'&$orderby=@o desc&@o=fullname&$count=true": (
        "@odata.count",
        1,
    ),
    "accounts(accountnumber=@p)?@p='c-1'": ("name", "Company"),
    # navigation
    f"{ROW}/parentcustomerid_account": ("name", "Company"),
    f"{ROW}/parentcustomerid_account/primarycontactid?$select=fullname": ("fullname", "Ada Able"),
    f"{ROW}/parentcustomerid_account/$ref": "@odata.id",
    f"{COMPANY}/contact_customer_accounts?$select=fullname": "value",
    f"{COMPANY}/contact_customer_accounts({CONTACT})": ("fullname", "Ada Able"),
    f"{COMPANY}/contact_customer_accounts({CONTACT})/parentcustomerid_account": ("name", "Company"),
    f"{COMPANY}/contact_customer_accounts/$ref": "value",
    "systemusers?$expand=systemuserroles_association($select=name;$filter=name ne 'x';$orderby=name;$top=1)": "value",
    # filters over navigation
    "contacts?$filter=parentcustomerid_account/name eq 'company'": "value",
    "accounts?$filter=contact_customer_accounts/any(c:c/lastname eq 'ABLE')": "value",
    "accounts?$filter=contact_customer_accounts/any(c:c/parentcustomerid_account/name eq 'company')": "value",
    "accounts?$filter=contact_customer_accounts/any()": "value",
    "accounts?$filter=primarycontactid/contact_customer_contacts/any(c:c/lastname eq 'x')": "value",
    "accounts?$filter=contact_customer_accounts/all(c:c/lastname eq 'ABLE')": "value",
    # tables, read-only
    "EntityDefinitions": "value",
    "EntityDefinitions?$filter=LogicalName eq 'contact'&$select=EntitySetName": "value",
    "EntityDefinitions?$expand=Attributes($select=LogicalName;$filter=LogicalName eq 'name'),Keys": "value",
    "EntityDefinitions(LogicalName='contact')": ("EntitySetName", "contacts"),
    "EntityDefinitions(LogicalName='contact')/EntitySetName": ("value", "contacts"),
    "EntityDefinitions(LogicalName='contact')/Attributes": "value",
    "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='birthdate')": ("AttributeType", "DateTime"),
    "EntityDefinitions(LogicalName='account')/Keys": "value",
    "EntityDefinitions(LogicalName='account')/OneToManyRelationships": "value",
    "EntityDefinitions(LogicalName='account')/ManyToOneRelationships?$select=SchemaName": "value",
    "EntityDefinitions(LogicalName='systemuser')/ManyToManyRelationships": "value",
    "RelationshipDefinitions(SchemaName='contact_customer_accounts')": ("ReferencingEntity", "contact"),
    "RelationshipDefinitions/Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata?$select=Entity1LogicalName": "value",
}

# Path -> status and code.
REFUSED: dict[str, tuple[int, str]] = {
    "nosuchs": (404, "0x8006088a"),
    "$metadata": (501, "0x80060888"),
    "sdkmessagefilters?$expand=sdkmessageid": (501, "0x80060888"),
    "GlobalOptionSetDefinitions": (501, "0x80060888"),
    "contacts?fetchXml=<fetch/>": (501, "0x80060888"),
    "contacts?sql=select": (501, "0x80060888"),
    "contacts?$apply=aggregate($count as n)": (501, "0x80060888"),
    "contacts?$search=x": (501, "0x80060888"),
    "contacts?$compute=1 as x": (501, "0x80060888"),
    "contacts?$skip=1": (400, "0x80060888"),
    "contacts?$top=5001": (400, "0x80060888"),
    "contacts?$top=99999999999999999999": (400, "0x80060888"),
    "contacts?$top=%C2%B2": (400, "0x80060888"),
    "contacts?$skiptoken=x": (400, "0x80060888"),
    "contacts?$expand=nosuch": (400, "0x80060888"),
    "contacts?$expand=Parentcustomerid_account": (400, "0x80060888"),
    "contacts?$expand=parentcustomerid_account($filter=name eq 'x')": (400, "0x80060888"),
    "contacts?$expand=parentcustomerid_account($nosuch=1)": (400, "0x80060888"),
    "accounts?$expand=contact_customer_accounts($select=nosuch)": (400, "0x80060888"),
    "accounts?$expand=contact_customer_accounts($count=true)": (501, "0x80060888"),
    "accounts?$expand=contact_customer_accounts/$ref": (501, "0x80060888"),
    "accounts?$filter=nosuch/any(c:c/lastname eq 'x')": (400, "0x80060888"),
    "accounts?$filter=contact_customer_accounts/any(c:lastname eq 'x')": (501, "0x80060888"),
    "accounts?$filter=contact_customer_accounts/any(c:c/adx_identity_passwordhash ne null)": (400, "0x80060888"),
    "contacts?$filter=adx_identity_passwordhash ne null": (400, "0x80060888"),
    "contacts?$orderby=adx_identity_securitystamp": (400, "0x80060888"),
    "contacts?$select=adx_identity_passwordhash": (400, "0x80060888"),
    f"{ROW}/adx_identity_passwordhash": (404, "0x8006088a"),
    "contacts(adx_identity_passwordhash='x')": (400, "0x80060888"),
    f"contacts({uuid.UUID(int=1)})": (404, "0x80040217"),
    "accounts(accountnumber='none')": (404, "0x80060891"),
    "accounts(accountnumber=5)": (400, "0x80060888"),
    "accounts(name='Company')": (400, "0x80060890"),
    "accounts(nosuch='x')": (400, "0x80060888"),
    f"{ROW}?$filter=lastname eq 'x'": (400, "0x80060888"),
    f"{ROW}/nosuch": (404, "0x8006088a"),
    f"{ROW}/fullname/nosuch": (404, "0x8006088a"),
    f"{COMPANY}/contact_customer_accounts/$nosuch": (501, "0x80060888"),
    f"{COMPANY}/contact_customer_accounts({uuid.UUID(int=1)})": (404, "0x80040217"),
    "contacts/$count?$top=1": (400, "0x80060888"),
    "contacts/$count?$count=true": (400, "0x80060888"),
    "contacts/$count?$deltatoken=1": (400, "0x80060888"),
    f"{ROW}?$deltatoken=1": (400, "0x80060888"),
    f"{COMPANY}/contact_customer_accounts?$deltatoken=1": (400, "0x80060888"),
    "WhoAmI?$select=x": (400, "0x80060888"),
    "RetrieveVersion(x=1)": (400, "0x80060888"),
    "EntityDefinitions?$top=1": (400, "0x80060888"),
    "EntityDefinitions?$orderby=LogicalName": (400, "0x80060888"),
    "EntityDefinitions?$select=nosuch": (400, "0x80060888"),
    "EntityDefinitions?$filter=nosuch eq 1": (400, "0x80060888"),
    "EntityDefinitions?$filter=LogicalName eq 1": (400, "0x80060888"),
    "EntityDefinitions?$expand=nosuch": (400, "0x80060888"),
    "EntityDefinitions(LogicalName='nosuch')": (404, "0x80060888"),
    "EntityDefinitions(LogicalName='adx_webpage')": (404, "0x80060888"),
    "EntityDefinitions(LogicalName='contact')/nosuch": (404, "0x8006088a"),
    "EntityDefinitions(LogicalName='contact')/Attributes?$select=MaxLength": (400, "0x80060888"),
    "EntityDefinitions(LogicalName='contact')/Attributes/Microsoft.Dynamics.CRM.Nosuch": (404, "0x8006088a"),
    'RetrieveMetadataChanges(Query=@q)?@q={"LabelQuery":{}}': (501, "0x80060888"),
    "RetrieveMetadataChanges(Query=@q)?@q=[": (400, "0x80060888"),
}


def _path(path: str) -> str:
    return path.replace(" ", "%20").replace('"', "%22")


def test_every_line_of_the_surface_is_served(wire: Wire) -> None:
    for path, wanted in SERVED.items():
        answer = wire.get(_path(path))
        key, value = wanted if isinstance(wanted, tuple) else (wanted, ...)
        assert key in answer, (path, answer)
        assert value is ... or answer[key] == value, (path, answer[key])
        assert answer["@odata.context"].startswith(f"{wire.base_url}/api/data/v9.2/$metadata"), path


def test_filters_over_navigations_find_what_they_say(wire: Wire) -> None:
    other = {"accountid": str(uuid.UUID(int=2)), "name": "Empty"}
    wire.post("accounts", other)
    for filter, names in {
        "contact_customer_accounts/any(c:c/lastname eq 'ABLE')": ["Company"],
        "contact_customer_accounts/any(c:c/lastname eq 'x')": [],
        "contact_customer_accounts/any()": ["Company"],
        "contact_customer_accounts/all(c:c/lastname eq 'x')": ["Empty"],
        "not contact_customer_accounts/any()": ["Empty"],
        "primarycontactid/account_primary_contact/any(a:a/name eq 'company')": ["Company"],
    }.items():
        assert wire.rows("accounts", filter, order="name") == names, filter


def test_everything_else_is_refused_with_the_documented_error(wire: Wire) -> None:
    for path, (status, code) in REFUSED.items():
        answer = wire.send("GET", _path(path))
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), (path, answer.text)


CHANGES: dict[tuple[str, str], tuple[object, int]] = {
    ("POST", "EntityDefinitions"): ({}, 501),
    ("PUT", "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='fullname')"): ({}, 501),
    ("DELETE", "RelationshipDefinitions(SchemaName='contact_customer_accounts')"): (None, 501),
    ("POST", "CreateEntities"): ({}, 501),
    ("POST", "ExportSolution"): ({}, 501),
    ("POST", "sdkmessagefilters"): ({}, 501),
    ("POST", "systemusers"): ({}, 501),
    ("POST", "WhoAmI"): ({}, 404),
    ("POST", "contacts/Microsoft.Dynamics.CRM.DeleteMultiple"): ({}, 501),
    ("PATCH", f"{ROW}/photo"): ({}, 405),
    ("PATCH", "contacts"): ({}, 405),
    ("PUT", ROW): ({}, 405),
    ("POST", ROW): ({}, 405),
    ("PATCH", ROW): ({"nosuch": 1}, 400),
    ("PATCH", f"contacts({CONTACT})?$nosuch=1"): ({"lastname": "x"}, 400),
    ("POST", "contacts?$select=nosuch"): ({"lastname": "x"}, 400),
    ("POST", "contacts?$filter=lastname%20eq%20'x'"): ({"lastname": "x"}, 400),
    ("POST", "contacts?$top=1"): ({"lastname": "x"}, 400),
    ("POST", "contacts"): (None, 400),
    ("PATCH", f"contacts({uuid.UUID(int=1)})"): (None, 400),
    ("PATCH", f"{COMPANY}"): ({"contact_customer_accounts": [{"lastname": "x"}]}, 501),
    ("DELETE", f"{ROW}?$select=lastname"): (None, 400),
    ("DELETE", f"{ROW}/lastname?$x=1"): (None, 400),
    ("PUT", f"{ROW}/lastname?$x=1"): ({"value": "x"}, 400),
    ("PUT", f"{ROW}/parentcustomerid_account/$ref?$x=1"): ({"@odata.id": COMPANY}, 400),
    ("DELETE", f"{ROW}/parentcustomerid_account/$ref?$x=1"): (None, 400),
    ("POST", f"{COMPANY}/contact_customer_accounts/$ref"): ({"@odata.id": "nosuch"}, 400),
    ("POST", f"{COMPANY}/nosuch/$ref"): ({"@odata.id": ROW}, 400),
    ("PUT", f"{ROW}/contactid"): ({"value": str(uuid.UUID(int=1))}, 400),
    ("PUT", f"{ROW}/createdon"): ({"value": "2020-01-01T00:00:00Z"}, 400),
    ("PUT", f"{ROW}/lastname"): ({"value": "x", "more": 1}, 400),
    ("POST", "BulkDelete"): ({"QuerySet": []}, 400),
    ("POST", "BulkDelete?$x=1"): ({"QuerySet": []}, 400),
}


def test_changes_that_are_not_served_are_refused_and_change_nothing(wire: Wire) -> None:
    before = wire.get(ROW)
    for (method, path), (body, status) in CHANGES.items():
        answer = wire.send(method, path, body)
        assert answer.status_code == status, (method, path, answer.text)
        assert set(answer.json()["error"]) == {"code", "message"}
    assert wire.get(ROW) == before
