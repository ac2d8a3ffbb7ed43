"""Roles of accounts that follow from the organization's own: matched by e-mail address, whatever its letter case."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models.functions import Lower

from core.models import User
from organizations.models import Organization, OrganizationUser, Role, RoleAssignment

_FROM_THERE = RoleAssignment.Source.ORGANIZATION


def assignments_follow(organization: Organization) -> None:
    """Make the assignments read from the organization equal to what its users hold now. Those given here stay."""
    wanted = _wanted(organization, _accounts(organization.users.exclude(email="").values_list("email", flat=True)))
    held = RoleAssignment.objects.filter(organization=organization, source=_FROM_THERE)
    for assignment in held:
        if (assignment.user_id, assignment.role) not in wanted:
            assignment.delete()
    _give(organization, wanted - set(held.values_list("user_id", "role")))


def assignments_of_account(user: User) -> None:
    """As :func:`assignments_follow` for one account in every organization, such as a new one."""
    for organization in Organization.objects.filter(users__email__iexact=user.email).distinct():
        wanted = _wanted(organization, {user.email.lower(): user.pk})
        held = RoleAssignment.objects.filter(organization=organization, source=_FROM_THERE, user=user)
        held.exclude(role__in=[role for _, role in wanted]).delete()
        _give(organization, wanted - set(held.values_list("user_id", "role")))


def _give(organization: Organization, pairs: Collection[tuple[uuid.UUID, str]]) -> None:
    RoleAssignment.objects.bulk_create(
        [
            RoleAssignment(user_id=user, role=role, organization=organization, source=_FROM_THERE)
            for user, role in pairs
        ],
        ignore_conflicts=True,
    )


def _accounts(emails: Collection[str]) -> dict[str, uuid.UUID]:
    lowered = {email.lower() for email in emails}
    found = User.objects.annotate(lowered=Lower("email")).filter(lowered__in=lowered)
    return dict(found.values_list("lowered", "pk"))


def _wanted(organization: Organization, accounts: dict[str, uuid.UUID]) -> set[tuple[uuid.UUID, str]]:
    return {
        (accounts[there.email.lower()], role)
        for there in OrganizationUser.objects.filter(organization=organization, is_disabled=False)
        if there.email.lower() in accounts
        for role in _roles(there)
    }


def _roles(user: OrganizationUser) -> list[str]:
    held = {
        Role.SYSTEM_ADMINISTRATOR: user.is_system_administrator,
        Role.SYSTEM_CUSTOMIZER: user.is_system_customizer,
        Role.CUSTOMER_SERVICE_REPRESENTATIVE: user.is_service_representative,
    }
    return [role.value for role, is_held in held.items() if is_held]
