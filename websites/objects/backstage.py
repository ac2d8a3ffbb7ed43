"""What tags reach of the scene, out of any template's sight."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from websites.objects.entities import fetched
from websites.objects.scene import Scene
from websites.objects.search import search_index_drop
from websites.templating.drop import Drop

_WORD = re.compile(r"held[0-9a-f]{32}")


class Backstage:
    """One page's. Templates get nothing from it: it has no items, and writes itself as nothing."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._held: dict[str, str] = {}
        self._cleanings = 0

    def __str__(self) -> str:
        return ""

    def scene_live(self) -> Scene:
        """The scene, for a tag that shows rows of the moment."""
        self._scene.notes.is_live = True
        return self._scene

    @contextmanager
    def cleaning(self) -> Iterator[None]:
        """While HTML is made that will be cleaned as what people wrote."""
        self._cleanings += 1
        try:
            yield
        finally:
            self._cleanings -= 1

    def held(self, html: str) -> str:
        """``html`` of a tag; while what stands around it is to be cleaned, a word in its place."""
        if not self._cleanings:
            return html
        word = f"held{uuid.uuid4().hex}"
        self._held[word] = html
        return word

    def released(self, text: str) -> str:
        """``text``, cleaned, with the HTML that was held; without it where what stands around is yet to be cleaned."""
        if self._cleanings:
            return text
        return _WORD.sub(lambda match: self._held.get(match[0], match[0]), text)

    def searched(self, asked: Mapping[str, object]) -> Drop:
        """The outcome of a ``searchindex`` tag."""
        return search_index_drop(self._scene, asked)

    def fetched(self, query: str) -> tuple[Drop | None, str]:
        """The answer to FetchXML, and why there is none."""
        return fetched(self.scene_live(), query)
