"""Parsed templates of all sites of this process: the same source is parsed once, however many sites hold it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

KEPT = 4_000_000  # characters of all sources together; their trees take some twenty times that


class CompiledTrees:
    """Trees by name and source, the least used go first. A tree is never changed once it is here."""

    def __init__(self, limit: int = KEPT) -> None:
        self._trees: OrderedDict[tuple[str, str], Sequence[Any]] = OrderedDict()
        self._lock = threading.Lock()
        self._limit = limit
        self._size = 0

    def tree(self, name: str, source: str, parse: Callable[[], Sequence[Any]]) -> Sequence[Any]:
        """The tree of ``source``; made by ``parse`` where it is not here. ``name`` stands in its messages."""
        key = (name, source)
        with self._lock:
            if key in self._trees:
                self._trees.move_to_end(key)
                return self._trees[key]
        made = parse()
        with self._lock:
            if key not in self._trees:
                self._trees[key] = made
                self._size += len(source)
            while self._size > self._limit and len(self._trees) > 1:
                (_, oldest), _ = self._trees.popitem(last=False)
                self._size -= len(oldest)
        return made
