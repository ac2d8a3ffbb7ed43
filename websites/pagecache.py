"""Finished pages in memory, under everything they depend on; the least used go first."""

from __future__ import annotations

import gzip
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property, lru_cache

SECONDS = 30.0  # pages may say what time it is, and pages come out and expire
BYTES = 64 * 1024 * 1024
LARGEST = 512 * 1024  # bytes of a page that is kept
QUERY = 256  # characters of a query that is kept

Key = tuple[str, ...]


@dataclass(frozen=True)
class Sent:
    """One form of a page."""

    headers: tuple[tuple[str, str], ...]
    body: bytes


def etag_gzipped(etag: str) -> str:
    """Two forms must not share a strong tag (RFC 9110, 8.8.3.3); this is the name that Caddy gives, too."""
    return f'{etag[:-1]}-gzip"'


def etags_of(etag: str) -> frozenset[str]:
    """Who has one of these has the page, however it was sent."""
    return frozenset({etag, etag_gzipped(etag)})


@lru_cache(256)
def takes_gzip(accept_encoding: str) -> bool:
    """Whether the header (RFC 9110, 12.5.3) names gzip and does not refuse it."""
    for told in accept_encoding.lower().split(","):
        name, _, weight = told.replace(" ", "").partition(";q=")
        if name == "gzip":
            return weight.strip("0.") != "" or weight == ""
    return False


@dataclass(frozen=True)
class CachedPage:
    """A page as it goes out."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str
    until: float
    article_id: str = ""  # of the article that it shows, whose views are counted

    @cached_property
    def plain(self) -> Sent:
        """As it goes out to who takes nothing else."""
        return Sent(self.headers, self.body)

    @cached_property
    def gzipped(self) -> Sent:
        """Compressed once for all who take it so. Safe from BREACH: a page without sign-in holds no secret."""
        body = gzip.compress(self.body, mtime=0)
        own = {"Content-Length": str(len(body)), "Content-Encoding": "gzip", "ETag": etag_gzipped(self.etag)}
        return Sent(tuple((dict(self.headers) | own).items()), body)

    @cached_property
    def etags(self) -> frozenset[str]:
        return etags_of(self.etag)


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
            self._size += _weight(body)
            while self._size > self._limit:
                self._drop(next(iter(self._pages)))

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._size = 0

    @property
    def size(self) -> int:
        """Bytes of all bodies, compressed and not."""
        return self._size

    def _drop(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self._size -= _weight(page.body)


def _weight(body: bytes) -> int:
    """With its compressed form, which a page's HTML makes a third as long."""
    return len(body) + len(body) // 3
