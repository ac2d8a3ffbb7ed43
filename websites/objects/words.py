"""``resx``: the product line's interface words by name. A site may set them as content snippets of the same name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from websites.objects.scene import Scene


class Words(Mapping[str, object]):
    """``resx["Search_Filter"]``: the snippet ``Search_Filter``, else the name read as words, "Search filter"."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def __getitem__(self, name: str) -> object:
        words = " ".join(part for part in str(name).split("_") if part)
        return self._scene.snippet(str(name), words[:1].upper() + words[1:].lower())

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __str__(self) -> str:
        return ""
