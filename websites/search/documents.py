"""What can be found: pages and articles of an edition, and whatever features add."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from websites.resolving import ARTICLE, DENIED, NOT_FOUND, SEARCH, article_path
from websites.site.cleaning import html_text
from websites.site.values import Edition

if TYPE_CHECKING:
    from websites.site.loaded import LoadedSite

_LIQUID = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_PLACES = (SEARCH, NOT_FOUND, DENIED, ARTICLE)


@dataclass(frozen=True)
class Document:
    """Something that can be found.

    Args:
        kind: ``page``, ``article``, or a feature's own word, such as ``thread``.
        key: unique within the kind and the language.
        url: path of this site.
        rating: 1 to 5, rounded; None without ratings.
        readers: web roles by rule, as a page has them: who searches needs one of each.
    """

    kind: str
    key: str
    title: str
    summary: str
    keywords: str
    body: str
    url: str = ""
    category: str = ""
    rating: int | None = None
    modified_on: datetime | None = None
    readers: tuple[frozenset[str], ...] = ()
    releases_at: datetime | None = None
    expires_at: datetime | None = None


Documents = Callable[["LoadedSite", Edition], Iterable[Document]]


@dataclass(frozen=True)
class SearchSource:
    """A feature's documents.

    Args:
        is_live: whether they are made of rows that the site's version does not know of (threads, posts): they are read
            again every minute while people search; else only when the site has changed.
    """

    name: str
    documents: Documents
    is_live: bool = True


_sources: dict[str, SearchSource] = {}


def search_source_register(source: SearchSource) -> SearchSource:
    """Let a feature add what is to be found; one a name."""
    if _sources.setdefault(source.name, source) is not source:
        raise ValueError(f"Two sources of the search are called {source.name}.")
    return source


def search_sources() -> tuple[SearchSource, ...]:
    return tuple(_sources.values())


def documents_of(edition: Edition) -> Iterator[Document]:
    """The articles, and the pages that do not stay out of the search."""
    for article in edition.articles.values():
        if url := article_path(edition, article):
            yield Document(
                kind="article",
                key=article.number,
                title=article.title,
                summary=article.description,
                keywords=" ".join(article.keywords),
                body=article.text,
                url=url,
                category=article.category,
                rating=round(article.rating) if article.rating_count else None,
                modified_on=article.modified_on,
            )
    skipped = {edition.markers[name].id for name in _PLACES if name in edition.markers}
    for page in edition.pages.values():
        if page.id not in skipped and not page.is_excluded_from_search:
            yield Document(
                kind="page",
                key=page.id,
                title=page.title,
                summary=page.summary,
                keywords="",
                body=html_text(_LIQUID.sub(" ", page.copy)),
                url=page.path,
                modified_on=page.modified_on,
                readers=page.readers,
                releases_at=page.releases_at,
                expires_at=page.expires_at,
            )
