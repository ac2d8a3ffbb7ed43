"""Finished pages in memory, under everything they depend on; the least used go first."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

SECONDS = 30.0  # pages may say what time it is, and pages come out and expire
BYTES = 64 * 1024 * 1024
LARGEST = 512 * 1024  # bytes of a page that is kept
QUERY = 256  # characters of a query that is kept

Key = tuple[str, ...]


@dataclass(frozen=True)
class CachedPage:
    """A page as it goes out."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str
    until: float
    article_id: str = ""  # of the article that it shows, whose views are counted


class PageCache:
    """Pages by (portal, host, path, query, content version)."""

    def __init__(self, limit: int = BYTES, seconds: float = SECONDS) -> None:
        self._pages: OrderedDict[Key, CachedPage] = OrderedDict()
        self._lock = threading.Lock()
        self._limit, self._seconds = limit, seconds
        self._size = 0

    def get(self, key: Key) -> CachedPage | None:
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.until < time.monotonic():
                return None
            self._pages.move_to_end(key)
            return page

    def put(
        self, key: Key, *, headers: tuple[tuple[str, str], ...], body: bytes, etag: str, article_id: str = ""
    ) -> None:
        if len(body) > LARGEST or any(len(part) > QUERY for part in key):
            return
        with self._lock:
            self._drop(key)
            self._pages[key] = CachedPage(headers, body, etag, time.monotonic() + self._seconds, article_id)
            self._size += len(body)
            while self._size > self._limit:
                self._drop(next(iter(self._pages)))

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._size = 0

    @property
    def size(self) -> int:
        """Bytes of all bodies."""
        return self._size

    def _drop(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self._size -= len(page.body)
