"""Embedded organizations that answer over the real wire format inside this process, and the cast's accounts.

Importing this module connects the Web API client to the process itself and runs the organizations' jobs inline.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from core.models import User
from organizations.assignments import assignments_of_account
from organizations.client import transport
from organizations.client.tokens import tokens_forget
from organizations.embedded.inprocess import InProcessTransport
from organizations.embedded.models import EmbeddedOrganization
from organizations.embedded.protection import protection_forget
from organizations.embedded.seed import (
    FIELD_SERVICE,
    SeedContact,
    SeedUser,
    client_secret_of,
    embedded_organization_create,
)
from organizations.models import Organization, Role, RoleAssignment
from organizations.services import organization_register

transport.transport_make = InProcessTransport
settings.ORGANIZATION_JOBS = "inline"

ADMINISTRATOR, CUSTOMIZER = "System Administrator", "System Customizer"
REPRESENTATIVE = "Customer Service Representative"

JAY = SeedUser("Jay Hamlin", "jay@contoso.example", (ADMINISTRATOR,))
BEN = SeedUser("Ben Miller", "ben@contoso.example", (CUSTOMIZER,))
SHARRON = SeedUser("Sharron Smith", "sharron@contoso.example", (REPRESENTATIVE,))
ALICE = SeedUser("Alice Adams", "alice@contoso.example", (ADMINISTRATOR,))
BOB = SeedUser("Bob Brown", "bob@contoso.example", (CUSTOMIZER,))
FAY = SeedUser("Fay Richards", "fay@fabrikam.example", (ADMINISTRATOR,))
MARIA = SeedContact("Maria", "Campbell", "maria@example.test")


def contoso(**changes: Any) -> Organization:
    """Contoso, registered and read: English with German, French and Hebrew activated, Field Service installed.

    ``changes`` are arguments of ``embedded_organization_create``, such as ``languages=(1033,)`` or ``solutions=()``.
    """
    plain: dict[str, Any] = {
        "name": "contoso",
        "friendly_name": "Contoso Sales",
        "languages": (1033, 1031, 1036, 1037),
        "users": (JAY, BEN, SHARRON, ALICE, BOB),
        "solutions": (FIELD_SERVICE,),
        "contacts": (MARIA,),
    }
    return registered(embedded_organization_create(**{**plain, **changes}))


def fabrikam(**changes: Any) -> Organization:
    """Fabrikam: English only, no solution, Fay is its System Administrator."""
    plain: dict[str, Any] = {"name": "fabrikam", "friendly_name": "Fabrikam", "users": (FAY,)}
    return registered(embedded_organization_create(**{**plain, **changes}))


def registered(tenant: EmbeddedOrganization) -> Organization:
    """The administration center's organization for an embedded one."""
    tokens_forget()
    protection_forget()
    base = f"https://{settings.PORTAL_ADMIN_HOST}:{settings.PORTAL_HTTPS_PORT}/org/{tenant.name}"
    return organization_register(
        actor=None,
        unique_name=tenant.name,
        name=tenant.friendly_name,
        url=base,
        authority=base,
        client_id=str(tenant.client_id),
        client_secret=client_secret_of(tenant),
    )


def tenant_of(organization: Organization) -> EmbeddedOrganization:
    """The embedded organization behind a registered one."""
    return EmbeddedOrganization.objects.get(name=organization.unique_name)


def alice(organization: Organization) -> User:
    """A System Administrator of the organization, because she is one there."""
    return _account("alice@contoso.example", "Alice Adams", Role.SYSTEM_ADMINISTRATOR, organization)


def bob(organization: Organization) -> User:
    """A System Customizer of the organization."""
    return _account("bob@contoso.example", "Bob Brown", Role.SYSTEM_CUSTOMIZER, organization)


def sharron(organization: Organization) -> User:
    """A customer service representative of the organization."""
    role = Role.CUSTOMER_SERVICE_REPRESENTATIVE
    return _account("sharron@contoso.example", "Sharron Smith", role, organization)


def charlie() -> User:
    """A stranger: an account without any role."""
    return _account("charlie@elsewhere.example", "Charlie Clark", None, None)


def global_admin() -> User:
    return _account("global@contoso.example", "Grace Global", Role.GLOBAL_ADMINISTRATOR, None)


def service_admin() -> User:
    return _account("service@contoso.example", "Sam Service", Role.SERVICE_ADMINISTRATOR, None)


def _account(email: str, name: str, role: Role | None, organization: Organization | None) -> User:
    """The account; a role that the organization does not know of is given here."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, name=name)
    assignments_of_account(user)
    if role is not None and not user.role_assignments.filter(role=role, organization=organization).exists():
        RoleAssignment.objects.create(user=user, role=role, organization=organization)
    return user
