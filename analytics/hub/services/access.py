"""What of a hub somebody may see: portals share it, and nobody sees events of a portal that they may not manage."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from analytics.hub.models import NO_PORTAL, Hub
from core.models import User
from organizations.policy import Action, reach_of, require
from portals.models import Portal


@dataclass(frozen=True)
class Scope:
    """A hub, as far as somebody sees it.

    Args:
        portals: the portals whose events are seen; None among them stands for events that name no portal. None instead
            of the set: all, also of portals that are gone or not ours (a tenant role).
    """

    hub: Hub
    portals: frozenset[uuid.UUID | None] | None

    @property
    def counted(self) -> list[uuid.UUID] | None:
        """The same, as the counts by day name portals."""
        return None if self.portals is None else [portal or NO_PORTAL for portal in self.portals]


def scope_of(actor: User, hub: Hub, action: Action = Action.HUB_VIEW) -> Scope:
    """
    Raises:
        NotAllowed
    """
    require(actor, action, hub.organization_id)
    managed = reach_of(actor).organizations(Action.PORTAL_MANAGE)
    if managed is None:
        return Scope(hub, None)
    return Scope(hub, frozenset({None, *_portals_of(managed)}))


def portals_named(ids: set[uuid.UUID]) -> Mapping[uuid.UUID, Portal]:
    """The portals that events name, as far as they are ours."""
    return Portal.objects.in_bulk(list(ids))


def _portals_of(organizations: frozenset[uuid.UUID]) -> list[uuid.UUID]:
    return list(Portal.objects.filter(organization_id__in=organizations).values_list("pk", flat=True))
