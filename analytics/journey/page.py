"""The journey before one case, ready to be shown: chart, list, what was read already, and why there is nothing."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from analytics.journey.chart import Chart, chart_of
from analytics.journey.reading import activity_read
from analytics.journey.values import SLUGS, Activity, Asked, JourneyEvent, PortalSeen, ReadArticle, Silence, Span
from analytics.kinds import ARTICLE
from organizations.cases.values import Case
from organizations.models import Organization

NO_CONTACT = "This case is not linked to a portal contact."
HUB_AWAY = "The Customer Insights hub did not answer. The case can still be edited."


@dataclass(frozen=True)
class JourneyPage:
    """``why_empty`` says why there is nothing to show; empty where there is a chart."""

    case: Case
    asked: Asked
    activity: Activity = field(default_factory=lambda: Activity(()))
    events: tuple[JourneyEvent, ...] = ()
    chart: Chart | None = None
    already_read: tuple[ReadArticle, ...] = ()
    without_result: tuple[str, ...] = ()
    why_empty: str = ""

    @property
    def silences(self) -> tuple[Silence, ...]:
        return self.activity.silences

    @property
    def tells_portals_apart(self) -> bool:
        return len({*self.activity.portals, *(event.portal for event in self.events)}) > 1

    @property
    def portals(self) -> tuple[PortalSeen, ...]:
        return self.activity.portals


def journey_page(*, organization: Organization, case: Case, asked: Asked) -> JourneyPage:
    """Read and draw it. The caller has checked that the reader may see the case."""
    if case.contact is None:
        return JourneyPage(case, asked, why_empty=NO_CONTACT)
    case_at = case.row.created_at
    activity = activity_read(organization=organization, contact_id=case.contact.id, before=case_at)
    asked = asked.fitted(activity.events, case_at)
    events = tuple(event for event in activity.events if asked.shows(event, case_at))
    return JourneyPage(
        case,
        asked,
        activity,
        events,
        chart_of(events, case_at=case_at, span=asked.span or Span.DAY) if events else None,
        articles_read(activity.events),
        tuple(dict.fromkeys(event.text for event in activity.events if event.found_nothing)),
        "" if events else _why_empty(organization, activity, asked),
    )


def articles_read(events: Iterable[JourneyEvent]) -> tuple[ReadArticle, ...]:
    """The articles that were opened, the latest first: sharing one of them would help nobody."""
    opened: dict[str, list[JourneyEvent]] = defaultdict(list)
    for event in events:
        if event.kind is ARTICLE:
            opened[event.item_id or event.text].append(event)
    read = [ReadArticle(views[-1].text, len(views), views[-1].at) for views in opened.values()]
    return tuple(sorted(read, key=lambda one: one.last_at, reverse=True))


def asked_of(query: Mapping[str, str], kinds: Iterable[str]) -> Asked:
    """What an address asks for; what it says wrongly is left out."""
    span, portal = query.get("range", ""), query.get("portal", "")
    known = frozenset(kinds) & frozenset(SLUGS.values())
    return Asked(Span(span) if span in Span.values else None, known, _guid(portal))


def _why_empty(organization: Organization, activity: Activity, asked: Asked) -> str:
    if not activity.has_hub:
        names = ", ".join(activity.unconnected)
        return f"Portal analytics is not configured for {names or organization.name}."
    if activity.silences and not activity.events:
        return HUB_AWAY
    what = "portal activity" if not asked.kinds and not asked.portal else "portal activity of this choice"
    return f"No {what} in the {(asked.span or Span.DAY).label} before this case."


def _guid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
