"""``search``: what the visitor looked for, and what was found."""

from __future__ import annotations

from collections.abc import Mapping

from websites.objects.paging import paging_drop
from websites.objects.scene import Scene
from websites.paging import page_of
from websites.resolving import ARTICLE, SEARCH, article_path
from websites.search import QUERY_LIMIT, Hit
from websites.templating.drop import Drop
from websites.tracking import SEARCHED, interaction


def search_is_too_long(params: Mapping[str, str]) -> bool:
    return len(params.get("q", "")) > QUERY_LIMIT


def search_drop(scene: Scene) -> Drop:
    query = scene.visit.params.get("q", "").strip()
    is_too_long = search_is_too_long(scene.visit.params)
    hits = _hits(scene, query) if scene.is_page(SEARCH) and not is_too_long else []
    paging = page_of(
        hits,
        asked=scene.visit.params.get("page", ""),
        size=scene.settings.get("Search/Page Size", ""),
        path=scene.page.path,
        params={"q": query},
    )
    is_leafing = scene.visit.params.get("page", "1") != "1"
    if scene.is_page(SEARCH) and not is_too_long and not is_leafing:
        interaction(scene, SEARCHED, text=query, found=paging.total)
    return Drop(
        {
            "query": lambda: query[:QUERY_LIMIT],
            "longest": lambda: QUERY_LIMIT,
            "is_too_long": lambda: is_too_long,
            "count": lambda: paging.total,
            "results": lambda: [_result(scene, hit) for hit in paging.items],
            "paging": lambda: paging_drop(paging),
        }
    )


def _hits(scene: Scene, query: str) -> list[Hit]:
    """The index knows all pages of the version; which are out depends on the hour."""
    return [hit for hit in scene.loaded.index(scene.edition).search(query) if _is_shown(scene, hit)]


def _is_shown(scene: Scene, hit: Hit) -> bool:
    if hit.document.kind == "article":
        return ARTICLE in scene.edition.markers
    return scene.may_be_shown(scene.edition.pages[hit.document.key])


def _result(scene: Scene, hit: Hit) -> Drop:
    kind, key = hit.document.kind, hit.document.key
    edition = scene.edition
    url = article_path(edition, edition.articles[key.lower()]) if kind == "article" else edition.pages[key].path
    return Drop({"kind": lambda: kind, "url": lambda: url, "title": lambda: hit.title, "excerpt": lambda: hit.excerpt})


def search_index_drop(scene: Scene, asked: Mapping[str, object]) -> Drop:
    """The outcome of a ``searchindex`` tag: ``results``, ``approximate_total_hits``, ``page``, ``page_size``."""
    query = str(asked.get("query") or "").strip()[:QUERY_LIMIT]
    paging = page_of(
        _hits(scene, query),
        asked=str(asked.get("page") or ""),
        size=str(asked.get("page_size") or ""),
        path=scene.page.path,
        params={"q": query},
    )
    results = [_result(scene, hit) for hit in paging.items]
    return Drop(
        {
            "results": lambda: results,
            "approximate_total_hits": lambda: paging.total,
            "page": lambda: paging.number,
            "page_size": lambda: len(results),
        }
    )
