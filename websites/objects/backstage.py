"""What tags reach of the scene, out of any template's sight."""

from __future__ import annotations

from collections.abc import Mapping

from websites.objects.entities import fetched
from websites.objects.scene import Scene
from websites.objects.search import search_index_drop
from websites.templating.drop import Drop


class Backstage:
    """One page's. Templates get nothing from it: it has no items, and writes itself as nothing."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def __str__(self) -> str:
        return ""

    def scene_live(self) -> Scene:
        """The scene, for a tag that shows rows of the moment."""
        self._scene.notes.is_live = True
        return self._scene

    def searched(self, asked: Mapping[str, object]) -> Drop:
        """The outcome of a ``searchindex`` tag."""
        return search_index_drop(self._scene, asked)

    def fetched(self, query: str) -> tuple[Drop | None, str]:
        """The answer to FetchXML, and why there is none."""
        return fetched(self.scene_live(), query)
