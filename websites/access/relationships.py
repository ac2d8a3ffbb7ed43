"""Which column holds a relationship: entity permissions name relationships, queries need columns."""

from __future__ import annotations

import re

# schema name of the many-to-one relationship -> (lookup column, navigation property to filter through, parent table)
RELATIONSHIPS: dict[str, tuple[str, str, str]] = {
    "incident_customer_contacts": ("_customerid_value", "customerid_contact", "contact"),
    "incident_customer_accounts": ("_customerid_value", "customerid_account", "account"),
    "contact_as_primary_contact": ("_primarycontactid_value", "primarycontactid", "contact"),
    "contact_customer_accounts": ("_parentcustomerid_value", "parentcustomerid_account", "account"),
    "lk_contact_feedback_createdby": ("_createdbycontact_value", "CreatedByContact", "contact"),
    "adx_contact_externalidentity": ("_adx_contactid_value", "adx_contactid", "contact"),
    "incident_adx_portalcomments": (
        "_regardingobjectid_value",
        "regardingobjectid_incident_adx_portalcomment",
        "incident",
    ),
    "Incident_Annotation": ("_objectid_value", "objectid_incident", "incident"),
}


_OF_NOTES = re.compile(r"([a-z][a-z0-9_]*)_annotations?", re.IGNORECASE)


def relationship_of(name: str) -> tuple[str, str, str]:
    """Column, navigation and parent of a relationship, texts without anything in them where it is not known.

    Notes hang on rows of any table, by relationships that are all named alike: ``Lead_Annotation``.
    """
    notes = _OF_NOTES.fullmatch(name)
    if name in RELATIONSHIPS or notes is None:
        return RELATIONSHIPS.get(name, ("", "", ""))
    table = notes[1].lower()
    return "_objectid_value", f"objectid_{table}", table


def relationship_register(name: str, *, column: str, navigation: str, parent: str) -> None:
    """Make a relationship known to entity permissions.

    Args:
        column: lookup as it is read, "_customerid_value".
        navigation: single-valued navigation property, "customerid_contact".
        parent: logical name of the table that the lookup points to.
    """
    RELATIONSHIPS[name] = (column, navigation, parent)


def relationships_register(*rows: tuple[str, str, str], parent: str) -> None:
    """Make several of one parent known: the name, column and navigation of each, as :func:`relationship_register`."""
    for name, column, navigation in rows:
        relationship_register(name, column=column, navigation=navigation, parent=parent)
