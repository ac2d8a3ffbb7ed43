"""What is counted for Prometheus about calls to organizations."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from prometheus_client import Counter, Histogram

calls = Counter("portal_organization_calls", "Calls to organizations.", ["host", "method", "status"])
call_seconds = Histogram("portal_organization_call_seconds", "How long an organization took to answer.", ["host"])

Fetch = TypeVar("Fetch", bound=Callable[..., Any])


def calls_counted(fetch: Fetch) -> Fetch:
    """Count and time a method ``fetch(self, method, url, …)``; a call without a complete answer has no status."""

    @functools.wraps(fetch)
    def counted(self: object, method: str, url: str, **rest: Any) -> Any:
        host, started, status = urlsplit(url).hostname or "", time.perf_counter(), "none"
        try:
            answer = fetch(self, method, url, **rest)
            status = str(answer.status)
            return answer
        finally:
            calls.labels(host, method, status).inc()
            call_seconds.labels(host).observe(time.perf_counter() - started)

    return cast(Fetch, counted)
