"""Changes show at once: whoever changes an organization's content says so, and every process of the runtime listens.

A look at the one table that changed costs the organization one request, and under a storm of changes it is looked at
once a second. What is not heard is seen at the next look of :class:`websites.sites.SiteStore`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.db.models import Q

from organizations.content_changes import change_of, content_ear
from organizations.models import Organization
from websites.pagecache import PageCache
from websites.site.rows import TABLES
from websites.sites import SiteStore
from websites.webfiles import NOTES, FileStore

logger = logging.getLogger(__name__)
APART = 1.0  # seconds between two looks at an organization that changes all the time
LISTEN = 1.0  # seconds after which a stop is noticed
RECONNECT = 2.0  # seconds between two tries to reach the database
SHOWN = {NOTES, *(table.entity_set for table in TABLES)}


class ContentListener:
    """Hears of changes and starts looks at the sites that may show them."""

    def __init__(self, sites: SiteStore, pages: PageCache, files: FileStore) -> None:
        self._sites = sites
        self._pages = pages
        self._files = files
        self._waiting: dict[UUID, set[str]] = defaultdict(set)
        self._looked_at: dict[UUID, float] = {}
        self._thread: threading.Thread | None = None

    def watch(self) -> None:
        """Listen from now on, in a thread of this process."""
        if self._thread is None:
            run = self.run_forever
            self._thread = threading.Thread(target=run, args=(threading.Event(),), name="content-ear", daemon=True)
            self._thread.start()

    def run_forever(self, stopped: threading.Event, on_open: Callable[[], None] = lambda: None) -> None:
        """Until ``stopped``; whatever goes wrong is logged, and tried again."""
        while not stopped.is_set():
            try:
                self._listen(stopped, on_open)
            except Exception as wrong:  # a thread that ends would make every change wait for the next look, for good
                is_away = isinstance(wrong, (DatabaseError, OSError))
                logger.warning("Changes are not heard of: %s", type(wrong).__name__, exc_info=not is_away)
                stopped.wait(RECONNECT)
            finally:
                close_old_connections()

    def _listen(self, stopped: threading.Event, on_open: Callable[[], None]) -> None:
        ear = content_ear()
        try:
            ear.open()
            on_open()
            while not stopped.is_set():
                self.take(ear.heard(self._patience()))
                self.look()
        finally:
            ear.close()

    def take(self, told: Iterable[str]) -> None:
        """Note what was told of tables that sites are made of."""
        for change in filter(None, map(change_of, told)):
            if not change.entity_set or change.entity_set in SHOWN:
                self._waiting[change.organization_id].add(change.entity_set)

    def look(self) -> None:
        """Look at the organizations whose turn it is; the others' changes wait.

        Raises:
            django.db.Error: the database is away.
        """
        now = time.monotonic()
        due = {told: self._waiting.pop(told) for told in [*self._waiting] if self._next(told) <= now}
        self._looked_at = {told: at for told, at in self._looked_at.items() if now - at < APART} | dict.fromkeys(
            due, now
        )
        for organization_id, tables in self._known(due):
            self._look_at(organization_id, tables)

    def _look_at(self, organization_id: UUID, tables: set[str]) -> None:
        is_anything = "" in tables
        if is_anything:
            self._pages.clear()
        if is_anything or NOTES in tables:
            self._files.doubt(organization_id)
        if is_anything or tables - {NOTES}:
            self._sites.look_at(organization_id, tables=frozenset() if is_anything else frozenset(tables - {NOTES}))

    def _known(self, due: dict[UUID, set[str]]) -> list[tuple[UUID, set[str]]]:
        if not due or not self._sites.has_visitors():
            return []
        close_old_connections()
        rows = Organization.objects.filter(Q(pk__in=due) | Q(organization_id__in=due))
        ids = rows.values_list("pk", "organization_id")
        return [(pk, due.get(pk, set()) | (due.get(own, set()) if own else set())) for pk, own in ids]

    def _patience(self) -> float:
        now = time.monotonic()
        return max(0.0, min([LISTEN, *(self._next(told) - now for told in self._waiting)]))

    def _next(self, told: UUID) -> float:
        return self._looked_at.get(told, float("-inf")) + APART
