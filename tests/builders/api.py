"""Callers of the API: an account with a token, and the organizations and roles it may need, as rows."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.test import Client

from adminsite.tokens import token_create
from core.models import User
from organizations.models import Organization, OrganizationLanguage, OrganizationUser, Role, RoleAssignment
from portals.models import PortalLicense

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer


@dataclass(frozen=True)
class Caller:
    """Somebody with a token. Paths are under ``/api/v1/``."""

    user: User
    token: str

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.ask("POST", path, body, **headers)

    def patch(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.ask("PATCH", path, body, **headers)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """``headers`` with underscores for hyphens: ``Idempotency_Key="1"``."""
        sent = {"Authorization": f"Bearer {self.token}"} | {name.replace("_", "-"): v for name, v in headers.items()}
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        answer: Answer = Client().generic(
            method, f"/api/v1/{path}", content, content_type="application/json", headers=sent
        )
        return answer


def caller(email: str, *roles: tuple[Role, Organization | None], scopes: tuple[str, ...] = ()) -> Caller:
    """An account with these roles and a token; the account is made once, its token is new each time."""
    user = User.objects.filter(email=email).first() or User.objects.create_user(email)
    for role, organization in roles:
        RoleAssignment.objects.get_or_create(user=user, role=role, organization=organization)
    return Caller(user, token_create(user=user, scopes=scopes))


def organization_row(name: str, *languages: int) -> Organization:
    """An organization with these activated languages, a System Administrator and a user without that role."""
    base = f"https://localhost/org/{name}"
    found = Organization.objects.create(unique_name=name, name=name.title(), url=base, authority=base, client_id="app")
    OrganizationLanguage.objects.bulk_create(
        OrganizationLanguage(organization=found, lcid=lcid) for lcid in languages or (1033,)
    )
    administrator_row(found, "Jay Hamlin")
    OrganizationUser.objects.create(organization=found, name="Sharron Smith", email=f"sharron@{name}.example")
    return found


def administrator_row(organization: Organization, name: str) -> OrganizationUser:
    email = f"{name.split()[0].lower()}@{organization.unique_name}.example"
    own_id = uuid.uuid4()
    return OrganizationUser.objects.create(
        id=own_id,
        systemuser_id=own_id,
        organization=organization,
        name=name,
        email=email,
        is_system_administrator=True,
    )


def submission(organization: Organization, **changes: Any) -> dict[str, Any]:
    """A body for ``POST portals/`` that is right, with a free licence of its own unless told."""
    license = changes.pop("license", None) or str(PortalLicense.objects.create(type="production").pk)
    administrator = organization.users.filter(is_system_administrator=True).first()
    assert administrator is not None
    body: dict[str, Any] = {
        "license": license,
        "name": "Support",
        "subdomain": "contoso-support",
        "organization": str(organization.pk),
        "language": 1033,
        "administrator": str(administrator.pk),
        "audience": "customer",
        "portal_type": "customer_self_service",
        "options": [],
        "accept_terms": True,
    }
    return {**body, **changes}
