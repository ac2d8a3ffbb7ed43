"""An organization and its people as rows only, and the portal form's values: for tests that call nothing outside."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, replace
from typing import Any

from core.models import User
from core.sealed import secret_seal
from operations.models import Operation
from organizations.models import Organization, OrganizationLanguage, OrganizationUser, Role, RoleAssignment
from portals.models import Portal, PortalLicense
from provisioning.services import provisioning_submit
from provisioning.terms import TermsAcceptance, terms_current
from provisioning.values import PortalValues
from tests.builders.portals import license_free

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Scene:
    """Contoso as it was last read: Alice is a System Administrator there, Bob a System Customizer, Charlie nobody."""

    organization: Organization
    alice: User
    bob: User
    charlie: User
    jay: OrganizationUser

    def values(self, **changes: Any) -> PortalValues:
        """A form that Alice may submit; a licence is taken where none is given."""
        number = next(_numbers)
        license_id = changes.pop("license_id", None) or license_free().pk
        plain = PortalValues(
            license_id=license_id,
            name="Contoso Support",
            subdomain=f"contoso-support-{number}",
            organization_id=self.organization.pk,
            language=1033,
            administrator_id=self.jay.pk,
            audience="customer",
            portal_type="custom",
        )
        return replace(plain, **changes)

    def submit(self, **changes: Any) -> Operation:
        """Alice submits the form."""
        return provisioning_submit(actor=self.alice, values=self.values(**changes), terms=accepted())

    def portal(self, **changes: Any) -> Portal:
        """A portal that is being configured."""
        return Portal.objects.get(pk=self.submit(**changes).resource_id)


def scene(name: str = "contoso", *, languages: tuple[int, ...] = (1033, 1031, 1036, 1037)) -> Scene:
    """An organization that answers nobody, with its people."""
    organization = Organization(
        unique_name=name,
        name=f"{name.title()} Sales",
        url=f"https://{name}.example",
        authority=f"https://{name}.example/authority",
        client_id="a-client",
    )
    organization.client_secret = secret_seal("a secret", row=organization.seal_row)
    organization.save()
    OrganizationLanguage.objects.bulk_create(
        OrganizationLanguage(organization=organization, lcid=lcid) for lcid in languages
    )
    return Scene(
        organization=organization,
        alice=account(f"alice@{name}.example", Role.SYSTEM_ADMINISTRATOR, organization),
        bob=account(f"bob@{name}.example", Role.SYSTEM_CUSTOMIZER, organization),
        charlie=account(f"charlie@{name}.example"),
        jay=user_there(organization, "Jay Hamlin"),
    )


def account(email: str, role: Role | None = None, organization: Organization | None = None) -> User:
    """Somebody who signs in."""
    user = User.objects.create_user(email, name=email.split("@")[0].title())
    if role:
        RoleAssignment.objects.create(user=user, role=role, organization=organization)
    return user


def user_there(organization: Organization, name: str, **changes: Any) -> OrganizationUser:
    """A user of the organization: an enabled System Administrator where ``changes`` do not say otherwise."""
    own_id = uuid.uuid4()
    columns = {"is_system_administrator": True, "email": f"{name.split()[0].lower()}@example.test", **changes}
    columns.setdefault("systemuser_id", own_id)
    return OrganizationUser.objects.create(id=own_id, organization=organization, name=name, **columns)


def accepted() -> TermsAcceptance:
    """The Terms of Service as they are now, accepted."""
    terms = terms_current()
    return TermsAcceptance(terms.version, terms.sha256, "192.0.2.7")


def trial(**changes: Any) -> PortalLicense:
    return license_free(PortalLicense.Type.TRIAL, **changes)
