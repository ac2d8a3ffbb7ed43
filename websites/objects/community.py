"""``forums``, ``blogs`` and ``idea_forums``: what every page may show of the community, without asking anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from websites.objects.scene import Scene

Maker = Callable[[Scene], object]
_MAKERS: dict[str, Maker] = {}


def community_object(name: str, make: Maker) -> None:
    """Make an object known under ``name``; its feature's package says how it is made."""
    _MAKERS[name] = make


def community_objects(scene: Scene) -> Mapping[str, object]:
    """Those that the features have made known."""
    return {name: make(scene) for name, make in _MAKERS.items()}
