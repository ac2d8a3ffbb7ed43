"""A site ready to be shown: its values, its compiled templates, its search indexes."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from websites.search import Index
from websites.site.rows import SiteRows
from websites.site.values import Edition, Site
from websites.templating.environment import SiteEnvironment


@dataclass(frozen=True)
class LoadedSite:
    """One version of a site. Templates that did not change stay compiled from version to version."""

    site: Site
    rows: SiteRows
    environment: SiteEnvironment
    _indexes: dict[str, Index] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def index(self, edition: Edition) -> Index:
        """The edition's index, made at the first search."""
        code = edition.language.code
        with self._lock:
            if code not in self._indexes:
                self._indexes[code] = Index(edition)
            return self._indexes[code]
