"""What the embedded organization does with rows that are sent to it."""

import uuid
from typing import Any

import pytest

from organizations.embedded.models import DeletedRow
from tests.builders.organizations import contoso
from tests.organizations.wire import Wire, wire_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def wire() -> Wire:
    return wire_to(contoso(contacts=()))


def test_a_row_is_created_with_the_chosen_id_and_read_back(wire: Wire) -> None:
    id = uuid.uuid4()
    answer = wire.send("POST", "contacts", {"contactid": str(id), "firstname": "Anna", "birthdate": "1990-02-03"})
    assert answer.status_code == 204
    assert answer.headers["OData-EntityId"] == f"{wire.base_url}/api/data/v9.2/contacts({id})"
    row = wire.get(f"contacts({id})")
    assert (row["fullname"], row["birthdate"], row["statuscode"]) == ("Anna", "1990-02-03", 1)
    assert row["createdon"].endswith("Z")
    assert row["@odata.context"].endswith("$metadata#contacts/$entity")


def test_patch_creates_and_changes(wire: Wire) -> None:
    id = uuid.uuid4()
    wire.patch(f"contacts({id})", {"firstname": "Anna", "lastname": "Able"})
    before = wire.get(f"contacts({id})")
    wire.patch(f"contacts({id})", {"lastname": "Baker"})
    after = wire.get(f"contacts({id})")
    assert after["fullname"] == "Anna Baker"
    assert after["versionnumber"] > before["versionnumber"]


def test_conditions_of_a_patch_are_honoured(wire: Wire) -> None:
    id = uuid.uuid4()
    wire.patch(f"contacts({id})", {"firstname": "A"}, status=404, If_Match="*")
    wire.patch(f"contacts({id})", {"firstname": "A"}, If_None_Match="*")
    wire.patch(f"contacts({id})", {"firstname": "B"}, status=412, If_None_Match="*")
    stale = wire.get(f"contacts({id})")["@odata.etag"]
    wire.patch(f"contacts({id})", {"firstname": "C"}, If_Match=stale)
    told = wire.patch(f"contacts({id})", {"firstname": "D"}, status=412, If_Match=stale)
    assert told["error"]["code"] == "0x80060882"
    assert wire.get(f"contacts({id})")["firstname"] == "C"


def test_a_second_row_with_the_same_id_is_refused(wire: Wire) -> None:
    row = {"contactid": str(uuid.uuid4()), "firstname": "Anna"}
    wire.post("contacts", row)
    assert wire.post("contacts", row, status=412)["error"]["code"] == "0x80040237"


def test_the_written_row_is_returned_where_preferred(wire: Wire) -> None:
    prefer = "return=representation"
    row = wire.post("contacts?$select=fullname", {"firstname": "Anna"}, status=201, Prefer=prefer)
    assert row["fullname"] == "Anna"
    assert wire.patch(f"contacts({row['contactid']})", {"lastname": "B"}, status=200, Prefer=prefer)["lastname"] == "B"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"nosuch": 1}, "0x80048d19"),
    ({"firstname": 1}, "0x80048d19"),
    ({"firstname": "x" * 51}, "0x80044331"),
    ({"numberofchildren": "3"}, "0x80048d19"),
    ({"numberofchildren": 3.5}, "0x80048d19"),
    ({"numberofchildren": 2**31}, "0x80044330"),
    ({"donotphone": 1}, "0x80048d19"),
    ({"statecode": 9}, "0x80044330"),
    ({"statecode": 0, "statuscode": 2}, "0x80044330"),
    ({"birthdate": "yesterday"}, "0x80048d19"),
    ({"birthdate": "1990-02-30"}, "0x80048d19"),
    ({"adx_profilealertdate": "1990-02-03"}, "0x80048d19"),
    ({"createdon": "1990-02-03T00:00:00Z"}, "0x80048d19"),
    ({"fullname": "Anna"}, "0x80048d19"),
    ({"versionnumber": 1}, "0x80048d19"),
    ({"tenant": "x"}, "0x80048d19"),
    ({"transaction": 1}, "0x80048d19"),
    ({"_parentcustomerid_value": str(uuid.uuid4())}, "0x80048d19"),
    ({"parentcustomerid": str(uuid.uuid4())}, "0x80048d19"),
    ({"parentcustomerid_account@odata.bind": "/contacts(00000000-0000-0000-0000-000000000001)"}, "0x80048d19"),
    ({"parentcustomerid_account@odata.bind": "somewhere"}, "0x80048d19"),
    ({"ParentCustomerId_account@odata.bind": "/accounts(00000000-0000-0000-0000-000000000001)"}, "0x80048d19"),
    ({"createdby@odata.bind": "/systemusers(00000000-0000-0000-0000-000000000001)"}, "0x80048d19"),
    ({"contactid": "not a guid"}, "0x80048d19"),
    ({"firstname": "\x00"}, "0x80048d19"),
    ({"annualincome": 1e300}, "0x80044330"),
    ({"annualincome": True}, "0x80048d19"),
]


def test_a_wrong_value_is_refused_and_nothing_is_written(wire: Wire) -> None:
    answers = [(row, wire.post("contacts", row, status=400)["error"]["code"]) for row, _ in WRONG]
    assert answers == WRONG
    assert wire.send("GET", "contacts/$count").text == "0"


def test_a_body_that_is_no_json_object_is_refused(wire: Wire) -> None:
    bodies: tuple[object, ...] = ([], "x", 1)
    for body in bodies:
        wire.post("contacts", body, status=400)
    assert wire.send("POST", "contacts").status_code == 400  # nothing at all: a request that was cut off
    wire.post("contacts", {})  # an empty row


def test_a_reference_must_lead_to_a_row_of_this_organization(wire: Wire) -> None:
    missing = {"parentcustomerid_account@odata.bind": f"/accounts({uuid.uuid4()})"}
    assert wire.post("contacts", missing, status=404)["error"]["code"] == "0x80040217"


def test_a_reference_can_be_written_in_every_usual_way_and_emptied(wire: Wire) -> None:
    account, contact = uuid.uuid4(), uuid.uuid4()
    wire.post("accounts", {"accountid": str(account), "name": "Adventure Works"})
    forms = f"accounts({account})", f"/accounts({account})", f"{wire.base_url}/api/data/v9.2/accounts({account})"
    for form in forms:
        wire.patch(f"contacts({contact})", {"parentcustomerid_account@odata.bind": form})
        assert wire.get(f"contacts({contact})")["_parentcustomerid_value"] == str(account)
    wire.patch(f"contacts({contact})", {"parentcustomerid_account@odata.bind": None})
    assert wire.get(f"contacts({contact})")["_parentcustomerid_value"] is None


def test_deleting_a_row_empties_what_leads_to_it_and_is_remembered(wire: Wire) -> None:
    contact = str(uuid.uuid4())
    wire.post("contacts", {"contactid": contact, "firstname": "Anna"})
    account = {"accountid": str(uuid.uuid4()), "primarycontactid@odata.bind": f"/contacts({contact})"}
    wire.post("accounts", account)
    assert wire.send("DELETE", f"contacts({contact})").status_code == 204
    assert wire.get(f"accounts({account['accountid']})")["_primarycontactid_value"] is None
    assert wire.send("DELETE", f"contacts({contact})").status_code == 404
    assert DeletedRow.objects.filter(table="contact", row_id=contact).exists()


def test_single_properties(wire: Wire) -> None:
    id = uuid.uuid4()
    wire.patch(f"contacts({id})", {"firstname": "Anna", "numberofchildren": 2})
    assert wire.get(f"contacts({id})/firstname")["value"] == "Anna"
    assert wire.send("GET", f"contacts({id})/numberofchildren/$value").text == "2"
    assert wire.send("PUT", f"contacts({id})/firstname", {"value": "Berta"}).status_code == 204
    assert wire.send("DELETE", f"contacts({id})/numberofchildren").status_code == 204
    assert wire.send("GET", f"contacts({id})/numberofchildren").status_code == 204
    assert wire.send("PUT", f"contacts({id})/nosuch", {"value": "x"}).status_code == 404
    assert wire.send("PUT", f"contacts({id})/firstname", {"other": "x"}).status_code == 400


def _targets(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"Targets": [{"@odata.type": "Microsoft.Dynamics.CRM.contact", **row} for row in rows]}


def test_many_rows_are_created_changed_and_upserted(wire: Wire) -> None:
    path = "contacts/Microsoft.Dynamics.CRM."
    ids = wire.post(f"{path}CreateMultiple", _targets({"firstname": "A"}, {"firstname": "B"}), status=200)["Ids"]
    wire.post(f"{path}UpdateMultiple", _targets({"contactid": ids[0], "lastname": "X"}))
    fresh = str(uuid.uuid4())
    wire.post(
        f"{path}UpsertMultiple",
        _targets({"@odata.id": f"contacts({ids[1]})", "lastname": "Y"}, {"@odata.id": f"contacts({fresh})"}),
    )
    assert wire.get(f"contacts({ids[0]})")["fullname"] == "A X"
    assert wire.get(f"contacts({ids[1]})")["fullname"] == "B Y"
    assert wire.get(f"contacts({fresh})")["fullname"] is None


def test_many_rows_are_all_or_nothing(wire: Wire) -> None:
    path = "contacts/Microsoft.Dynamics.CRM."
    wire.post(f"{path}CreateMultiple", _targets({"firstname": "A"}, {"firstname": "x" * 51}), status=400)
    wire.post(f"{path}UpdateMultiple", _targets({"contactid": str(uuid.uuid4()), "lastname": "X"}), status=404)
    wire.post(f"{path}CreateMultiple", {"Targets": [{"firstname": "A"}]}, status=400)
    wire.post(f"{path}DeleteMultiple", _targets({}), status=501)
    assert wire.send("GET", "contacts/$count").text == "0"


def test_rows_are_linked_and_unlinked(wire: Wire) -> None:
    user = wire.get("systemusers?$filter=internalemailaddress%20eq%20'ben@contoso.example'")["value"][0]["systemuserid"]
    role = wire.get("roles?$filter=name%20eq%20'System%20Administrator'")["value"][0]["roleid"]
    path = f"systemusers({user})/systemuserroles_association"
    body = {"@odata.id": f"{wire.base_url}/api/data/v9.2/roles({role})"}
    wire.post(f"{path}/$ref", body)
    assert wire.post(f"{path}/$ref", body, status=412)["error"]["code"] == "0x80040237"
    assert len(wire.get(f"{path}?$select=name")["value"]) == 2
    assert wire.send("DELETE", f"{path}({role})/$ref").status_code == 204
    assert len(wire.get(path)["value"]) == 1
    wire.post(f"{path}/$ref", {"@odata.id": f"roles({uuid.uuid4()})"}, status=404)


def test_what_the_organization_keeps_itself_cannot_be_written(wire: Wire) -> None:
    for path in ("systemusers", "solutions", "roles", "asyncoperations"):
        assert "not served" in wire.post(path, {}, status=501)["error"]["message"]


def test_cases_and_articles_get_numbers_and_states(wire: Wire) -> None:
    contact = uuid.uuid4()
    wire.patch(f"contacts({contact})", {"firstname": "Anna"})
    bind = {"customerid_contact@odata.bind": f"/contacts({contact})"}
    case = wire.post("incidents", {"title": "A", **bind}, status=201, Prefer="return=representation")
    assert case["ticketnumber"].startswith("CAS-")
    language = wire.get("languagelocale?$filter=localeid%20eq%201033")["value"][0]["languagelocaleid"]
    article = wire.post(
        "knowledgearticles",
        {"title": "T", "statecode": 3, "languagelocaleid@odata.bind": f"/languagelocale({language})"},
        status=201,
        Prefer="return=representation",
    )
    assert (article["statuscode"], article["isrootarticle"], article["isinternal"]) == (7, False, False)


def test_wrong_methods_are_refused(wire: Wire) -> None:
    assert wire.send("PUT", "contacts").status_code == 405
    assert wire.send("PUT", f"contacts({uuid.uuid4()})", {}).status_code == 405
    assert wire.send("POST", f"contacts({uuid.uuid4()})", {}).status_code == 405
    assert wire.send("OPTIONS", "contacts").status_code == 405
    assert wire.send("DELETE", "contacts").status_code == 405
