"""``sitemap``: the tree of pages as this visitor sees it, from its root, by address, or here."""

from __future__ import annotations

from websites.objects.pages import page_drop
from websites.objects.scene import Scene
from websites.resolving import HOME
from websites.templating.drop import Drop


class SitemapDrop(Drop):
    """``sitemap.root``, ``sitemap.current``, ``sitemap["/knowledgebase/"]``."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        home = scene.edition.markers.get(HOME)
        super().__init__(
            {
                "root": lambda: page_drop(scene, home) if home else None,
                "current": lambda: page_drop(scene, scene.page),
            }
        )

    def __getitem__(self, name: str) -> object:
        if not str(name).startswith("/"):
            return super().__getitem__(name)
        page = self._scene.edition.paths.get(f"{str(name).rstrip('/')}/".lower())
        return page_drop(self._scene, page) if page and self._scene.may_be_shown(page) else None
