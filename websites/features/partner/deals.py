"""Create Opportunity: a partner registers a deal of its own, with a customer it has or a new one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from websites.access import Right
from websites.errors import FormRefused, PageDenied
from websites.features import ActionCall, ActionDone, Feature
from websites.features.once import once_of, row_id_of
from websites.features.partner.customers import customer_choices, managed_by, managed_values
from websites.features.partner.history import note_write
from websites.features.partner.opportunities import CREATE, DETAILS
from websites.features.partner.tables import ACCEPTED, ACCOUNT, CONTACT, OPPORTUNITY
from websites.objects.scene import Scene
from websites.records import Field, Kind, fields_drop, row_create, typed_values
from websites.templating.drop import Drop

CUSTOMER = Field(
    "customer",
    Kind.LOOKUP,
    "Customer",
    navigation="customerid_account",
    target_set="accounts",
    help="Choose one of your customers, or enter a new one below.",
)
NEW_CUSTOMER = (
    Field("company", Kind.TEXT, "Company", longest=160),
    Field("firstname", Kind.TEXT, "First name", longest=50),
    Field("lastname", Kind.TEXT, "Last name", longest=50),
    Field("emailaddress1", Kind.EMAIL, "E-mail"),
    Field("telephone1", Kind.PHONE, "Telephone", longest=50),
)
DEAL = OPPORTUNITY.fields_named(("name", "estimatedvalue", "estimatedclosedate", "description"))
REQUIRED = {"name", "estimatedvalue", "estimatedclosedate"}
DEAL_FIELDS = tuple(replace(field, is_required=field.name in REQUIRED) for field in DEAL)
WHICH = "Choose a customer, or enter the name of a new company."
BOTH = "Choose a customer or enter a new company, not both."
PERSON = "Enter the contact's last name too."


def _open(scene: Scene) -> Mapping[str, object]:
    if not scene.access.may(OPPORTUNITY.name, Right.CREATE):
        raise PageDenied("You may not register deals.")
    fields = {
        "fields": lambda: fields_drop(scene, DEAL_FIELDS, action="create"),
        "customer": lambda: fields_drop(scene, (_customer(scene),), action="create"),
        "new_customer": lambda: fields_drop(scene, NEW_CUSTOMER, action="create"),
        "may_add_customer": lambda: scene.access.may(ACCOUNT.name, Right.CREATE),
        "has_company": lambda: bool(managed_by(scene)),
        "once": lambda: once_of(scene),
    }
    return {"deal": Drop(fields)}


def _customer(scene: Scene) -> Field:
    return CUSTOMER.offering(customer_choices(scene))


def _create(call: ActionCall) -> ActionDone:
    scene = call.scene
    company = managed_by(scene)
    typed = typed_values(call, (*DEAL_FIELDS, _customer(scene), *NEW_CUSTOMER))
    chosen = typed.pop("customerid_account@odata.bind")
    new = {field.name: typed.pop(field.name) for field in NEW_CUSTOMER}
    _require_one(scene, chosen, new)
    id = row_id_of(call, "opportunity")
    values = {**typed, **_beginning(scene, company)}
    _require_create(scene, values, new)
    values["customerid_account@odata.bind"] = chosen or f"/accounts({_customer_create(call, new)})"
    row_create(scene, OPPORTUNITY, id, values)
    note_write(
        scene,
        {OPPORTUNITY.id: str(id)},
        name=scene.snippet("Opportunity/Registered", "Deal registered"),
        id=row_id_of(call, "opportunity-registered"),
    )
    return ActionDone(f"{scene.edition.markers[DETAILS].path}{id}/", "opportunity-created")


def _require_one(scene: Scene, chosen: object, new: Mapping[str, Any]) -> None:
    """An existing customer or a new one, and a new one's contact with a name."""
    if chosen and new["company"]:
        raise FormRefused({"company": scene.snippet("Deal/Both Customers", BOTH)})
    if not chosen and not new["company"]:
        raise FormRefused({"customer": scene.snippet("Deal/No Customer", WHICH)})
    if (new["firstname"] or new["emailaddress1"] or new["telephone1"]) and not new["lastname"]:
        raise FormRefused({"lastname": scene.snippet("Deal/No Name", PERSON)})


def _require_create(scene: Scene, values: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Asked before anything is written: a deal that is refused leaves no customer behind."""
    probe = {"_msa_partnerid_value": managed_by(scene), "_msa_partneroppid_value": _contact_id(scene)}
    if not scene.access.may(OPPORTUNITY.name, Right.CREATE, probe):
        raise PageDenied("You may not register deals.")
    managed = {"_msa_managingpartnerid_value": managed_by(scene)}
    if new["company"] and not scene.access.may(ACCOUNT.name, Right.CREATE, managed):
        raise PageDenied("You may not add customers.")


def _beginning(scene: Scene, company: str) -> dict[str, Any]:
    """How a registered deal starts: accepted, and its seller's own."""
    return {
        "statuscode": ACCEPTED,
        "stepname": scene.snippet("Choice/Accepted", "Accepted"),
        "adx_partnercreated": True,
        "adx_accepteddate": datetime.now(UTC).date().isoformat(),
        "adx_referencecode": secrets.token_hex(4).upper(),
        "msa_partnerid@odata.bind": f"/accounts({company})",
        "msa_partneroppid@odata.bind": f"/contacts({_contact_id(scene)})",
    }


def _customer_create(call: ActionCall, new: Mapping[str, Any]) -> UUID:
    """The new company, and its contact where one was named."""
    scene = call.scene
    company = row_id_of(call, "account")
    row_create(scene, ACCOUNT, company, {"name": new["company"], **managed_values(scene)})
    if new["lastname"]:
        names = ("firstname", "lastname", "emailaddress1", "telephone1")
        person = {name: new[name] for name in names} | dict(managed_values(scene))
        person["parentcustomerid_account@odata.bind"] = f"/accounts({company})"
        row_create(scene, CONTACT, row_id_of(call, "contact"), person)
    return company


def _contact_id(scene: Scene) -> str:
    return scene.visit.visitor.contact_id if scene.visit.visitor else ""


FEATURE = Feature(CREATE, _open, actions={"create": _create}, needs_sign_in=True)
