"""Events of a hub: the list with its filters, and what was refused with its reasons."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from analytics.explorer.portals import portals_heard
from analytics.explorer.views.asked import day_asked, guid_asked, hub_asked, hub_shown
from analytics.explorer.words import slug_of, title_of
from analytics.hub.models import InteractionType
from analytics.hub.services.access import portals_named
from analytics.hub.services.events import (
    PAGE,
    EventFilter,
    EventPage,
    events_list,
    refusals_counted,
    refused_list,
)

FILTERS = ("type", "portal", "contact", "from", "until")


@login_required
@never_cache
def events(request: HttpRequest, name: str) -> HttpResponse:
    actor, hub = hub_asked(request, name)
    asked = request.GET
    page = events_list(
        actor=actor,
        hub=hub,
        wanted=_wanted(asked),
        older_than=asked.get("older", ""),
        newer_than=asked.get("newer", ""),
    )
    names = InteractionType.objects.filter(hub=hub).values_list("name", flat=True)
    shown = {
        **hub_shown(actor, hub, "hub-events"),
        "rows": _rows(page),
        "portals": [(str(portal.pk), portal.name) for portal in portals_heard(actor=actor, hub=hub)],
        "types": [(one, title_of(one)) for one in names],
        "asked": {name: asked.get(name, "") for name in FILTERS} | {"since": asked.get("from", "")},
        "is_filtered": any(asked.get(name) for name in FILTERS),
        "older_url": _with(asked, older=page.older) if page.older else "",
        "newer_url": _with(asked, newer=page.newer) if page.newer else "",
    }
    return render(request, "explorer/events.html", shown)


@login_required
@never_cache
def refused(request: HttpRequest, name: str) -> HttpResponse:
    actor, hub = hub_asked(request, name)
    code, before = request.GET.get("code", ""), request.GET.get("before", "")
    before_id = int(before) if before.isdecimal() and len(before) < 18 else None
    rows = refused_list(actor=actor, hub=hub, code=code, before_id=before_id, limit=PAGE + 1)
    shown = {
        **hub_shown(actor, hub, "hub-refused"),
        "rows": rows[:PAGE],
        "code": code,
        "counted": refusals_counted(actor=actor, hub=hub).items(),
        "older_url": _with(request.GET, before=str(rows[PAGE - 1].pk)) if len(rows) > PAGE else "",
    }
    return render(request, "explorer/refused.html", shown)


def _wanted(asked: QueryDict) -> EventFilter:
    """What the address asks for. A portal that is none finds nothing, and is not left out."""
    portal = asked.get("portal", "").strip()
    return EventFilter(
        type=asked.get("type", ""),
        portal=None if not portal else guid_asked(portal) or _NOWHERE,
        contact=asked.get("contact", "").strip()[:400],
        since=day_asked(asked.get("from", "")),
        before=day_asked(asked.get("until", ""), plus_days=1),
    )


_NOWHERE = guid_asked("ffffffff-ffff-ffff-ffff-ffffffffffff")


def _rows(page: EventPage) -> list[dict[str, Any]]:
    """Each event with the words and the look of its type, and its portal's name."""
    portals = portals_named({event.portal for event in page.events if event.portal})
    return [
        {
            "event": event,
            "title": title_of(event.type),
            "slug": slug_of(event.type),
            "json": json.dumps(dict(event.properties), indent=2, ensure_ascii=False),
            "portal": str(portals.get(event.portal, event.portal)) if event.portal else "",
        }
        for event in page.events
    ]


def _with(asked: QueryDict, **changes: str) -> str:
    """The page's address at another place of the list, with the same filters."""
    kept = QueryDict(mutable=True)
    kept.update({name: str(asked.get(name)) for name in (*FILTERS, "code") if asked.get(name)} | changes)
    return f"?{kept.urlencode()}"
