"""How bytes reach an organization: TLS always verified, connections kept, the checked address and no other."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import httpx
from django.conf import settings

from organizations.client.addresses import Target, target_for

POOL = httpx.Limits(max_connections=20, max_keepalive_connections=5, keepalive_expiry=30)


class GuardedTransport(httpx.BaseTransport):
    """Connects to the address that :func:`target_for` allows, with the name kept for TLS and for the Host header."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        target = target_for(request.url)
        routed = httpx.Request(
            request.method,
            request.url.copy_with(host=target.address, port=target.port),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.host},
        )
        response = _pool(os.getpid(), request.url.host, target, _roots_changed_at()).handle_request(routed)
        response.request = request
        return response


def _make_guarded() -> httpx.BaseTransport:
    return GuardedTransport()


# Tests put httpx.WSGITransport here, so that the whole wire format is spoken without a network.
transport_make: Callable[[], httpx.BaseTransport] = _make_guarded


@lru_cache(maxsize=64)
def _pool(process: int, host: str, target: Target, roots_changed_at: int) -> httpx.HTTPTransport:
    """One pool a process and name: a connection that was verified for one name is never used for another."""
    return httpx.HTTPTransport(verify=_context(target.is_edge), limits=POOL, trust_env=False)


def _context(is_edge: bool) -> ssl.SSLContext:
    root = _edge_root()
    if is_edge and root.exists():
        return ssl.create_default_context(cafile=str(root))
    context = ssl.create_default_context()
    if settings.PORTAL_TRUST_ROOTS:
        context.load_verify_locations(cafile=settings.PORTAL_TRUST_ROOTS)
    return context


def _roots_changed_at() -> int:
    root = _edge_root()
    return root.stat().st_mtime_ns if root.exists() else 0


def _edge_root() -> Path:
    return Path(settings.PORTAL_HOME) / "ca" / "root.crt"
