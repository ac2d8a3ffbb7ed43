"""The sites of this process: looked at every few seconds while visited, kept while the organization is away."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from django.db import Error as DatabaseError
from django.db import close_old_connections

from core.errors import Unavailable
from websites.errors import SiteMissing, SiteUnavailable
from websites.hosts import PortalAtHost
from websites.logo import look_problems
from websites.organizations_watched import OrganizationsWatched
from websites.ports import OrganizationRows
from websites.site.assembly import site_assemble, version_of
from websites.site.loaded import LoadedSite
from websites.site.reading import is_unchanged, rows_read
from websites.site.rows import SiteRows
from websites.site.snapshots import snapshot_read, snapshot_write
from websites.templating.environment import SiteEnvironment

logger = logging.getLogger(__name__)
CHECKED_EVERY = 6.0  # seconds between two looks at a site that people visit
STALE = 9.0  # a site that was not looked at for longer is looked at before it is shown …
PATIENCE = 1.0  # … but nobody waits longer than this for it
ASKED_AGAIN = 2.0  # seconds nobody asks again after the very first read has failed
VISITED_WITHIN = 600.0  # after this long without a visitor nobody looks at a site any more
KEPT = 1_000  # sites in memory, some hundred kilobytes each


class _Held:
    """One site and when it was read. ``lock`` is held by whoever reads it."""

    def __init__(self, portal: PortalAtHost) -> None:
        self.portal = portal
        self.loaded: LoadedSite | None = None
        self.problem: SiteUnavailable | None = None  # why the last read failed
        self.lock = threading.Lock()
        self.first = threading.Lock()
        self.tried_at = float("-inf")
        self.visited_at = float("-inf")


class SiteStore:
    """Sites by portal.

    Args:
        client_for: the rows of an organization.
        folder: where snapshots are kept.
    """

    def __init__(self, *, client_for: Callable[[UUID], OrganizationRows], folder: Path) -> None:
        self._client_for = client_for
        self._organizations = OrganizationsWatched(client_for)
        self._folder = folder
        self._held: OrderedDict[tuple[object, ...], _Held] = OrderedDict()
        self._lock = threading.Lock()
        self._readers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="site-reader")
        self._watcher: threading.Thread | None = None

    def site_of(self, portal: PortalAtHost, *, is_fresh: bool = False) -> LoadedSite:
        """The portal's site: from memory, else from the snapshot, else from the organization.

        Args:
            is_fresh: True where what is in memory is not good enough and the organization must have been asked now.

        Raises:
            SiteUnavailable: it was never read, and cannot be read now.
        """
        held = self._hold(portal)
        held.visited_at = time.monotonic()
        if is_fresh:
            self._read(held, is_fresh=True)
        elif held.loaded is None or time.monotonic() - held.tried_at > STALE:
            self._catch_up(held)
        if held.loaded is None:
            raise held.problem or _unavailable()
        return held.loaded

    def version_now(self, portal: PortalAtHost) -> str | None:
        """The version in memory if that may be shown without asking anybody; counts as a visit."""
        held = self._held.get(_key(portal))
        if held is None or held.loaded is None or time.monotonic() - held.tried_at > STALE:
            return None
        held.visited_at = time.monotonic()
        return held.loaded.site.version

    def site_now(self, portal: PortalAtHost) -> LoadedSite | None:
        """What is in memory, however old; nobody is asked."""
        held = self._held.get(_key(portal))
        return held.loaded if held else None

    def check_due(self) -> list[Future[None]]:
        """Start a look at every site that is visited and was not looked at lately."""
        now = time.monotonic()
        due = [held for held in self._visited() if now - held.tried_at > CHECKED_EVERY and not held.lock.locked()]
        return [self._readers.submit(self._read_quietly, held) for held in due]

    def look_at(self, organization_id: UUID, *, tables: frozenset[str]) -> list[Future[None]]:
        """Start a look at what visited sites show of an organization: these tables changed, or any where none is named.

        A look that is under way may have passed the change by, so this one waits for its end.
        """
        self._organizations.tell(organization_id, tables)
        told = [held for held in self._visited() if held.portal.organization_id == organization_id]
        return [self._readers.submit(self._read_quietly, held, 1.0) for held in told]

    def has_visitors(self) -> bool:
        """Whether any site is looked at again and again."""
        return bool(self._visited())

    def watch(self) -> None:
        """Look again and again, from now on, in a thread of this process."""
        with self._lock:
            if self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, name="site-watcher", daemon=True)
                self._watcher.start()

    def _watch(self) -> None:
        while True:
            time.sleep(1)
            self.check_due()

    def _visited(self) -> list[_Held]:
        now = time.monotonic()
        with self._lock:
            return [held for held in self._held.values() if now - held.visited_at < VISITED_WITHIN]

    def _hold(self, portal: PortalAtHost) -> _Held:
        key = _key(portal)
        with self._lock:
            held = self._held.setdefault(key, _Held(portal))
            self._held.move_to_end(key)
            while len(self._held) > KEPT:
                self._held.popitem(last=False)
            return held

    def _catch_up(self, held: _Held) -> None:
        """Show the snapshot, or what is in memory, if the organization does not answer soon."""
        if held.loaded is None:
            self._restore(held)
        if held.loaded is None:
            self._read_first(held)
        elif not held.lock.locked():
            reading = self._readers.submit(self._read_quietly, held)
            try:
                reading.result(timeout=PATIENCE)
            except FutureTimeout:
                logger.warning("Shown as it was: the organization is slow", extra=_names(held))

    def _read_first(self, held: _Held) -> None:
        """The first read, once for all who wait for it; after a failure nobody asks again for a while."""
        with held.first:
            if held.loaded is None and time.monotonic() - held.tried_at > ASKED_AGAIN:
                self._read(held)

    def _restore(self, held: _Held) -> None:
        rows = snapshot_read(self._folder, portal_id=held.portal.portal_id, website_id=held.portal.website_id)
        if rows is not None:
            held.loaded = self._load(held, rows)

    def _read_quietly(self, held: _Held, good_for: float = 0.5) -> None:
        """Read; what goes wrong is logged, and the site is shown as it was."""
        close_old_connections()
        try:
            self._read(held, good_for=good_for)
        except (Unavailable, DatabaseError) as problem:
            logger.warning("Shown as it was: %s", problem.__cause__ or problem, extra=_names(held))
        except Exception:
            logger.exception("The site could not be read", extra=_names(held))
        finally:
            close_old_connections()

    def _read(self, held: _Held, *, is_fresh: bool = False, good_for: float = 0.5) -> None:
        with held.lock:
            held.tried_at = time.monotonic()
            try:
                self._take(held, self._rows(held, None if is_fresh else held.loaded, good_for))
                held.problem = None
            except SiteUnavailable as problem:
                held.problem = problem
                raise

    def _rows(self, held: _Held, loaded: LoadedSite | None, good_for: float) -> SiteRows:
        """All of the rows, or, where they were read before, those of changed tables.

        Args:
            good_for: for which part of the time between two looks another site's look at the organization serves.
        """
        organization, website = held.portal.organization_id, str(held.portal.website_id)
        try:
            source = self._client_for(organization)
            if loaded is None:
                return rows_read(source, website_id=website)
            listing = self._organizations.listing(organization, younger_than=good_for * CHECKED_EVERY)
            if is_unchanged(listing, website_id=website, known=loaded.rows):
                return loaded.rows
            known = self._known(held, loaded)
            return rows_read(source, website_id=website, known=known, listing=listing)
        except Unavailable as problem:
            raise _unavailable(problem.retry_after) from problem

    def _known(self, held: _Held, loaded: LoadedSite) -> SiteRows | None:
        """The rows that the site was made of, from the snapshot; None where it is not theirs: all are read then."""
        portal = held.portal
        kept = snapshot_read(self._folder, portal_id=portal.portal_id, website_id=portal.website_id)
        return kept if kept is not None and kept.versions == loaded.rows.versions else None

    def _take(self, held: _Held, rows: SiteRows) -> None:
        """Make the rows the site, unless nothing changed. A website record that is gone takes the site away."""
        if held.loaded and held.loaded.site.version == version_of(rows):
            return
        try:
            held.loaded = self._load(held, rows)
        except SiteMissing:
            held.loaded = None
            raise
        portal = held.portal
        snapshot_write(self._folder, portal_id=portal.portal_id, website_id=portal.website_id, rows=rows)

    def _load(self, held: _Held, rows: SiteRows) -> LoadedSite:
        site = site_assemble(rows, website_id=str(held.portal.website_id), portal_lcid=held.portal.lcid)
        for problem in look_problems(site, portal_type=held.portal.portal_type, now=datetime.now(UTC)):
            logger.warning("Look of the site: %s", problem, extra=_names(held))
        environment = held.loaded.environment if held.loaded else SiteEnvironment({})
        environment.site_templates.templates = site.web_templates
        client = partial(self._client_for, held.portal.organization_id)
        versions = SiteRows(versions=rows.versions)
        return LoadedSite(site=site, rows=versions, environment=environment, client=client)


def _unavailable(retry_after: float | None = None) -> SiteUnavailable:
    return SiteUnavailable("The site cannot be read at the moment.", retry_after=retry_after or 30)


def _key(portal: PortalAtHost) -> tuple[object, ...]:
    return (portal.portal_id, portal.organization_id, portal.website_id, portal.lcid)


def _names(held: _Held) -> dict[str, str]:
    return {"portal_id": str(held.portal.portal_id), "organization_id": str(held.portal.organization_id)}
