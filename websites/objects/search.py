"""``search``: what the visitor looked for, what was found, and how it can be narrowed down."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from urllib.parse import urlencode

from portals.catalog import PortalType
from websites.objects.facets import facets_drop
from websites.objects.paging import paging_drop
from websites.objects.scene import Scene
from websites.paging import Paging, page_of
from websites.resolving import SEARCH
from websites.search.asking import SPANS, Hit
from websites.search.finding import QUERY_LIMIT, Found, search_find
from websites.templating.drop import Drop
from websites.tracking import SEARCHED, interaction

FACETED = "Search/FacetedView"
FACETED_TYPES = {PortalType.CUSTOMER_SELF_SERVICE, PortalType.EMPLOYEE_SELF_SERVICE}
NARROWING = ("kind", "category", "rating", "modified", "sort")


def search_is_too_long(params: Mapping[str, str]) -> bool:
    return len(params.get("q", "")) > QUERY_LIMIT


class _Search:
    """One page's search, made when something of it is asked for."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.query = scene.visit.params.get("q", "").strip()
        self.is_too_long = search_is_too_long(scene.visit.params)
        asked = {name: scene.visit.params.get(name, "") for name in NARROWING}
        self.narrowing = {name: value for name, value in asked.items() if value}

    @property
    def is_asked(self) -> bool:
        return self.scene.is_page(SEARCH) and not self.is_too_long and bool(self.query)

    @cached_property
    def found(self) -> Found | None:
        if not self.is_asked:
            return None
        rating, modified = self.narrowing.get("rating", ""), self.narrowing.get("modified", "")
        return search_find(
            self.scene,
            self.query,
            kind=self.narrowing.get("kind", ""),
            category=self.narrowing.get("category", ""),
            rating=int(rating) if rating in {"1", "2", "3", "4", "5"} else 0,
            modified=modified if modified in SPANS else "",
            is_newest_first=self.narrowing.get("sort") == "modified",
        )

    @cached_property
    def paging(self) -> Paging[int]:
        return page_of(
            range(self.found.total if self.found else 0),
            asked=self.scene.visit.params.get("page", ""),
            size=self.scene.settings.get("Search/Page Size", ""),
            path=self.scene.page.path,
            params={"q": self.query, **self.narrowing},
        )

    def hits(self) -> list[Hit]:
        shown = self.paging.items
        return self.found.hits(shown[0], shown[-1] + 1) if self.found and shown else []

    def suggestion(self) -> Drop | None:
        text = self.found.suggestion() if self.found and not self.narrowing else ""
        url = f"{self.scene.page.path}?{urlencode({'q': text})}"
        return Drop({"query": lambda: text, "url": lambda: url}) if text else None

    def facets(self) -> list[Drop]:
        if self.found is None or not _is_faceted(self.scene):
            return []
        return facets_drop(self.scene, self.found.answer.counts, query=self.query, chosen=self.narrowing)


def search_drop(scene: Scene) -> Drop:
    search = _Search(scene)
    if scene.is_page(SEARCH) and not search.is_too_long and scene.visit.params.get("page", "1") == "1":
        interaction(scene, SEARCHED, text=search.query, found=search.paging.total)
    return Drop(
        {
            "query": lambda: search.query[:QUERY_LIMIT],
            "longest": lambda: QUERY_LIMIT,
            "is_too_long": lambda: search.is_too_long,
            "count": lambda: search.paging.total,
            "is_more": lambda: bool(search.found and search.found.answer.is_more),
            "results": lambda: [_result(hit) for hit in search.hits()],
            "suggestion": search.suggestion,
            "facets": search.facets,
            "paging": lambda: paging_drop(search.paging),
        }
    )


def _is_faceted(scene: Scene) -> bool:
    """As the site setting says; without one, for customers and employees."""
    chosen = scene.settings.get(FACETED, "").strip().lower()
    return chosen == "true" if chosen else scene.visit.portal.portal_type in FACETED_TYPES


def _result(hit: Hit) -> Drop:
    return Drop(
        {
            "kind": lambda: hit.kind,
            "entity_logical_name": lambda: hit.kind,
            "id": lambda: hit.key,
            "url": lambda: hit.url,
            "title": lambda: hit.title,
            "excerpt": lambda: hit.excerpt,
            "category": lambda: hit.category,
            "rating": lambda: hit.rating,
            "modified_on": lambda: hit.modified_on,
        }
    )


def search_index_drop(scene: Scene, asked: Mapping[str, object]) -> Drop:
    """The outcome of a ``searchindex`` tag: ``results``, ``approximate_total_hits``, ``page``, ``page_size``."""
    query = str(asked.get("query") or "").strip()[:QUERY_LIMIT]
    found = search_find(scene, query) if query else None
    paging = page_of(
        range(found.total if found else 0),
        asked=str(asked.get("page") or ""),
        size=str(asked.get("page_size") or ""),
        path=scene.page.path,
        params={"q": query},
    )
    shown = paging.items
    hits = found.hits(shown[0], shown[-1] + 1) if found and shown else []
    return Drop(
        {
            "results": lambda: [_result(hit) for hit in hits],
            "approximate_total_hits": lambda: paging.total,
            "page": lambda: paging.number,
            "page_size": lambda: len(hits),
        }
    )
