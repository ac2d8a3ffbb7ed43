"""What one process of the portal runtime holds: hosts, sites, finished pages, views to be counted."""

from __future__ import annotations

import threading

from django.conf import settings

from websites.clients import ClientPool
from websites.hosts import HostTable, PortalAtHost
from websites.listening import ContentListener
from websites.pagecache import Key, PageCache
from websites.sites import SiteStore
from websites.viewcounts import ViewCounter
from websites.webfiles import FileStore

LAST_BYTES, LAST_SECONDS = 16 * 1024 * 1024, 24 * 3600.0


class Runtime:
    """The process's memory. Tests make their own."""

    def __init__(self, *, sites: SiteStore | None = None) -> None:
        self.hosts = HostTable()
        self.pages = PageCache()
        self.last_shown = PageCache(LAST_BYTES, LAST_SECONDS)  # live pages, for while the organization is away
        self.views = ViewCounter()
        self.files = FileStore(settings.PORTAL_HOME / "websites" / "files")
        self.sites = sites or SiteStore(client_for=ClientPool().client_for, folder=settings.PORTAL_HOME / "websites")
        self.listener = ContentListener(self.sites, self.pages, self.files)


_runtimes: list[Runtime] = []
_lock = threading.Lock()


def runtime() -> Runtime:
    """This process's runtime; made, and its sites watched, when the first visitor comes."""
    if not _runtimes:
        with _lock:
            if not _runtimes:
                found = Runtime()
                found.sites.watch()
                found.listener.watch()
                found.views.watch()
                _runtimes.append(found)
    return _runtimes[0]


def runtime_use(other: Runtime | None) -> None:
    """Put another in its place (tests)."""
    _runtimes[:] = [other] if other else []


def page_key(portal: PortalAtHost, *, path: str, query: str, version: str) -> Key:
    """Everything a page without sign-in depends on. The language is in the path."""
    return (str(portal.portal_id), portal.host, path, query, version)
