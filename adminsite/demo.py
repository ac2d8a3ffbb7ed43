"""The demo data of a new installation: organizations, accounts with their roles, licences, and a file about them.

Everything is made so (looked for first), so the command may run at every start. Nothing here needs HTTP: it runs before
the web process is up.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from analytics.hub.demo import DemoHub, demo_hub_ensure
from core.directory import GUESTS
from core.models import User
from domains.certificates.demo import demo_authority_ensure
from organizations.assignments import assignments_of_account
from organizations.embedded.demo import DemoOrganization, demo_organizations_create
from organizations.models import Role, RoleAssignment
from organizations.models.assignment import TENANT_ROLES
from portals.models import PortalLicense
from portals.services import license_take

FILE = "demo-accounts.json"
HUB_OF = "contoso"  # the organization that has a Customer Insights hub


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
# Customers of Contoso, contacts there: they sign in at its customers' portals, as guests, and have no role here.
VISITORS = (
    DemoAccount("maria@adventureworks.example", "Maria Campbell"),
    DemoAccount("paul@alpineskihouse.example", "Paul Cannon"),
    DemoAccount("yvonne@fourthcoffee.example", "Yvonne McKay"),
)
LICENSES = (PortalLicense.Type.PRODUCTION, PortalLicense.Type.PRODUCTION, PortalLicense.Type.TRIAL)


def demo_data_create() -> Path:
    """Make what is missing of the demo data and write the file that tells people and scripts how to sign in."""
    before = str(_written().get("password", ""))
    password = settings.PORTAL_DEMO_PASSWORD or before or secrets.token_urlsafe(12)
    organizations = demo_organizations_create()
    hub = demo_hub_ensure(next(one.organization for one in organizations if one.organization.unique_name == HUB_OF))
    demo_authority_ensure(settings.PORTAL_HOME)
    with transaction.atomic():
        # One hash for all: it takes a quarter of a second each, and they share the password anyway.
        fresh = make_password(password) if _any_needs(password, before) else ""
        for account in (*ACCOUNTS, *VISITORS):
            _account(account, fresh)
        _guests()
        _licenses()
    return _write(password, organizations, hub)


def _any_needs(password: str, before: str) -> bool:
    """Whether an account is missing, or all are to get another password than the one written down."""
    emails = [account.email for account in (*ACCOUNTS, *VISITORS)]
    return password != before or User.objects.filter(email__in=emails).count() < len(emails)


def _account(account: DemoAccount, fresh: str) -> None:
    user = User.objects.filter(email__iexact=account.email).first() or User(email=account.email)
    if fresh:
        user.password = fresh
    user.name = account.name
    user.save()
    assignments_of_account(user)  # an organization's role is whatever the organization says
    if account.role in TENANT_ROLES:
        RoleAssignment.objects.get_or_create(user=user, role=account.role, organization=None)


def _guests() -> None:
    """Whom a portal for employees does not let in."""
    group, _ = Group.objects.get_or_create(name=GUESTS)
    group.user_set.add(*User.objects.filter(email__in=[account.email for account in VISITORS]))


def _licenses() -> None:
    if not PortalLicense.objects.exists():
        for type_ in LICENSES:
            license_take(actor=User.objects.get(email=ACCOUNTS[0].email), type=type_)


def _write(password: str, organizations: Sequence[DemoOrganization], hub: DemoHub) -> Path:
    path: Path = settings.PORTAL_HOME / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(_told(password, organizations, hub), file, indent=2)
    fresh.replace(path)
    return path


def _told(password: str, organizations: Sequence[DemoOrganization], hub: DemoHub) -> dict[str, Any]:
    return {
        "password": password,
        "accounts": [
            {"email": account.email, "role": account.role or None, "organization": account.organization or None}
            for account in ACCOUNTS
        ],
        "visitors": [{"email": account.email, "name": account.name} for account in VISITORS],
        "organizations": {demo.organization.unique_name: _reached(demo) for demo in organizations},
        "hubs": {HUB_OF: {"hub_uri": hub.hub_uri, "policy_name": hub.policy_name, "shared_key": hub.shared_key}},
    }


def _reached(demo: DemoOrganization) -> dict[str, str]:
    return {name: getattr(demo, name) for name in ("base_url", "authority", "client_id", "client_secret")}


def _written() -> dict[str, Any]:
    path: Path = settings.PORTAL_HOME / FILE
    return dict(json.loads(path.read_text())) if path.exists() else {}
