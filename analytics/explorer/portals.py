"""The portals that a reader may choose among."""

from __future__ import annotations

from analytics.hub.models import NO_PORTAL, DailyCount, Hub
from analytics.hub.services.access import portals_named, scope_of
from core.models import User
from portals.models import Portal


def portals_heard(*, actor: User, hub: Hub) -> list[Portal]:
    """The portals that have sent to the hub and whose events ``actor`` may see, by name.

    Raises:
        NotAllowed
    """
    seen = scope_of(actor, hub).portals
    sent = DailyCount.objects.filter(hub=hub).exclude(portal=NO_PORTAL).values_list("portal", flat=True).distinct()
    ids = {id for id in sent if seen is None or id in seen}
    return sorted(portals_named(ids).values(), key=lambda portal: portal.name.lower())
