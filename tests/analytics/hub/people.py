"""Accounts with one role each."""

from __future__ import annotations

from core.models import User
from organizations.models import Organization, Role, RoleAssignment


def somebody(role: Role, organization: Organization | None) -> User:
    user = User.objects.create_user(f"{role}@example.test")
    RoleAssignment.objects.create(user=user, role=role, organization=organization)
    return user
