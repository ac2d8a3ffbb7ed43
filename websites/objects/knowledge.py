"""``knowledge``: articles, their categories, and the list that the visitor asked for."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from websites import knowledge
from websites.objects.paging import paging_drop
from websites.objects.scene import Scene
from websites.paging import Paging, page_of
from websites.resolving import KNOWLEDGE, article_path
from websites.site.values import Article, Page
from websites.templating.drop import Drop


def _article(scene: Scene, article: Article) -> Drop:
    return Drop(
        {
            "id": lambda: article.id,
            "number": lambda: article.number,
            "title": lambda: article.title,
            "description": lambda: article.description,
            "category": lambda: article.category,
            "keywords": lambda: list(article.keywords),
            "content": lambda: article.content,
            "views": lambda: article.views,
            "rating": lambda: round(article.rating, 1) if article.rating_count else None,
            "rating_count": lambda: article.rating_count,
            "modified_on": lambda: article.modified_on,
            "url": lambda: article_path(scene.edition, article),
            "related": lambda: _articles(scene, knowledge.articles_related(scene.edition, article)),
        }
    )


def _articles(scene: Scene, articles: Iterable[Article]) -> list[object]:
    return [_article(scene, article) for article in articles]


def knowledge_drop(scene: Scene) -> Drop:
    asked = scene.visit.params.get("category", "")
    base = scene.edition.markers.get(KNOWLEDGE)
    known = {category.key: category for category in knowledge.categories_of(scene.edition)}
    current = known.get(asked.casefold())

    def paging() -> Paging[Article]:
        return page_of(
            knowledge.articles_in(scene.edition, current.name if current else asked),
            asked=scene.visit.params.get("page", ""),
            size=scene.settings.get("Knowledge/Page Size", ""),
            path=base.path if base else "",
            params={"category": asked} if asked else {},
        )

    return Drop(
        {
            "article": lambda: _article(scene, scene.article) if scene.article else None,
            "count": lambda: len(scene.edition.articles),
            "categories": lambda: [_category(base, category, current) for category in known.values()] if base else [],
            "category": lambda: current.name if current else asked,
            "page": lambda: _articles(scene, paging().items),
            "paging": lambda: paging_drop(paging()),
            "popular": lambda: _articles(scene, knowledge.articles_popular(scene.edition)),
            "recent": lambda: _articles(scene, knowledge.articles_recent(scene.edition)),
        }
    )


def _category(base: Page, category: knowledge.Category, current: knowledge.Category | None) -> Drop:
    return Drop(
        {
            "name": lambda: category.name,
            "count": lambda: category.count,
            "url": lambda: f"{base.path}?{urlencode({'category': category.key})}",
            "is_current": lambda: category == current,
        }
    )
