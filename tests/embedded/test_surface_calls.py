"""Calls of the surface that need more than a line: nested pages, ties, annotations, keys, deletions, changes."""

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
