"""A site ready to be shown: its values, its compiled templates, its search indexes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from websites.access import Access
from websites.ports import OrganizationRows
from websites.search.documents import documents_of
from websites.search.memory import Index
from websites.site.rows import SiteRows
from websites.site.values import Edition, Site
from websites.templating.environment import SiteEnvironment
from websites.visitors.values import Visitor


@dataclass(frozen=True)
class LoadedSite:
    """One version of a site. Templates that did not change stay compiled from version to version.

    Args:
        rows: versions of the rows that it was made of; the rows themselves are in the snapshot on disk.
    """

    site: Site
    rows: SiteRows
    environment: SiteEnvironment
    client: Callable[[], OrganizationRows]
    _indexes: dict[str, Index] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def index(self, edition: Edition) -> Index:
        """The edition's index in memory, made at the first search without a database."""
        code = edition.language.code
        with self._lock:
            if code not in self._indexes:
                self._indexes[code] = Index(documents_of(edition))
            return self._indexes[code]

    @property
    def source(self) -> OrganizationRows:
        """The organization's rows as they are now: every use is a call."""
        return self.client()

    def access(self, visitor: Visitor | None) -> Access:
        """What ``visitor`` may do here."""
        return Access(roles=self.site.web_roles, permissions=self.site.permissions, visitor=visitor)
