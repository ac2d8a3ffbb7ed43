"""Who may do what: the one policy table. Pages, querysets, API and tasks all ask here.

A tenant role counts for every organization; an organization's role counts for that organization only.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet

from core.errors import NotAllowed
from core.models import User
from organizations.models import Organization, Role, RoleAssignment

MANAGE_DENIED = (
    "You need to be a global administrator, Dynamics 365 service administrator, or system administrator "
    "for this organization in order to manage this portal."
)
PROVISION_DENIED = (
    "To provision a portal, you must be assigned to the System Administrator role of the Dynamics 365 "
    "organization selected for the portal."
)
INSTALL_DENIED = (
    "To install a solution, you must be assigned to the System Administrator role of the Dynamics 365 organization."
)


class Action(StrEnum):
    """What can be asked of the table."""

    ORGANIZATION_CHOOSE = "organization.choose"  # see an instance in the form's list
    ORGANIZATION_VIEW = "organization.view"
    ORGANIZATION_REGISTER = "organization.register"
    ORGANIZATION_LANGUAGE = "organization.language"  # activate a language there
    PORTAL_PROVISION = "portal.provision"
    PORTAL_VIEW = "portal.view"  # see the row
    PORTAL_MANAGE = "portal.manage"
    LICENSE_VIEW = "license.view"
    LICENSE_TAKE = "license.take"
    SOLUTION_VIEW = "solution.view"
    SOLUTION_INSTALL = "solution.install"
    TRANSLATIONS_UPDATE = "translations.update"
    CASE_VIEW = "case.view"  # cases, and the customer's journey before each
    CASE_ANSWER = "case.answer"  # reply on a case, write a note on it
    JOURNEY_EMBED = "journey.embed"  # make the address that shows the journey inside the organization's own case form
    CERTIFICATE_VIEW = "certificate.view"
    CERTIFICATE_MANAGE = "certificate.manage"  # upload, replace, roll back, delete
    DOMAIN_VIEW = "domain.view"
    DOMAIN_MANAGE = "domain.manage"  # add, change, check and remove a portal's custom domain name
    HUB_VIEW = "hub.view"  # a Customer Insights hub of the instance, and the events of portals one may manage
    HUB_MANAGE = "hub.manage"  # its policies, types, links and retention; exporting and erasing a contact
    ANALYTICS_VIEW = "analytics.view"
    ANALYTICS_MANAGE = "analytics.manage"  # connect a portal to a hub, change the key, switch interactions, delete it


_G, _S = Role.GLOBAL_ADMINISTRATOR, Role.SERVICE_ADMINISTRATOR
_A, _C = Role.SYSTEM_ADMINISTRATOR, Role.SYSTEM_CUSTOMIZER
_R = Role.CUSTOMER_SERVICE_REPRESENTATIVE

POLICY: dict[Action, frozenset[Role]] = {
    Action.ORGANIZATION_CHOOSE: frozenset({_A, _C}),
    Action.ORGANIZATION_VIEW: frozenset({_G, _S, _A, _C}),
    Action.ORGANIZATION_REGISTER: frozenset({_G, _S}),
    Action.ORGANIZATION_LANGUAGE: frozenset({_A}),
    Action.PORTAL_PROVISION: frozenset({_A}),
    Action.PORTAL_VIEW: frozenset({_G, _S, _A, _C}),
    Action.PORTAL_MANAGE: frozenset({_G, _S, _A}),
    Action.LICENSE_VIEW: frozenset({_G, _S, _A, _C}),
    Action.LICENSE_TAKE: frozenset({_G, _S, _A}),
    Action.SOLUTION_VIEW: frozenset({_G, _S, _A, _C}),
    Action.SOLUTION_INSTALL: frozenset({_A}),
    Action.TRANSLATIONS_UPDATE: frozenset({_G, _S, _A}),
    Action.CASE_VIEW: frozenset({_A, _R}),
    Action.CASE_ANSWER: frozenset({_A, _R}),
    Action.JOURNEY_EMBED: frozenset({_A}),
    Action.CERTIFICATE_VIEW: frozenset({_G, _S, _A, _C}),
    Action.CERTIFICATE_MANAGE: frozenset({_G, _S, _A}),
    Action.DOMAIN_VIEW: frozenset({_G, _S, _A, _C}),
    Action.DOMAIN_MANAGE: frozenset({_G, _S, _A}),
    Action.HUB_VIEW: frozenset({_G, _S, _A}),
    Action.HUB_MANAGE: frozenset({_G, _S, _A}),
    Action.ANALYTICS_VIEW: frozenset({_G, _S, _A, _C}),
    Action.ANALYTICS_MANAGE: frozenset({_G, _S, _A}),
}

_DENIED: dict[Action, tuple[str, str]] = {
    Action.PORTAL_MANAGE: ("auth:manage-denied", MANAGE_DENIED),
    Action.PORTAL_VIEW: ("auth:manage-denied", MANAGE_DENIED),
    Action.TRANSLATIONS_UPDATE: ("auth:manage-denied", MANAGE_DENIED),
    Action.PORTAL_PROVISION: ("auth:provision-denied", PROVISION_DENIED),
    Action.SOLUTION_INSTALL: ("auth:denied", INSTALL_DENIED),
    Action.DOMAIN_VIEW: ("auth:manage-denied", MANAGE_DENIED),
    Action.DOMAIN_MANAGE: ("auth:manage-denied", MANAGE_DENIED),
    Action.ANALYTICS_VIEW: ("auth:manage-denied", MANAGE_DENIED),
    Action.ANALYTICS_MANAGE: ("auth:manage-denied", MANAGE_DENIED),
}


@dataclass(frozen=True)
class Reach:
    """The roles that somebody holds, and where they count: what every question of this module is answered from."""

    everywhere: frozenset[Role]
    in_organizations: Mapping[uuid.UUID, frozenset[Role]]

    def roles_in(self, organization_id: uuid.UUID) -> frozenset[Role]:
        """The roles that count in this organization."""
        return self.everywhere | self.in_organizations.get(organization_id, frozenset())

    def organizations(self, action: Action) -> frozenset[uuid.UUID] | None:
        """The organizations in which ``action`` may be done; None stands for all of them (a tenant role)."""
        if self.everywhere & POLICY[action]:
            return None
        return frozenset(id for id, roles in self.in_organizations.items() if roles & POLICY[action])

    def may(self, action: Action, organization_id: uuid.UUID | None = None) -> bool:
        """Whether ``action`` may be done in the organization; None asks "in any organization at all"."""
        where = self.organizations(action)
        return where is None or (bool(where) if organization_id is None else organization_id in where)


def reach_of(actor: User) -> Reach:
    """The roles of ``actor``, in one query; none for an account that is shut."""
    held: dict[uuid.UUID | None, set[Role]] = defaultdict(set)
    if actor.is_active:
        given = RoleAssignment.objects.filter(user_id=actor.pk).values_list("role", "organization_id")
        for role, organization_id in given:
            held[organization_id].add(Role(role))
    own = {id: frozenset(roles) for id, roles in held.items() if id is not None}
    return Reach(everywhere=frozenset(held[None]), in_organizations=own)


def may(actor: User, action: Action, organization_id: uuid.UUID | None = None) -> bool:
    """Whether ``actor`` may do ``action`` in the organization; None asks "in any organization at all"."""
    return reach_of(actor).may(action, organization_id)


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
    where = reach_of(actor).organizations(action)
    return Organization.objects.all() if where is None else Organization.objects.filter(pk__in=where)
