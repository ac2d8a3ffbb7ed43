"""Which contact of the organization a signed-in identity is: found by external identity, else made with it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from websites.ports import OrganizationRows
from websites.visitors.identity import Identity
from websites.visitors.providers import Provider

CONTACT = (
    "contactid",
    "fullname",
    "emailaddress1",
    "_parentcustomerid_value",
    "statecode",
    "adx_identity_logonenabled",
)
KEYS = uuid.UUID("5d0b3c1e-0e0c-4a3a-9d2a-6a2e6c1f7a10")  # of ids that are the same in every attempt


@dataclass(frozen=True)
class VisitorContact:
    """The contact behind a visitor."""

    id: uuid.UUID
    name: str
    email: str
    account_id: uuid.UUID | None


def contact_find(rows: OrganizationRows, provider: Provider, identity: Identity) -> VisitorContact | None:
    """The contact that this identity signed in as before, or may be by its verified e-mail; None for a newcomer."""
    known = _by_external_identity(rows, identity)
    if known is not None:
        return known
    return _by_email(rows, identity) if provider.trusts_email and identity.is_email_verified else None


def contact_ensure(rows: OrganizationRows, provider: Provider, identity: Identity) -> VisitorContact:
    """The identity's contact, made where there is none, and linked with it."""
    contact = contact_find(rows, provider, identity) or _contact_create(rows, identity)
    identity_link(rows, identity.issuer, identity.subject, contact.id)
    return contact


def contact_read(rows: OrganizationRows, id: uuid.UUID) -> VisitorContact | None:
    """The contact; None where it is gone or inactive."""
    row = rows.row("contacts", id, select=CONTACT)
    return _contact(row) if row is not None and not row.get("statecode") else None


def contact_has_identity(rows: OrganizationRows, id: uuid.UUID) -> bool:
    """Whether somebody signs in as this contact."""
    wanted = f"_adx_contactid_value eq {id}"
    return any(rows.rows("adx_externalidentities", select=("adx_externalidentityid",), filter=wanted, top=1))


def identity_link(rows: OrganizationRows, issuer: str, subject: str, contact_id: uuid.UUID) -> None:
    """From now on this identity signs in as the contact."""
    values = {
        "adx_username": subject,
        "adx_identityprovidername": issuer,
        "adx_contactid@odata.bind": f"/contacts({contact_id})",
    }
    rows.upsert("adx_externalidentities", uuid.uuid5(KEYS, f"{issuer}\n{subject}"), values)


def contact_id_of(issuer: str, subject: str) -> uuid.UUID:
    """The id of the contact that an identity gets that nobody knows yet."""
    return uuid.uuid5(KEYS, f"contact\n{issuer}\n{subject}")


def _by_external_identity(rows: OrganizationRows, identity: Identity) -> VisitorContact | None:
    found = rows.rows(
        "adx_externalidentities",
        select=("_adx_contactid_value",),
        filter=f"adx_username eq {_text(identity.subject)} and adx_identityprovidername eq {_text(identity.issuer)}",
    )
    ids = [str(row["_adx_contactid_value"]) for row in found if row.get("_adx_contactid_value")]
    row = rows.row("contacts", uuid.UUID(ids[0]), select=CONTACT) if ids else None
    return _contact(row) if row is not None and not row.get("statecode") else None


def _by_email(rows: OrganizationRows, identity: Identity) -> VisitorContact | None:
    """Only where exactly one active contact has the address: two might be two people."""
    wanted = f"emailaddress1 eq {_text(identity.email)} and statecode eq 0"
    found = list(rows.rows("contacts", select=CONTACT, filter=wanted, top=2)) if identity.email else []
    return _contact(found[0]) if len(found) == 1 else None


def _contact_create(rows: OrganizationRows, identity: Identity) -> VisitorContact:
    id_ = contact_id_of(identity.issuer, identity.subject)
    first, _, last = identity.name.rpartition(" ")
    values = {"firstname": first[:50], "lastname": (last or identity.email)[:50], "emailaddress1": identity.email[:100]}
    rows.upsert("contacts", id_, values)
    return VisitorContact(id_, identity.name or identity.email, identity.email, None)


def _contact(row: dict[str, Any]) -> VisitorContact:
    account = row.get("_parentcustomerid_value")
    return VisitorContact(
        uuid.UUID(str(row["contactid"])),
        str(row.get("fullname") or row.get("emailaddress1") or ""),
        str(row.get("emailaddress1") or ""),
        uuid.UUID(str(account)) if account else None,
    )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
