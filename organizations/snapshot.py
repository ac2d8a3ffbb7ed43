"""What is read from an organization at a refresh, as one value: read first, written after, never half."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from organizations.client.values import (
    CUSTOMER_SERVICE_REPRESENTATIVE,
    SYSTEM_ADMINISTRATOR,
    SYSTEM_CUSTOMIZER,
    InstalledSolution,
    SystemUser,
)
from organizations.models import Role
from organizations.ports import OrganizationApi

_ROLE_OF_TEMPLATE = {
    SYSTEM_ADMINISTRATOR: Role.SYSTEM_ADMINISTRATOR,
    SYSTEM_CUSTOMIZER: Role.SYSTEM_CUSTOMIZER,
    CUSTOMER_SERVICE_REPRESENTATIVE: Role.CUSTOMER_SERVICE_REPRESENTATIVE,
}
# Roles of service are made by the customer as often as not; then only the name tells.
_ROLE_OF_NAME = {"customer service representative": Role.CUSTOMER_SERVICE_REPRESENTATIVE}


@dataclass(frozen=True)
class Snapshot:
    """An organization's identity, languages, people and solutions at one moment."""

    organization_id: uuid.UUID
    base_language: int
    languages: tuple[int, ...]
    users: tuple[SystemUser, ...]
    version: str = ""
    solutions: tuple[InstalledSolution, ...] = ()


def snapshot_take(client: OrganizationApi) -> Snapshot:
    """Read everything.

    Raises:
        OrganizationUnavailable, OrganizationRefused
    """
    return Snapshot(
        organization_id=client.who_am_i().organization_id,
        base_language=client.base_language(),
        languages=tuple(client.provisioned_languages()),
        users=tuple(client.users_with_roles()),
        version=client.version(),
        solutions=tuple(client.solutions()),
    )


def roles_of(user: SystemUser) -> frozenset[Role]:
    """The roles that count here; a disabled user holds none. Known by template, because names are translated."""
    if user.is_disabled:
        return frozenset()
    by_template = {_ROLE_OF_TEMPLATE[template] for template in user.role_template_ids if template in _ROLE_OF_TEMPLATE}
    by_name = {_ROLE_OF_NAME[name.lower()] for name in user.role_names if name.lower() in _ROLE_OF_NAME}
    return frozenset(by_template | by_name)
