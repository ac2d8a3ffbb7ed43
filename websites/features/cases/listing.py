"""The list of cases: open, closed or all, with a search, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from websites.access import Right
from websites.errors import PageDenied
from websites.features.cases.values import CASES, CREATE_CASE, case_url, is_open, status_label
from websites.objects.paging import paging_drop
from websites.objects.scene import Scene
from websites.paging import page_of
from websites.records import rows_of
from websites.records.reading import joined, quoted
from websites.site.times import time_of
from websites.templating.drop import Drop

STATES = {"open": "statecode eq 0", "closed": "statecode ne 0", "all": ""}
LONGEST_SEARCH = 100


def list_open(scene: Scene) -> Mapping[str, object]:
    """``cases``: ``page``, ``paging``, ``count``, ``state``, ``query``, ``states``, ``create_url``."""
    asked = scene.visit.params.get("state", "")
    state = asked if asked in STATES else "open"
    query = scene.visit.params.get("q", "").strip()[:LONGEST_SEARCH]
    paging = page_of(
        _rows(scene, state, query),
        asked=scene.visit.params.get("page", ""),
        size=scene.settings.get("Cases/Page Size", ""),
        path=scene.page.path,
        params={name: value for name, value in (("state", state), ("q", query)) if value},
    )
    create = scene.edition.markers.get(CREATE_CASE)
    found = Drop(
        {
            "page": lambda: [_drop(scene, row) for row in paging.items],
            "paging": lambda: paging_drop(paging),
            "count": lambda: paging.total,
            "state": lambda: state,
            "query": lambda: query,
            "states": lambda: [_state(scene, name, state) for name in STATES],
            "create_url": lambda: create.path if create and scene.access.may("incident", Right.CREATE) else "",
        }
    )
    return {"cases": found}


def _rows(scene: Scene, state: str, query: str) -> list[dict[str, Any]]:
    text = quoted(query)
    wanted = f"(contains(title,{text}) or contains(ticketnumber,{text}))" if query else ""
    try:
        return rows_of(scene, CASES, where=joined(STATES[state], wanted))
    except PageDenied:
        return []


def _state(scene: Scene, name: str, current: str) -> Drop:
    label = scene.snippet(f"Case/{name.title()}", name.title())
    return Drop(
        {
            "name": lambda: name,
            "label": lambda: label,
            "url": lambda: f"{scene.page.path}?state={name}",
            "is_current": lambda: name == current,
        }
    )


def _drop(scene: Scene, row: Mapping[str, Any]) -> Drop:
    number = str(row.get("ticketnumber") or "")
    return Drop(
        {
            "number": lambda: number,
            "title": lambda: str(row.get("title") or ""),
            "status": lambda: status_label(scene, row),
            "is_open": lambda: is_open(row),
            "created_on": lambda: time_of(row.get("createdon")),
            "modified_on": lambda: time_of(row.get("modifiedon")),
            "url": lambda: case_url(scene, number),
        }
    )
