"""All that a page's objects are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from websites.resolving import article_path
from websites.site.loaded import LoadedSite
from websites.site.values import Article, Edition, Page
from websites.visit import Visit


@dataclass(frozen=True)
class Scene:
    """All that the objects are made of."""

    visit: Visit
    loaded: LoadedSite
    edition: Edition
    page: Page
    article: Article | None
    status: int

    @property
    def settings(self) -> Mapping[str, str]:
        return self.loaded.site.settings

    @property
    def path(self) -> str:
        return article_path(self.edition, self.article) if self.article else self.page.path

    def is_page(self, marker: str) -> bool:
        marked = self.edition.markers.get(marker)
        return marked is not None and marked.id == self.page.id
