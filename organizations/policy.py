"""Who may do what: the one policy table. Pages, querysets, API and tasks all ask here.

A tenant role counts for every organization; an organization's role counts for that organization only.
"""

from __future__ import annotations

import uuid
from enum import StrEnum

from django.db.models import QuerySet

from core.errors import NotAllowed
from core.models import User
from organizations.models import Organization, Role, RoleAssignment
from organizations.models.assignment import TENANT_ROLES

MANAGE_DENIED = (
    "You need to be a global administrator, Dynamics 365 service administrator, or system administrator "
    "for this organization in order to manage this portal."
)
PROVISION_DENIED = (
    "To provision a portal, you must be assigned to the System Administrator role of the Dynamics 365 "
    "organization selected for the portal."
)


class Action(StrEnum):
    """What can be asked of the table."""

    ORGANIZATION_CHOOSE = "organization.choose"  # see an instance in the form's list
    ORGANIZATION_VIEW = "organization.view"
    ORGANIZATION_REGISTER = "organization.register"
    PORTAL_PROVISION = "portal.provision"
    PORTAL_VIEW = "portal.view"  # see the row
    PORTAL_MANAGE = "portal.manage"
    LICENSE_VIEW = "license.view"
    LICENSE_TAKE = "license.take"
    SOLUTION_VIEW = "solution.view"
    SOLUTION_INSTALL = "solution.install"
    CASE_VIEW = "case.view"
    CERTIFICATE_VIEW = "certificate.view"
    CERTIFICATE_MANAGE = "certificate.manage"  # upload, replace, roll back, delete
    DOMAIN_VIEW = "domain.view"
    DOMAIN_MANAGE = "domain.manage"  # add, change, check and remove a portal's custom domain name


_G, _S = Role.GLOBAL_ADMINISTRATOR, Role.SERVICE_ADMINISTRATOR
_A, _C = Role.SYSTEM_ADMINISTRATOR, Role.SYSTEM_CUSTOMIZER
_R = Role.CUSTOMER_SERVICE_REPRESENTATIVE

POLICY: dict[Action, frozenset[Role]] = {
    Action.ORGANIZATION_CHOOSE: frozenset({_A, _C}),
    Action.ORGANIZATION_VIEW: frozenset({_G, _S, _A, _C}),
    Action.ORGANIZATION_REGISTER: frozenset({_G, _S}),
    Action.PORTAL_PROVISION: frozenset({_A}),
    Action.PORTAL_VIEW: frozenset({_G, _S, _A, _C}),
    Action.PORTAL_MANAGE: frozenset({_G, _S, _A}),
    Action.LICENSE_VIEW: frozenset({_G, _S, _A, _C}),
    Action.LICENSE_TAKE: frozenset({_G, _S, _A}),
    Action.SOLUTION_VIEW: frozenset({_G, _S, _A, _C}),
    Action.SOLUTION_INSTALL: frozenset({_A}),
    Action.CASE_VIEW: frozenset({_A, _R}),
    Action.CERTIFICATE_VIEW: frozenset({_G, _S, _A, _C}),
    Action.CERTIFICATE_MANAGE: frozenset({_G, _S, _A}),
    Action.DOMAIN_VIEW: frozenset({_G, _S, _A, _C}),
    Action.DOMAIN_MANAGE: frozenset({_G, _S, _A}),
}

_DENIED: dict[Action, tuple[str, str]] = {
    Action.PORTAL_MANAGE: ("auth:manage-denied", MANAGE_DENIED),
    Action.PORTAL_VIEW: ("auth:manage-denied", MANAGE_DENIED),
    Action.PORTAL_PROVISION: ("auth:provision-denied", PROVISION_DENIED),
    Action.DOMAIN_VIEW: ("auth:manage-denied", MANAGE_DENIED),
    Action.DOMAIN_MANAGE: ("auth:manage-denied", MANAGE_DENIED),
}


def may(actor: User, action: Action, organization_id: uuid.UUID | None = None) -> bool:
    """Whether ``actor`` may do ``action`` in the organization; None asks "in any organization at all"."""
    held = _held(actor).filter(role__in=POLICY[action])
    if organization_id is not None:
        held = held.filter(role__in=TENANT_ROLES) | held.filter(organization_id=organization_id)
    return held.exists()


def require(actor: User, action: Action, organization_id: uuid.UUID | None = None) -> None:
    """As :func:`may`.

    Raises:
        NotAllowed: with the source document's own sentence where it has one.
    """
    if may(actor, action, organization_id):
        return
    code, sentence = _DENIED.get(action, ("auth:denied", "You do not have the role that this needs."))
    raise NotAllowed(sentence, code=code, context={"action": action.value})


def organizations_for(actor: User, action: Action) -> QuerySet[Organization]:
    """The organizations in which ``actor`` may do ``action``."""
    held = _held(actor).filter(role__in=POLICY[action])
    if held.filter(role__in=TENANT_ROLES).exists():
        return Organization.objects.all()
    return Organization.objects.filter(pk__in=held.values("organization_id"))


def roles_in(actor: User, organization_id: uuid.UUID) -> list[Role]:
    """The roles ``actor`` holds that count for this organization."""
    held = _held(actor)
    counting = held.filter(role__in=TENANT_ROLES) | held.filter(organization_id=organization_id)
    return [Role(role) for role in sorted(set(counting.values_list("role", flat=True)))]


def _held(actor: User) -> QuerySet[RoleAssignment]:
    if not actor.is_active:
        return RoleAssignment.objects.none()
    return RoleAssignment.objects.filter(user_id=actor.pk)
