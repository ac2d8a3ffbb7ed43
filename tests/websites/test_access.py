"""Web roles and entity permissions decide what a visitor may do."""

from __future__ import annotations

import uuid

import pytest

from websites.access import Access, EntityPermission, Right, Scope, WebRole
from websites.visitors.values import Visitor

MARIA, PAUL, ADVENTURE = (str(uuid.uuid4()) for _ in range(3))
EVERYBODY = WebRole("r-auth", "Authenticated Users", is_authenticated=True)
STRANGERS = WebRole("r-anon", "Anonymous Users", is_anonymous=True)
MANAGERS = WebRole("r-manager", "Account managers")


def permission(
    scope: Scope, *, table: str = "incident", role: WebRole = EVERYBODY, **changes: object
) -> EntityPermission:
    values = {"id": f"p-{scope.name}-{table}", "table": table, "scope": scope, "rights": frozenset({Right.READ})}
    return EntityPermission(**{**values, "role_ids": frozenset({role.id}), **changes})  # type: ignore[arg-type]


def access(*permissions: EntityPermission, visitor: Visitor | None = None) -> Access:
    return Access(roles=[EVERYBODY, STRANGERS, MANAGERS], permissions=permissions, visitor=visitor)


def maria(*role_ids: str) -> Visitor:
    return Visitor(uuid.uuid4(), MARIA, "Maria Campbell", "maria@example.com", ADVENTURE, frozenset(role_ids))


OWN = permission(Scope.CONTACT, relationship="incident_customer_contacts")
OF_ACCOUNT = permission(Scope.ACCOUNT, relationship="incident_customer_accounts", role=MANAGERS)


def test_without_a_permission_there_is_nothing() -> None:
    assert access(visitor=maria()).filter("incident") is None
    assert not access(visitor=maria()).may("incident", Right.READ, {"incidentid": "1"})


def test_somebody_who_is_not_signed_in_has_the_anonymous_roles_alone() -> None:
    everybody = permission(Scope.GLOBAL, role=EVERYBODY)
    assert access(everybody).filter("incident") is None
    assert access(permission(Scope.GLOBAL, role=STRANGERS)).filter("incident") == ""


def test_a_contacts_own_rows_are_asked_for_and_no_others() -> None:
    own = access(OWN, visitor=maria())
    assert own.filter("incident") == f"(_customerid_value eq {MARIA})"
    assert own.may("incident", Right.READ, {"_customerid_value": MARIA.upper()})
    assert not own.may("incident", Right.READ, {"_customerid_value": PAUL})


def test_rights_of_several_roles_add_up() -> None:
    both = access(OWN, OF_ACCOUNT, visitor=maria("r-manager"))
    assert both.filter("incident") == f"(_customerid_value eq {ADVENTURE} or _customerid_value eq {MARIA})" or (
        both.filter("incident") == f"(_customerid_value eq {MARIA} or _customerid_value eq {ADVENTURE})"
    )
    assert not access(OF_ACCOUNT, visitor=maria()).may("incident", Right.READ, {"_customerid_value": ADVENTURE})


def test_a_right_that_is_not_granted_is_not_there() -> None:
    assert access(OWN, visitor=maria()).filter("incident", Right.WRITE) is None


def test_children_follow_their_parents_permission() -> None:
    notes = permission(
        Scope.PARENT, table="annotation", relationship="Incident_Annotation", parent_id=OWN.id, id="p-notes"
    )
    found = access(OWN, notes, visitor=maria())
    assert found.filter("annotation") == f"(objectid_incident/_customerid_value eq {MARIA})"
    assert found.may("annotation", Right.READ, {"objectid_incident": {"_customerid_value": MARIA}})
    assert not found.may("annotation", Right.READ, {"objectid_incident": {"_customerid_value": PAUL}})
    assert not found.may("annotation", Right.READ, {})


def test_children_of_every_parent_are_not_children_of_other_tables() -> None:
    posts = permission(Scope.GLOBAL, table="incident", id="p-all")
    notes = permission(
        Scope.PARENT, table="annotation", relationship="Incident_Annotation", parent_id="p-all", id="p-notes"
    )
    found = access(posts, notes, visitor=maria())
    assert found.filter("annotation") == "(objectid_incident/incidentid ne null)"
    assert not found.may("annotation", Right.READ, {"objectid_incident": None})


def test_self_is_the_visitors_own_contact() -> None:
    self_ = access(permission(Scope.SELF, table="contact"), visitor=maria())
    assert self_.filter("contact") == f"(contactid eq {MARIA})"
    assert not self_.may("contact", Right.READ, {"contactid": PAUL})


@pytest.mark.parametrize("scope", [Scope.CONTACT, Scope.ACCOUNT, Scope.PARENT])
def test_an_unknown_relationship_grants_nothing(scope: Scope) -> None:
    assert access(permission(scope, relationship="nobody_knows"), visitor=maria()).filter("incident") is None


def test_a_visitor_without_an_account_sees_no_account_rows() -> None:
    nobody = Visitor(uuid.uuid4(), MARIA, "Maria", "", "", frozenset({"r-manager"}))
    assert access(OF_ACCOUNT, visitor=nobody).filter("incident") is None
    assert not access(OF_ACCOUNT, visitor=nobody).may("incident", Right.READ, {"_customerid_value": None})
