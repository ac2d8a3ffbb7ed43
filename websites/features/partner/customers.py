"""A partner's customers: the accounts and contacts that the partner manages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from websites.access import Right
from websites.errors import PageDenied
from websites.features.partner.tables import ACCOUNT, CONTACT
from websites.objects.scene import Scene
from websites.records import Choice, Field, rows_of
from websites.records.pages import RecordPage
from websites.records.reading import joined

MANAGED = "_msa_managingpartnerid_value ne null"


def managed_by(scene: Scene) -> str:
    """Id of the visitor's own company, the managing partner of what he or she adds.

    Raises:
        PageDenied: the visitor's contact belongs to no company.
    """
    visitor = scene.visit.visitor
    if visitor is None or not visitor.account_id:
        raise PageDenied("Your contact belongs to no company yet.")
    return visitor.account_id


def managed_values(scene: Scene) -> Mapping[str, Any]:
    """What makes a new row one of the partner's customers."""
    return {"msa_managingpartnerid@odata.bind": f"/accounts({managed_by(scene)})"}


def customer_choices(scene: Scene) -> list[Choice]:
    """The partner's customers as options; none for somebody who may not see them."""
    try:
        rows = rows_of(scene, ACCOUNT, where=joined(MANAGED, "statecode eq 0"), right=Right.READ)
    except PageDenied:
        return []
    return [Choice(str(row[ACCOUNT.id]), str(row.get("name") or "")) for row in rows]


def _offered(scene: Scene, field: Field) -> Field:
    return field.offering(customer_choices(scene)) if field.name == "parentcustomerid" else field


ACCOUNTS = RecordPage(
    marker="Customer Accounts",
    table=ACCOUNT,
    columns=("name", "address1_city", "telephone1", "emailaddress1"),
    typed=tuple(ACCOUNT.by_name),
    where=joined(MANAGED, "statecode eq 0"),
    new_label="New customer",
    notice="account",
    bindings=managed_values,
)

CONTACTS = RecordPage(
    marker="Customer Contacts",
    table=CONTACT,
    columns=("fullname", "parentcustomerid", "jobtitle", "emailaddress1", "telephone1"),
    facts=("parentcustomerid", "jobtitle", "emailaddress1", "telephone1", "mobilephone"),
    typed=("firstname", "lastname", "parentcustomerid", "jobtitle", "emailaddress1", "telephone1", "mobilephone"),
    where=joined(MANAGED, "statecode eq 0"),
    new_label="New contact",
    notice="contact",
    bindings=managed_values,
    offered=_offered,
)
