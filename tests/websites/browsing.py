"""The websites application on a loopback port, and a real browser in front of it. No database: the hosts are told."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TypeVar
from unittest.mock import patch
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser import MISSING, chromium_path
from tests.builders.websites import RowsInMemory, runtime_of
from websites.front import Front
from websites.hosts import PortalAtHost
from websites.runtime import Runtime, runtime_use

Found = TypeVar("Found")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def served(rows: RowsInMemory, folder: Path) -> Generator[tuple[Runtime, int], None, None]:
    """A runtime over ``rows`` at ``127.0.0.1:<port>``."""
    held = runtime_of(rows, folder)
    runtime_use(held)
    server = make_server("127.0.0.1", 0, Front(WSGIHandler()), _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with (
            patch("websites.search.finding.state_of", side_effect=DatabaseError("There is no database here.")),
            patch("websites.posting.quota_has_room", return_value=True),
            patch("websites.posting.quota_count"),
        ):
            yield held, server.server_port
    finally:
        server.shutdown()
        server.server_close()
        runtime_use(None)


def portal_told(
    held: Runtime, website_id: str, *, host: str, portal_type: str, lcid: int = 1033, is_open: bool = True
) -> PortalAtHost:
    """Make the runtime know a host, for ever, without a database."""
    portal = PortalAtHost(
        portal_id=uuid.uuid5(uuid.NAMESPACE_DNS, host),
        organization_id=uuid.UUID(int=1),
        website_id=uuid.UUID(website_id),
        host=host,
        portal_type=portal_type,
        lcid=lcid,
        is_open=is_open,
    )
    held.hosts.tell(host, portal)
    return portal


class _Window:
    """One browser for all tests of this process, in a thread of its own: playwright keeps a thread's event loop."""

    def __init__(self, path: str) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._playwright, self._browser = self._thread.submit(_started, path).result()

    def work(self, work: Callable[[Browser], Found]) -> Found:
        return self._thread.submit(self._work, work).result()

    def close(self) -> None:
        for end in (self._browser.close, self._playwright.stop):
            self._thread.submit(end).result()
        self._thread.shutdown()

    def _work(self, work: Callable[[Browser], Found]) -> Found:
        try:
            return work(self._browser)
        finally:
            for context in self._browser.contexts:  # cookies and pages end with their test
                context.close()


_windows: list[_Window] = []


def browse(work: Callable[[Browser], Found]) -> Found:
    """Do ``work`` with a browser that knows nothing of what was done before."""
    path = chromium_path()
    if path is None:
        pytest.skip(MISSING)
    if not _windows:
        _windows.append(_Window(path))
    return _windows[0].work(work)


def browser_close() -> None:
    """At the end of the run."""
    while _windows:
        _windows.pop().close()


def _started(path: str) -> tuple[Playwright, Browser]:
    playwright = sync_playwright().start()
    return playwright, playwright.chromium.launch(executable_path=path, args=FLAGS)
