"""The demo data of a new installation: organizations, accounts with their roles, licences, and a file about them.

Everything is made so (looked for first), so the command may run at every start. Nothing here needs HTTP: it runs before
the web process is up.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from core.models import User
from organizations.models import Organization, Role, RoleAssignment
from portals.models import PortalLicense

FILE = "demo-accounts.json"


@dataclass(frozen=True)
class DemoAccount:
    """Somebody of the demo. ``role`` empty = no role; ``organization`` empty = a tenant role, or none."""

    email: str
    name: str
    role: str = ""
    organization: str = ""


ACCOUNTS = (
    DemoAccount("global@contoso.example", "Grace Global", Role.GLOBAL_ADMINISTRATOR),
    DemoAccount("service@contoso.example", "Sam Service", Role.SERVICE_ADMINISTRATOR),
    DemoAccount("jay@contoso.example", "Jay Hamlin", Role.SYSTEM_ADMINISTRATOR, "contoso"),
    DemoAccount("ben@contoso.example", "Ben Miller", Role.SYSTEM_CUSTOMIZER, "contoso"),
    DemoAccount("sharron@contoso.example", "Sharron Smith", Role.CUSTOMER_SERVICE_REPRESENTATIVE, "contoso"),
    DemoAccount("fay@fabrikam.example", "Fay Richards", Role.SYSTEM_ADMINISTRATOR, "fabrikam"),
    DemoAccount("nobody@contoso.example", "Norman Nobody"),
)
ORGANIZATIONS = {"contoso": "Contoso Sales", "fabrikam": "Fabrikam"}
LICENSES = (PortalLicense.Type.PRODUCTION, PortalLicense.Type.PRODUCTION, PortalLicense.Type.TRIAL)


def demo_data_create() -> Path:
    """Make what is missing of the demo data and write the file that tells people and scripts how to sign in."""
    password = _password()
    organizations = _organizations()
    with transaction.atomic():
        for account in ACCOUNTS:
            _account(account, password, organizations)
        _licenses()
    return _write(password)


def _password() -> str:
    """The environment's, else the one written down at the first start, else a new one."""
    return settings.PORTAL_DEMO_PASSWORD or str(_written().get("password", "")) or secrets.token_urlsafe(12)


def _organizations() -> dict[str, Organization]:
    """The demo organizations as the center knows them, by unique name."""
    return {name: _organization(name, friendly) for name, friendly in ORGANIZATIONS.items()}


def _organization(name: str, friendly: str) -> Organization:
    base = f"https://{settings.PORTAL_ADMIN_HOST}:{settings.PORTAL_HTTPS_PORT}/org/{name}"
    facts = {"name": friendly, "url": base, "authority": base}
    return Organization.objects.update_or_create(unique_name=name, defaults=facts)[0]


def _account(account: DemoAccount, password: str, organizations: dict[str, Organization]) -> None:
    user = User.objects.filter(email__iexact=account.email).first() or User.objects.create_user(account.email)
    user.name = account.name
    if not user.check_password(password):
        user.set_password(password)
    user.save()
    if account.role:
        _role(user, account.role, organizations.get(account.organization))


def _role(user: User, role: str, organization: Organization | None) -> None:
    """A tenant role is given here; an organization's role stands as the next refresh will read it from there."""
    source = RoleAssignment.Source.ORGANIZATION if organization else RoleAssignment.Source.MANUAL
    RoleAssignment.objects.get_or_create(user=user, role=role, organization=organization, source=source)


def _licenses() -> None:
    if not PortalLicense.objects.exists():
        PortalLicense.objects.bulk_create(PortalLicense(type=type_) for type_ in LICENSES)


def _write(password: str) -> Path:
    path = settings.PORTAL_HOME / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(_told(password), file, indent=2)
    fresh.replace(path)
    return path


def _told(password: str) -> dict[str, Any]:
    accounts = [
        {"email": account.email, "role": account.role or None, "organization": account.organization or None}
        for account in ACCOUNTS
    ]
    return {"password": password, "accounts": accounts, "organizations": {}, "hubs": {}}


def _written() -> dict[str, Any]:
    path = settings.PORTAL_HOME / FILE
    return json.loads(path.read_text()) if path.exists() else {}
