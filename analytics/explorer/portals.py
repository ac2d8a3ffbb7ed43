"""The portals that a reader may choose among, and those that a change in a hub would stop."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.hub.models import NO_PORTAL, DailyCount, Hub
from analytics.hub.services.access import portals_named, scope_of
from analytics.hub.services.hubs import hub_uri
from analytics.hub.services.model import Sharers, type_sharers
from analytics.models import InsightsConnection
from analytics.querysets import ConnectionQuerySet
from core.models import User
from portals.models import Portal


@dataclass(frozen=True)
class Connected:
    """Portals that are connected to a hub now, by name. ``hidden``: how many more, which one may not manage."""

    portals: tuple[Portal, ...]
    hidden: int


def portals_heard(*, actor: User, hub: Hub) -> list[Portal]:
    """The portals that have sent to the hub and whose events ``actor`` may see, by name.

    Raises:
        NotAllowed
    """
    seen = scope_of(actor, hub).portals
    sent = DailyCount.objects.filter(hub=hub).exclude(portal=NO_PORTAL).values_list("portal", flat=True).distinct()
    ids = {id for id in sent if seen is None or id in seen}
    return sorted(portals_named(ids).values(), key=lambda portal: portal.name.lower())


def portals_connected(*, actor: User, hub: Hub, policy_name: str) -> Connected:
    """The portals that are connected to the hub with this policy.

    Raises:
        NotAllowed
    """
    seen = scope_of(actor, hub).portals
    rows = _connected(hub).filter(policy_name=policy_name).select_related("portal")
    found = sorted((row.portal for row in rows), key=lambda portal: portal.name.lower())
    known = tuple(portal for portal in found if seen is None or portal.pk in seen)
    return Connected(known, len(found) - len(known))


def sharers_told(*, actor: User, hub: Hub, name: str) -> Sharers:
    """The portals that deleting a type would stop: those that have sent it, then those that would but never have.

    Raises:
        NotAllowed, NotFound
    """
    would = _connected(hub).filter(types__name=name, types__is_on=True, types__missing_since=None)
    also = would.order_by("portal__name").values_list("portal_id", flat=True)
    return type_sharers(actor=actor, hub=hub, name=name, also=tuple(also))


def _connected(hub: Hub) -> ConnectionQuerySet:
    return InsightsConnection.objects.sharing(hub_uri(hub))
