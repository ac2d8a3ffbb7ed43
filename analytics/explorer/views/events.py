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
    """The list alone where htmx asks for it: its first page can follow what comes."""
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
        "is_live": "live" in asked and not asked.get("older") and not asked.get("newer"),
        "live_url": _with(asked, live="on"),
        "stop_url": _with(asked),
    }
    is_part = "HX-Request" in request.headers
    return render(request, "explorer/_events.html" if is_part else "explorer/events.html", shown)


@login_required
@never_cache
def refused(request: HttpRequest, name: str) -> HttpResponse:
    actor, hub = hub_asked(request, name)
    code = request.GET.get("code", "")
    before, after = _place(request, "before"), _place(request, "after")
    rows = refused_list(actor=actor, hub=hub, code=code, before_id=before, after_id=after, limit=PAGE + 1)
    there_is_more = len(rows) > PAGE
    rows = rows[-PAGE:] if after else rows[:PAGE]
    is_newer, is_older = bool(before) or bool(after and there_is_more), bool(after) or there_is_more
    shown = {
        **hub_shown(actor, hub, "hub-refused"),
        "rows": rows,
        "code": code,
        "counted": refusals_counted(actor=actor, hub=hub).items(),
        "newer_url": _with(request.GET, after=str(rows[0].pk)) if rows and is_newer else "",
        "older_url": _with(request.GET, before=str(rows[-1].pk)) if rows and is_older else "",
    }
    return render(request, "explorer/refused.html", shown)


def _place(request: HttpRequest, name: str) -> int | None:
    """The row at which a page of refused events begins or ends; what is none leads to the first page."""
    told = request.GET.get(name, "")
    return int(told) if told.isdecimal() and len(told) < 18 else None


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
            "is_test": event.is_test,
        }
        for event in page.events
    ]


def _with(asked: QueryDict, **changes: str) -> str:
    """The page's address at another place of the list, with the same filters."""
    kept = QueryDict(mutable=True)
    kept.update({name: str(asked.get(name)) for name in (*FILTERS, "code") if asked.get(name)} | changes)
    return f"?{kept.urlencode()}"
