"""Row-level rights by security role: whose rows a user reaches, and what the organization says to the others."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from organizations.embedded.callers import Caller
from organizations.embedded.models import EmbeddedOrganization, Link, rows_in
from organizations.embedded.privileges import TEMPLATES, Depth, Privilege, privilege_name
from organizations.embedded.registry import TABLES
from organizations.embedded.rows.values import Changes
from organizations.embedded.rows.write import row_create
from organizations.embedded.seed import row_id
from tests.builders.organizations import (
    ADMINISTRATOR,
    BEN,
    CUSTOMIZER,
    JAY,
    REPRESENTATIVE,
    SHARRON,
    contoso,
    tenant_of,
)
from tests.organizations.wire import Wire, wire_to

pytestmark = pytest.mark.django_db

MISSING = "0x80040220"


@pytest.fixture
def tenant() -> EmbeddedOrganization:
    return tenant_of(contoso(contacts=()))


@pytest.fixture
def wire(tenant: EmbeddedOrganization) -> Wire:
    from organizations.models import Organization

    return wire_to(Organization.objects.get(unique_name=tenant.name))


def user(tenant: EmbeddedOrganization, email: str) -> str:
    return str(row_id(tenant, "systemuser", email))


def as_user(tenant: EmbeddedOrganization, email: str) -> dict[str, Any]:
    return {"MSCRMCallerID": user(tenant, email)}


def colleague(tenant: EmbeddedOrganization, unit: uuid.UUID, *, roles: tuple[str, ...] = (REPRESENTATIVE,)) -> str:
    """Another user, in a business unit, with roles; says the id."""
    id = uuid.uuid4()
    names = {"firstname": "Col", "lastname": "League", "domainname": f"{id}@contoso.example", "businessunitid": unit}
    row_create(tenant, TABLES["systemuser"], id, Changes({**names, "isdisabled": False, "accessmode": 0}))
    for role in roles:
        pair = {"first": id, "second": row_id(tenant, "role", role)}
        Link.objects.create(tenant=tenant, relationship="systemuserroles_association", **pair)
    return str(id)


def business_unit(tenant: EmbeddedOrganization) -> uuid.UUID:
    """A unit below the organization's own."""
    id = uuid.uuid4()
    values = {"name": "South", "isdisabled": False, "parentbusinessunitid": tenant.business_unit_id}
    row_create(tenant, TABLES["businessunit"], id, Changes(values))
    return id


def contact(wire: Wire, owner: str, **values: Any) -> str:
    """A contact of this owner; says its id."""
    id = str(uuid.uuid4())
    wire.post("contacts", {"contactid": id, "ownerid@odata.bind": f"/systemusers({owner})", "lastname": "L", **values})
    return id


def test_a_user_s_own_rows_only(wire: Wire, tenant: EmbeddedOrganization) -> None:
    ben = as_user(tenant, BEN.email)
    own, other = contact(wire, user(tenant, BEN.email)), contact(wire, user(tenant, SHARRON.email))
    assert [row["contactid"] for row in wire.get("contacts", **ben)["value"]] == [own]
    assert wire.send("GET", "contacts/$count", **ben).text == "1"
    for method, path, body in (
        ("GET", f"contacts({other})", None),
        ("PATCH", f"contacts({other})", {"jobtitle": "x"}),
        ("PUT", f"contacts({other})/jobtitle", {"value": "x"}),
        ("DELETE", f"contacts({other})", None),
    ):
        answer = wire.send(method, path, body, **ben)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, MISSING), method
    wire.patch(f"contacts({own})", {"jobtitle": "Mine"}, **ben)
    assert wire.get(f"contacts({own})")["_modifiedby_value"] == user(tenant, BEN.email)


def test_rows_of_the_user_s_business_unit_and_not_of_others(wire: Wire, tenant: EmbeddedOrganization) -> None:
    south = business_unit(tenant)
    sharron = as_user(tenant, SHARRON.email)
    near, far = contact(wire, user(tenant, JAY.email)), contact(wire, colleague(tenant, south))
    assert [row["contactid"] for row in wire.get("contacts", **sharron)["value"]] == [near]
    wire.get(f"contacts({far})", status=403, **sharron)
    for change, status in (({near: 1}, 204), ({near: 1, far: 2}, 403)):
        targets = [{"@odata.type": "Microsoft.Dynamics.CRM.contact", "contactid": id} for id in change]
        named = {"Targets": [{**target, "jobtitle": "Bulk"} for target in targets]}
        wire.post("contacts/Microsoft.Dynamics.CRM.UpdateMultiple", named, status=status, **sharron)
    assert wire.get(f"contacts({far})")["jobtitle"] is None


def test_the_whole_organization(wire: Wire, tenant: EmbeddedOrganization) -> None:
    south = colleague(tenant, business_unit(tenant))
    id = contact(wire, south)
    assert wire.get(f"contacts({id})", **as_user(tenant, JAY.email))["_ownerid_value"] == south


def test_a_missing_privilege_is_named(wire: Wire, tenant: EmbeddedOrganization) -> None:
    sharron = as_user(tenant, SHARRON.email)
    id = contact(wire, user(tenant, SHARRON.email))
    answer = wire.send("DELETE", f"contacts({id})", **sharron).json()["error"]
    assert "prvDeleteContact" in answer["message"]
    assert answer["message"].startswith(f"Principal user (Id={user(tenant, SHARRON.email)}, type=8,")
    subject = wire.post("subjects", {"title": "x"}, status=403, **sharron)["error"]
    assert (subject["code"], "prvCreateSubject" in subject["message"]) == (MISSING, True)
    assert wire.post("PublishAllXml", {}, status=403, **sharron)["error"]["code"] == MISSING


def test_what_is_expanded_and_filtered_through_is_only_what_may_be_read(
    wire: Wire, tenant: EmbeddedOrganization
) -> None:
    ben = as_user(tenant, BEN.email)
    company = str(uuid.uuid4())
    own = {"ownerid@odata.bind": f"/systemusers({user(tenant, BEN.email)})"}
    wire.post("accounts", {"accountid": company, "name": "Company", **own})
    bind = {"parentcustomerid_account@odata.bind": f"/accounts({company})"}
    contact(wire, user(tenant, BEN.email), firstname="Seen", **bind)
    contact(wire, user(tenant, JAY.email), firstname="Hidden", **bind)
    shown = wire.get("accounts?$expand=contact_customer_accounts($select=firstname)", **ben)["value"][0]
    assert [row["firstname"] for row in shown["contact_customer_accounts"]] == ["Seen"]
    navigated = wire.get(f"accounts({company})/contact_customer_accounts", **ben)["value"]
    assert [row["firstname"] for row in navigated] == ["Seen"]
    query = "accounts?$filter=contact_customer_accounts/any(c:c/firstname%20eq%20'hidden')"
    assert wire.get(query, **ben)["value"] == []
    assert len(wire.get(query)["value"]) == 1


def test_a_row_is_created_for_oneself_and_given_to_those_only_whose_rows_one_reaches(
    wire: Wire, tenant: EmbeddedOrganization
) -> None:
    ben = as_user(tenant, BEN.email)
    answer = wire.post("contacts", {"lastname": "Mine"}, status=201, Prefer="return=representation", **ben)
    assert {answer[name] for name in ("_ownerid_value", "_createdby_value")} == {user(tenant, BEN.email)}
    gift = {"ownerid@odata.bind": f"/systemusers({user(tenant, JAY.email)})"}
    wire.post("contacts", {"lastname": "Gift", **gift}, status=403, **ben)
    wire.patch(f"contacts({answer['contactid']})", gift, status=403, **ben)
    targets = {"Targets": [{"@odata.type": "Microsoft.Dynamics.CRM.contact", "lastname": "Gift", **gift}]}
    wire.post("contacts/Microsoft.Dynamics.CRM.CreateMultiple", targets, status=403, **ben)
    assert not rows_in(tenant, "contact").filter(lastname="Gift").exists()


def test_changes_and_bulk_deletion_reach_no_further(wire: Wire, tenant: EmbeddedOrganization) -> None:
    ben = as_user(tenant, BEN.email)
    own, other = contact(wire, user(tenant, BEN.email)), contact(wire, user(tenant, JAY.email))
    seen = wire.get("contacts?$select=lastname", Prefer="odata.track-changes", **ben)["value"]
    assert [row["contactid"] for row in seen] == [own]
    condition = {"AttributeName": "lastname", "Operator": "Equal", "Values": ["l"]}
    wire.post(
        "BulkDelete",
        {"QuerySet": [{"EntityName": "contact", "Criteria": {"Conditions": [condition]}}]},
        status=200,
        **ben,
    )
    assert [row["contactid"] for row in wire.get("contacts")["value"]] == [other]


def test_roles_are_granted_by_administrators_only(wire: Wire, tenant: EmbeddedOrganization) -> None:
    role = {"@odata.id": f"roles({row_id(tenant, 'role', ADMINISTRATOR)})"}
    path = f"systemusers({user(tenant, BEN.email)})/systemuserroles_association/$ref"
    assert wire.post(path, role, status=403, **as_user(tenant, BEN.email))["error"]["code"] == MISSING
    wire.post(path, role, **as_user(tenant, JAY.email))


def test_whom_one_calls_for_must_be_there_enabled_and_have_a_role(wire: Wire, tenant: EmbeddedOrganization) -> None:
    nobody = colleague(tenant, tenant.business_unit_id, roles=())
    gone = colleague(tenant, tenant.business_unit_id)
    rows_in(tenant, "systemuser").filter(systemuserid=gone).update(isdisabled=True)
    entra = uuid.uuid4()
    rows_in(tenant, "systemuser").filter(systemuserid=user(tenant, BEN.email)).update(
        azureactivedirectoryobjectid=entra
    )
    assert wire.get("WhoAmI", CallerObjectId=str(entra))["UserId"] == user(tenant, BEN.email)
    cases: tuple[tuple[dict[str, Any], int, str], ...] = (
        ({"MSCRMCallerID": "nonsense"}, 400, "0x80060888"),
        ({"MSCRMCallerID": user(tenant, JAY.email), "CallerObjectId": str(entra)}, 400, "0x80060888"),
        ({"MSCRMCallerID": str(uuid.uuid4())}, 404, "0x80040217"),
        ({"MSCRMCallerID": nobody}, 403, "0x80042f09"),
        ({"MSCRMCallerID": gone}, 403, "0x80040225"),
    )
    for headers, status, code in cases:
        assert wire.get("contacts", status=status, **headers)["error"]["code"] == code, headers


def test_an_application_user_without_its_role_gets_nowhere(wire: Wire, tenant: EmbeddedOrganization) -> None:
    Link.objects.filter(tenant=tenant, first=tenant.application_user_id).delete()
    assert wire.get("contacts", status=403)["error"]["code"] == "0x80042f09"
    own = {"first": tenant.application_user_id, "second": row_id(tenant, "role", CUSTOMIZER)}
    Link.objects.create(tenant=tenant, relationship="systemuserroles_association", **own)
    error = wire.get("contacts", status=403, **as_user(tenant, JAY.email))["error"]
    assert "prvActOnBehalfOfAnotherUser" in error["message"]


def test_every_table_has_a_privilege_for_every_role_and_operation_or_none(tenant: EmbeddedOrganization) -> None:
    for role, template in TEMPLATES.items():
        caller = Caller(uuid.uuid4(), None, 1, frozenset({template}))
        for table in TABLES.values():
            depths = {privilege: caller.depth(privilege, table) for privilege in Privilege}
            assert set(depths.values()) <= {*Depth, None}
            assert role != ADMINISTRATOR or set(depths.values()) == {Depth.ORGANIZATION}
            if depths[Privilege.WRITE]:
                assert depths[Privilege.READ], (role, table.name)  # what may be changed may be seen
    assert privilege_name(TABLES["contact"], Privilege.APPEND_TO) == "prvAppendToContact"
