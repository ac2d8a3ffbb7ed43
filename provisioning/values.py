"""The portal form's values as they travel: from form, API or command to the services, and into the request's row."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from portals.models import Portal

# How forms and the API call the fields (contract.md 5), and how PortalValues does.
ATTRIBUTES: Mapping[str, str] = {
    "license": "license_id",
    "name": "name",
    "subdomain": "subdomain",
    "organization": "organization_id",
    "language": "language",
    "administrator": "administrator_id",
    "audience": "audience",
    "portal_type": "portal_type",
    "options": "options",
}


@dataclass(frozen=True)
class PortalValues:
    """What a person asks for. Nothing is checked yet; None or "" is what was left out.

    Args:
        license_id: the Portal Add-On to use.
        language: LCID, such as 1033.
        administrator_id: the user's systemuserid in the organization.
        audience, portal_type, options: values of the catalogue's ``Audience``, ``PortalType`` and ``Option``.
    """

    license_id: uuid.UUID | None
    name: str
    subdomain: str
    organization_id: uuid.UUID | None
    language: int | None
    administrator_id: uuid.UUID | None
    audience: str
    portal_type: str
    options: tuple[str, ...] = ()


def values_of(portal: Portal) -> PortalValues:
    """The values with which ``portal`` is (being) provisioned."""
    return PortalValues(
        license_id=portal.license_id,
        name=portal.name,
        subdomain=portal.subdomain,
        organization_id=portal.organization_id,
        language=portal.language,
        administrator_id=portal.administrator_id,
        audience=portal.audience,
        portal_type=portal.portal_type,
        options=tuple(portal.options),
    )


def values_with(values: PortalValues, changes: Mapping[str, object]) -> PortalValues:
    """``values`` with fields, named as in the API, replaced."""
    named: dict[str, Any] = {ATTRIBUTES[field]: value for field, value in changes.items()}
    if "options" in named:
        named["options"] = tuple(named["options"] or ())
    return replace(values, **named)


def values_changed(old: PortalValues, new: PortalValues) -> tuple[str, ...]:
    """The fields, named as in the API, in which the two differ."""
    return tuple(field for field, name in ATTRIBUTES.items() if getattr(old, name) != getattr(new, name))


def values_as_json(values: PortalValues) -> dict[str, object]:
    """As a request's row keeps them."""
    plain = {field: getattr(values, name) for field, name in ATTRIBUTES.items()}
    return {field: str(value) if isinstance(value, uuid.UUID) else value for field, value in plain.items()}
