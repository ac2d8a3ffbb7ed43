"""Reaching embedded organizations of this very process, without a network and over the same wire format.

For commands that run before the web process does, and for tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpx
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from organizations.client import transport
from organizations.client.addresses import is_own


class InProcessTransport(httpx.BaseTransport):
    """Our own host is answered here; every other name goes the guarded way."""

    def __init__(self) -> None:
        self._guarded = transport.GuardedTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not is_own(request.url.host):
            return self._guarded.handle_request(request)
        with _connections_kept():
            inner = httpx.WSGITransport(app=_application()).handle_request(request)
            content = inner.read()
            inner.close()
        return httpx.Response(inner.status_code, headers=inner.headers, content=content)


@contextmanager
def in_process() -> Iterator[None]:
    """While it lasts, this process reaches embedded organizations in itself."""
    before = transport.transport_make
    transport.transport_make = InProcessTransport
    try:
        yield
    finally:
        transport.transport_make = before


@contextmanager
def _connections_kept() -> Iterator[None]:
    """Django drops a connection that is inside a transaction when a request begins or ends. Here that transaction is
    the caller's own."""
    kept = [signal for signal in (request_started, request_finished) if signal.disconnect(close_old_connections)]
    try:
        yield
    finally:
        for signal in kept:
            signal.connect(close_old_connections)


@cache
def _application() -> Any:
    return get_wsgi_application()
