"""Answers that hold exactly what was asked for: their context, the preferences they say to follow, no name lost."""

from __future__ import annotations

import uuid

import httpx
import pytest

from organizations.embedded.inprocess import InProcessTransport
from tests.builders.organizations import contoso
from tests.organizations.wire import Wire, wire_to

pytestmark = pytest.mark.django_db
ROW = f"contacts({uuid.UUID(int=1)})"


@pytest.fixture
def wire() -> Wire:
    wire = wire_to(contoso(contacts=()))
    wire.post("contacts", {"contactid": str(uuid.UUID(int=1)), "lastname": "Able"})
    return wire


def test_the_context_names_what_is_selected_and_expanded(wire: Wire) -> None:
    inner = "parentcustomerid_account($select=name;$expand=primarycontactid($select=fullname))"
    shape = "contacts(lastname,parentcustomerid_account(name,primarycontactid(fullname)))"
    for path in (f"contacts?$select=lastname&$expand={inner}", f"{ROW}?$select=lastname&$expand={inner}"):
        assert wire.get(path)["@odata.context"].partition("#")[2].removesuffix("/$entity") == shape
    made = wire.post("contacts?$select=lastname", {"lastname": "x"}, status=201, Prefer="return=representation")
    assert made["@odata.context"].endswith("#contacts(lastname)/$entity")


def test_preferences_that_are_said_to_be_applied_are(wire: Wire) -> None:
    total = "@Microsoft.Dynamics.CRM.totalrecordcount"
    but = 'odata.include-annotations="*,-Microsoft.Dynamics.CRM.*"'
    page = wire.get("contacts?$select=statecode", Prefer=but)
    assert total not in page
    assert page["value"][0]["statecode@OData.Community.Display.V1.FormattedValue"] == "Active"
    assert total in wire.get("contacts?$select=statecode", Prefer='odata.include-annotations="*"')
    assert "Preference-Applied" not in wire.send("GET", "contacts", Prefer="maxpagesize=1").headers


def test_a_body_that_names_a_property_twice_is_refused(wire: Wire) -> None:
    with httpx.Client(transport=InProcessTransport()) as client:
        sent = {"Authorization": f"Bearer {wire.token}"}
        url = f"{wire.base_url}/api/data/v9.2/contacts"
        answer = client.post(url, content=b'{"lastname": "a", "lastname": "b"}', headers=sent)
    assert answer.status_code == 400
    assert "'lastname'" in answer.json()["error"]["message"]


def test_a_navigation_property_that_is_null_leads_nowhere(wire: Wire) -> None:
    wire.patch(ROW, {"parentcustomerid_contact@odata.bind": f"/{ROW}"})
    wire.patch(ROW, {"parentcustomerid_contact": None})
    assert wire.get(ROW)["_parentcustomerid_value"] is None


def test_a_row_says_of_itself_only_what_is_so(wire: Wire) -> None:
    kind = "Microsoft.Dynamics.CRM"
    wire.patch(ROW, {"@odata.type": f"#{kind}.contact", "lastname": "Baker"})
    as_it_was_read = wire.get(f"{ROW}?$select=lastname,_ownerid_value", Prefer='odata.include-annotations="*"')
    seen = {name: value for name, value in as_it_was_read.items() if name in ("lastname", "contactid") or "@" in name}
    wire.patch(ROW, seen)
    for wrong in (
        {"@odata.type": f"{kind}.account", "lastname": "x"},
        {"@odata.type": 5, "lastname": "x"},
        {"nosuch@odata.type": "Edm.String", "lastname": "x"},
        {"nosuch@OData.Community.Display.V1.FormattedValue": "x", "lastname": "x"},
    ):
        assert wire.patch(ROW, wrong, status=400)["error"]["code"] == "0x80048d19", wrong
    assert wire.get(ROW)["lastname"] == "Baker"


def test_choices_of_standard_tables_have_the_platform_s_values(wire: Wire) -> None:
    wire.patch(ROW, {"gendercode": 2, "familystatuscode": 1, "preferredappointmentdaycode": 0})
    shown = wire.get(f"{ROW}?$select=gendercode", Prefer='odata.include-annotations="*"')
    assert shown["gendercode@OData.Community.Display.V1.FormattedValue"] == "Female"
    assert wire.patch(ROW, {"gendercode": 99}, status=400)["error"]["code"] == "0x80044330"
    picklists = "EntityDefinitions(LogicalName='account')/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata"
    found = wire.get(f"{picklists}?$select=LogicalName&$expand=OptionSet($select=Options)")["value"]
    assert [one["LogicalName"] for one in found if not one["OptionSet"]["Options"]] == []


def test_a_reference_is_understood_however_it_is_written_and_never_taken_from_elsewhere(wire: Wire) -> None:
    host = wire.base_url.partition("/org/")[0]
    bind = "parentcustomerid_contact@odata.bind"
    for reference in (ROW, f"/{ROW}", f"/api/data/v9.2/{ROW}", f"{wire.base_url}/api/data/v9.1/{ROW}"):
        wire.patch(ROW, {bind: reference})
    for reference in (
        f"{host}/org/fabrikam/api/data/v9.2/{ROW}",
        f"https://elsewhere.example/api/data/v9.2/{ROW}",
        "a:b",
    ):
        message = wire.patch(ROW, {bind: reference}, status=400)["error"]["message"]
        assert message == f"The address '{reference}' is not one of this organization."


def test_other_versions_of_the_web_api_are_refused_as_the_api_refuses(wire: Wire) -> None:
    with httpx.Client(transport=InProcessTransport()) as client:
        answer = client.post(f"{wire.base_url}/api/data/v8.2/contacts", content=b"{}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (501, "0x80060888")
