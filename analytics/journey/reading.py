"""Asking every hub of an organization's portals what a contact did before a moment: all at once, within a limit."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from analytics import adapters
from analytics.client import HubInteraction, Triple
from analytics.errors import HubProblem
from analytics.journey.values import LANES, LONGEST, Activity, JourneyEvent, PortalSeen, Silence
from analytics.models import InsightsConnection
from core.messages import message_for
from organizations.models import Organization
from portals.models import Portal

SECONDS = 3.0  # for each hub, all of them at the same time
MOST = 500  # events of one hub, the newest
MOST_HUBS_AT_ONCE = 8
RESULTS = "portal_resultcount"


@dataclass(frozen=True)
class Source:
    """A hub as some portals of one organization reach it."""

    triple: Triple
    portals: tuple[PortalSeen, ...]
    can_be_read: bool


def activity_read(*, organization: Organization, contact_id: uuid.UUID, before: datetime) -> Activity:
    """What the contact did on the organization's portals in the thirty days before; a hub that is silent is told.

    Hubs are shared: of what they answer only the events of this organization's portals count.
    """
    sources, unconnected = sources_of(organization)
    told = _at_once(sources, contact_id, before)
    events = {event.id: event for found in told if not isinstance(found, Silence) for event in found}
    return Activity(
        events=tuple(sorted(events.values(), key=lambda event: event.at)),
        silences=tuple(found for found in told if isinstance(found, Silence)),
        unconnected=unconnected,
        portals=tuple(portal for source in sources for portal in source.portals),
        is_cut=any(not isinstance(found, Silence) and len(found) == MOST for found in told),
    )


def sources_of(organization: Organization) -> tuple[list[Source], tuple[str, ...]]:
    """The hubs of the organization's portals, and the names of the portals that have none."""
    grouped: dict[Triple, list[PortalSeen]] = defaultdict(list)
    readable: dict[Triple, bool] = {}
    unconnected = []
    connected = InsightsConnection.objects.connected().filter(portal__organization=organization)
    connections = {found.portal_id: found for found in connected}
    for portal in Portal.objects.filter(organization=organization).select_related("organization").order_by("name"):
        connection = connections.get(portal.pk)
        if connection is None:
            unconnected.append(portal.name)
            continue
        triple = connection.triple
        readable[triple] = not connection.is_event_hubs
        grouped[triple].append(PortalSeen(portal.pk, portal.name, portal.url))
    sources = [Source(triple, tuple(portals), readable[triple]) for triple, portals in grouped.items()]
    return sources, tuple(unconnected)


def _at_once(
    sources: Sequence[Source], contact_id: uuid.UUID, before: datetime
) -> list[tuple[JourneyEvent, ...] | Silence]:
    """One hub is asked here; several each in a thread, so that none takes the time of the others."""
    if len(sources) < 2:
        return [_ask(source, contact_id, before) for source in sources]
    with ThreadPoolExecutor(max_workers=min(len(sources), MOST_HUBS_AT_ONCE)) as pool:
        return list(pool.map(lambda source: _ask(source, contact_id, before), sources))


def _ask(source: Source, contact_id: uuid.UUID, before: datetime) -> tuple[JourneyEvent, ...] | Silence:
    names = tuple(portal.name for portal in source.portals)
    if not source.can_be_read:
        return Silence(names, "analytics:not-readable", "Its interactions go to Event Hubs, which cannot be asked.")
    try:
        with adapters.hub(source.triple, within=SECONDS) as hub:
            found = hub.contact_interactions(contact_id, before=before, after=before - LONGEST.length, limit=MOST)
    except HubProblem as problem:
        known = message_for(problem.code)
        return Silence(names, problem.code, known.heading if known else problem.message)
    portals = {portal.id: portal for portal in source.portals}
    return tuple(event for row in found if (event := _event(row, portals, contact_id, before)))


def _event(
    row: HubInteraction, portals: dict[uuid.UUID, PortalSeen], contact_id: uuid.UUID, before: datetime
) -> JourneyEvent | None:
    """None for what is another portal's, another contact's, of another kind, or not before the case."""
    portal, kind = portals.get(_guid(row.portal_id)), LANES.get(row.type)
    if portal is None or kind is None or row.at >= before or _guid(row.contact_id) != contact_id:
        return None
    return JourneyEvent(row.id, kind, row.at, row.text, row.item_id, portal, _results(row))


def _results(row: HubInteraction) -> int | None:
    found = row.raw.get(RESULTS)
    return int(found) if isinstance(found, int | str) and str(found).isdecimal() else None


def _guid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)
