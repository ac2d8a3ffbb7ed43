"""The surface of the embedded organization, line by line: what is served, and what is refused with which error."""

from __future__ import annotations

import uuid
from typing import Any

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


def test_collections_are_expanded_nested_and_go_on_behind_a_page(wire: Wire) -> None:
    company = {"parentcustomerid_account@odata.bind": f"/accounts({ACCOUNT})"}
    for number in range(5):
        wire.post("contacts", {"lastname": f"Member {number}", **company})
    inner = "$select=lastname;$orderby=lastname;$expand=parentcustomerid_account($select=name)"
    path = f"accounts?$select=name&$expand=contact_customer_accounts({inner})"
    shown = wire.get(path, Prefer="odata.maxpagesize=4")["value"][0]
    members = shown["contact_customer_accounts"]
    assert [row["lastname"] for row in members] == ["Able", "Member 0", "Member 1", "Member 2"]
    assert {row["parentcustomerid_account"]["name"] for row in members} == {"Company"}
    rest = wire.get(shown["contact_customer_accounts@odata.nextLink"].partition("/v9.2/")[2])
    assert [row["lastname"] for row in rest["value"]] == ["Member 3", "Member 4"]
    assert wire.send("GET", f"{COMPANY}/contact_customer_accounts/$count").text == "6"


def test_rows_are_tied_and_untied_by_a_one_to_many_relationship(wire: Wire) -> None:
    wire.post("contacts", {"contactid": str(uuid.UUID(int=3)), "lastname": "Loose"})
    link = f"{COMPANY}/contact_customer_accounts"
    wire.post(f"{link}/$ref", {"@odata.id": f"contacts({uuid.UUID(int=3)})"})
    assert len(wire.get(link)["value"]) == 2
    assert wire.send("DELETE", f"{link}({uuid.UUID(int=3)})/$ref").status_code == 204
    assert [row["lastname"] for row in wire.get(link)["value"]] == ["Able"]
    assert wire.send("DELETE", f"{link}({uuid.UUID(int=3)})/$ref").status_code == 404


def test_annotations_are_chosen_by_pattern(wire: Wire) -> None:
    def annotations(prefer: str) -> set[str]:
        row = wire.get(ROW, Prefer=f'odata.include-annotations="{prefer}"')
        return {name.partition("@")[2] for name in row if "@" in name and not name.startswith("@")}

    formatted = "OData.Community.Display.V1.FormattedValue"
    lookup, navigation = (
        f"Microsoft.Dynamics.CRM.{name}" for name in ("lookuplogicalname", "associatednavigationproperty")
    )
    assert annotations(formatted) == {formatted}
    assert annotations("Microsoft.*") == {lookup, navigation}
    assert annotations("*") == {formatted, lookup, navigation}
    assert annotations("nosuch") == set()
    listed = wire.get("contacts?$count=true", Prefer='odata.include-annotations="*"')
    assert listed["@Microsoft.Dynamics.CRM.totalrecordcount"] == 1
    assert listed["@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded"] is False
    refused = wire.send("GET", "contacts?$select=nosuch", Prefer='odata.include-annotations="*"').json()["error"]
    assert refused["@Microsoft.PowerApps.CDS.InnerError.Message"] == refused["message"]


def test_a_null_condition_means_nothing(wire: Wire) -> None:
    wire.get(ROW, If_None_Match="null")
    wire.patch(ROW, {"jobtitle": "Tester"}, If_None_Match="null")
    assert wire.get(ROW)["jobtitle"] == "Tester"


def test_rows_are_upserted_by_an_alternate_key(wire: Wire) -> None:
    wire.patch("accounts(accountnumber='N-1')", {"name": "New"}, status=404, If_Match="*")
    made = wire.send("PATCH", "accounts(accountnumber='N-1')", {"name": "New"})
    assert made.status_code == 204
    again = wire.send("PATCH", "accounts(accountnumber='n-1')", {"name": "Newer"})
    assert again.headers["OData-EntityId"] == made.headers["OData-EntityId"]
    assert wire.get("accounts(accountnumber='N-1')")["name"] == "Newer"
    wire.patch("accounts(accountnumber='N-1')", {"name": "x"}, status=412, If_None_Match="*")
    wire.patch("accounts(accountnumber='Z-1')", {"accountnumber": "Y"}, status=400)
    error = wire.post("accounts", {"accountnumber": "n-1"}, status=412)["error"]
    assert error["code"] == "0x80060892"
    bound = {"parentcustomerid_account@odata.bind": "accounts(accountnumber='N-1')"}
    wire.patch(ROW, bound)
    assert wire.get(f"{ROW}/parentcustomerid_account")["name"] == "Newer"


def _targets(*targets: dict[str, Any]) -> dict[str, Any]:
    return {"Targets": [{"@odata.type": "Microsoft.Dynamics.CRM.account", **target} for target in targets]}


def test_many_rows_are_upserted_by_keys_all_or_none(wire: Wire) -> None:
    path = "accounts/Microsoft.Dynamics.CRM.UpsertMultiple"
    new = {"@odata.id": "accounts(accountnumber='M-1')", "name": "First"}
    wire.post(path, _targets(new, {**new, "name": "Second"}, {"accountid": ACCOUNT, "name": "Renamed"}))
    assert wire.rows("accounts", "accountnumber ne null", order="name") == ["Renamed", "Second"]
    wire.post(path, _targets({**new, "name": "Third"}, {**new, "name": 5}), status=400)
    assert wire.get("accounts(accountnumber='M-1')")["name"] == "Second"
    update = "accounts/Microsoft.Dynamics.CRM.UpdateMultiple"
    wire.post(update, _targets({"@odata.id": "accounts(accountnumber='none')", "name": "x"}), status=404)


def _query(*conditions: dict[str, Any], **more: Any) -> dict[str, Any]:
    criteria = {"FilterOperator": "And", "Conditions": list(conditions)}
    return {"QuerySet": [{"EntityName": "contact", "Criteria": criteria, **more}]}


def test_bulk_delete_deletes_what_it_names_and_refuses_the_rest(wire: Wire) -> None:
    for name in ("A", "B", "C"):
        wire.post("contacts", {"lastname": name, "jobtitle": "Bulk"})
    bulk = {"AttributeName": "jobtitle", "Operator": "Equal", "Values": [{"Value": "bulk", "Type": "System.String"}]}
    not_a = {"AttributeName": "lastname", "Operator": "NotEqual", "Values": ["a"]}
    for wrong, status in (
        (_query(), 400),
        (_query({**bulk, "AttributeName": "nosuch"}), 400),
        (_query({**bulk, "AttributeName": "adx_identity_passwordhash"}), 400),
        (_query({**bulk, "Operator": "Like"}), 501),
        (_query(bulk, TopCount=1), 501),
        (_query(bulk, EntityName="nosuch"), 400),
        (_query(bulk, EntityName="systemuser"), 501),
        ({**_query(bulk), "RecurrencePattern": "FREQ=DAILY"}, 501),
        ({**_query(bulk), "Nosuch": 1}, 400),
    ):
        wire.post("BulkDelete", wrong, status=status)
    assert len(wire.rows("contacts", "jobtitle eq 'bulk'", order="lastname")) == 3
    job = wire.post("BulkDelete", _query(bulk, not_a), status=200)["JobId"]
    assert wire.get(f"asyncoperations({job})")["statuscode"] == 30
    assert wire.rows("contacts", "jobtitle eq 'bulk'", order="lastname") == ["A"]


def test_changes_come_in_pages_and_what_is_gone_comes_last(wire: Wire) -> None:
    first = wire.get("contacts?$select=lastname", Prefer="odata.track-changes")
    delta = first["@odata.deltaLink"].partition("/v9.2/")[2]
    for number in range(5):
        wire.post("contacts", {"lastname": f"Later {number}"})
    assert wire.send("DELETE", ROW).status_code == 204
    page = wire.get(delta, Prefer="odata.maxpagesize=3")
    names = [row.get("lastname") for row in page["value"]]
    while "@odata.nextLink" in page:
        assert "@odata.deltaLink" not in page
        page = wire.get(page["@odata.nextLink"].partition("/v9.2/")[2], Prefer="odata.maxpagesize=3")
        names += [row.get("lastname") or row["reason"] for row in page["value"]]
    assert names == [*(f"Later {number}" for number in range(5)), "deleted"]
    assert "@odata.deltaLink" in page
    for refused in ("$filter=lastname eq 'x'", "$orderby=lastname", "$top=1", "$expand=createdby", "$count=true"):
        wire.refused(f"contacts?{refused.replace(' ', '%20')}&$deltatoken=1!01/01/2020 00:00:00", 400)
    assert wire.get("contacts?$deltatoken=1!01%2F01%2F2020%2000:00:00", status=410)["error"]["code"] == "0x80044352"
