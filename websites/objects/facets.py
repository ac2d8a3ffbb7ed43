"""The facets of a search: type, category, rating, modified; each option with how many and its address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from babel.dates import format_timedelta

from websites.objects.scene import Scene
from websites.search.asking import SPANS
from websites.templating.drop import Drop

LABELS = {"kind": "Type", "category": "Category", "rating": "Rating", "modified": "Changed within"}
SNIPPETS = {
    "kind": "Search/Facet Type",
    "category": "Search/Facet Category",
    "rating": "Search/Facet Rating",
    "modified": "Search/Facet Modified",
}
KINDS = {"page": "Page", "article": "Article"}


def facets_drop(
    scene: Scene, counts: Mapping[str, Mapping[str, int]], *, query: str, chosen: Mapping[str, str]
) -> list[Drop]:
    """Facets that narrow something down, and those that have been used, to be left again."""
    return [
        _facet(scene, name, options, query, chosen)
        for name, options in counts.items()
        if name in chosen or len(options) > 1 or (options and name in {"rating", "modified"})
    ]


def kind_label(scene: Scene, kind: str) -> str:
    """What a kind of thing is called in the page's language."""
    name = KINDS.get(kind, kind.replace("-", " ").capitalize())
    return scene.snippet(f"Search/Type {name}", name)


def _facet(scene: Scene, name: str, options: Mapping[str, int], query: str, chosen: Mapping[str, str]) -> Drop:
    others = {key: value for key, value in chosen.items() if key != name}
    label = scene.snippet(SNIPPETS[name], LABELS[name])

    def url(value: str) -> str:
        narrowed = {**others, **({name: value} if value else {})}
        return f"{scene.page.path}?{urlencode({'q': query, **narrowed})}"

    made = [
        _option(_label(scene, name, value), count, url("" if chosen.get(name) == value else value), name, value, chosen)
        for value, count in options.items()
    ]
    return Drop({"name": lambda: name, "label": lambda: label, "options": lambda: made})


def _option(label: str, count: int, url: str, name: str, value: str, chosen: Mapping[str, str]) -> Drop:
    return Drop(
        {
            "label": lambda: label,
            "value": lambda: value,
            "count": lambda: count,
            "url": lambda: url,
            "is_current": lambda: chosen.get(name) == value,
        }
    )


def _label(scene: Scene, name: str, value: str) -> str:
    if name == "kind":
        return kind_label(scene, value)
    if name == "rating":
        return "★" * int(value) + ("" if value == "5" else " +")
    return _span(scene, SPANS[value]) if name == "modified" else value


def _span(scene: Scene, span: timedelta) -> str:
    """ "1 week" in the page's language."""
    try:
        locale = Locale.parse(scene.edition.language.code, sep="-")
    except (ValueError, UnknownLocaleError):
        locale = Locale("en")
    return str(format_timedelta(span, threshold=1, locale=locale))
