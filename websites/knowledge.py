"""Questions about an edition's articles: categories, newest, most viewed, related."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from websites.site.values import Article, Edition

TOP = 5


@dataclass(frozen=True)
class Category:
    name: str
    count: int

    @property
    def key(self) -> str:
        """What stands in the address."""
        return self.name.casefold()


def categories_of(edition: Edition) -> tuple[Category, ...]:
    """By name."""
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for article in edition.articles.values():
        if article.category:
            names.setdefault(article.category.casefold(), article.category)
            counts[article.category.casefold()] += 1
    return tuple(Category(names[key], counts[key]) for key in sorted(counts))


def articles_in(edition: Edition, category: str) -> list[Article]:
    """All articles, or those of a category (any case), newest change first."""
    key = category.casefold()
    return [article for article in edition.articles.values() if not key or article.category.casefold() == key]


def articles_popular(edition: Edition, count: int = TOP) -> list[Article]:
    """Most viewed first; equal ones newest first."""
    return sorted(edition.articles.values(), key=lambda article: -article.views)[:count]


def articles_recent(edition: Edition, count: int = TOP) -> list[Article]:
    return list(edition.articles.values())[:count]


def articles_related(edition: Edition, article: Article, count: int = TOP) -> list[Article]:
    """Those that share most keywords, the category counting twice."""
    scored = [(_kinship(article, other), other) for other in edition.articles.values() if other.id != article.id]
    ranked = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])
    return [other for _, other in ranked[:count]]


def _kinship(one: Article, other: Article) -> int:
    shared = {word.casefold() for word in one.keywords} & {word.casefold() for word in other.keywords}
    same = bool(one.category) and one.category.casefold() == other.category.casefold()
    return len(shared) + same
