"""Asking every hub of an organization's portals what a contact did before a moment: all at once, within a limit."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from analytics import adapters
from analytics.client import HubInteraction, Triple
from analytics.errors import HubProblem
from analytics.hub.model.policies import keys_open, policy_of
from analytics.hub.models import AuthorizationPolicy, Hub
from analytics.hub.services.hubs import hub_uri
from analytics.journey.values import ELSEWHERE, LANES, LONGEST, Activity, JourneyEvent, PortalSeen, Silence
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
    """A hub in which the contacts of one organization may have left something.

    Args:
        names: what is missing where it is silent: the portals that send to it, else the hub itself.
    """

    triple: Triple
    names: tuple[str, ...]
    can_be_read: bool


@dataclass(frozen=True)
class Sources:
    """Everything that can be asked about an organization's contacts."""

    hubs: tuple[Source, ...]
    portals: Mapping[uuid.UUID, PortalSeen]  # all of the organization's
    connected: tuple[uuid.UUID, ...]


def activity_read(*, organization: Organization, contact_id: uuid.UUID, before: datetime) -> Activity:
    """What the contact did on the organization's portals in the thirty days before; a hub that is silent is told.

    Hubs are shared: of what they answer only the events of this organization's portals count, and those that name no
    portal.
    """
    sources = sources_of(organization)
    told = _at_once(sources, contact_id, before)
    events = {event.id: event for found in told if not isinstance(found, Silence) for event in found}
    heard = {event.portal.id for event in events.values()} - {ELSEWHERE.id}
    return Activity(
        events=tuple(sorted(events.values(), key=lambda event: event.at)),
        silences=tuple(found for found in told if isinstance(found, Silence)),
        unconnected=tuple(one.name for id, one in sources.portals.items() if id not in sources.connected),
        portals=tuple(one for id, one in sources.portals.items() if id in heard or id in sources.connected),
        has_hub=bool(sources.hubs),
        is_cut=any(not isinstance(found, Silence) and len(found) == MOST for found in told),
    )


def sources_of(organization: Organization) -> Sources:
    """The hubs that the organization's portals send to, and its own ones: what was sent once stays there."""
    portals = {
        portal.pk: PortalSeen(portal.pk, portal.name, portal.url)
        for portal in Portal.objects.filter(organization=organization).select_related("organization").order_by("name")
    }
    names: dict[Triple, list[str]] = defaultdict(list)
    readable: dict[Triple, bool] = {}
    connections = list(InsightsConnection.objects.connected().filter(portal__organization=organization))
    for connection in connections:
        triple = connection.triple
        readable[triple] = not connection.is_event_hubs
        names[triple].append(portals[connection.portal_id].name)
    hubs = [Source(triple, tuple(sorted(found)), readable[triple]) for triple, found in names.items()]
    known = {source.triple.hub_uri.rstrip("/").lower() for source in hubs}
    own = [source for source in _own(organization) if source.triple.hub_uri.lower() not in known]
    return Sources((*hubs, *own), portals, tuple(connection.portal_id for connection in connections))


def _own(organization: Organization) -> Iterator[Source]:
    for hub in Hub.objects.filter(organization=organization):
        key, _ = keys_open(policy_of(hub, AuthorizationPolicy.ROOT))
        yield Source(Triple(hub_uri(hub), AuthorizationPolicy.ROOT, key), (f"the hub {hub.name}",), True)


def _at_once(sources: Sources, contact_id: uuid.UUID, before: datetime) -> list[tuple[JourneyEvent, ...] | Silence]:
    """One hub is asked here; several each in a thread, so that none takes the time of the others."""

    def ask(source: Source) -> tuple[JourneyEvent, ...] | Silence:
        return _ask(source, sources.portals, contact_id, before)

    if len(sources.hubs) < 2:
        return [ask(source) for source in sources.hubs]
    with ThreadPoolExecutor(max_workers=min(len(sources.hubs), MOST_HUBS_AT_ONCE)) as pool:
        return list(pool.map(ask, sources.hubs))


def _ask(
    source: Source, portals: Mapping[uuid.UUID, PortalSeen], contact_id: uuid.UUID, before: datetime
) -> tuple[JourneyEvent, ...] | Silence:
    if not source.can_be_read:
        return Silence(
            source.names, "analytics:not-readable", "Its interactions go to Event Hubs, which cannot be asked."
        )
    try:
        with adapters.hub(source.triple, within=SECONDS) as hub:
            found = hub.contact_interactions(contact_id, before=before, after=before - LONGEST.length, limit=MOST)
    except HubProblem as problem:
        known = message_for(problem.code)
        return Silence(source.names, problem.code, known.heading if known else problem.message)
    return tuple(event for row in found if (event := _event(row, portals, contact_id, before)))


def _event(
    row: HubInteraction, portals: Mapping[uuid.UUID, PortalSeen], contact_id: uuid.UUID, before: datetime
) -> JourneyEvent | None:
    """None for what is another portal's, another contact's, of another kind, or not before the case."""
    portal = portals.get(_guid(row.portal_id)) if row.portal_id else ELSEWHERE
    kind = LANES.get(row.type)
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
