"""Counting what happens, for Prometheus, on a loopback port.

All processes of one machine (web workers, websites, task workers) write into one folder, and whichever of them got the
port serves the sums. When that process ends, another takes the port over: nothing more has to be supervised. With
``PORTAL_METRICS_PORT=0`` each process counts for itself and nobody serves.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

LOOPBACK = "127.0.0.1"
TAKEOVER_SECONDS = 5.0
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
logger = structlog.get_logger(__name__)

requests_total = Counter("portal_http_requests", "Requests answered.", ["view", "method", "status"])
request_seconds = Histogram(
    "portal_http_request_seconds",
    "How long answering took.",
    ["view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10),
)

_collectors: list[Collector] = []
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestMetricsMiddleware:
    """Counts and times every request by the name of its address, never by the path: that has no end of values."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        view = _view_name(request)
        requests_total.labels(view, _method(request), str(response.status_code)).inc()
        request_seconds.labels(view).observe(time.perf_counter() - started)
        return response


def collector_register(collector: Collector) -> None:
    """Let ``collector`` be asked at each scrape, whichever process serves; called from an app's ``ready()``."""
    _collectors.append(collector)


def metrics_serve(*, port: int) -> None:
    """Serve ``http://127.0.0.1:<port>/metrics`` from a thread as soon as the port can be had; 0 = off."""
    if port:
        threading.Thread(target=_serve, args=(port,), name="metrics", daemon=True).start()


def metrics_folder_clear() -> None:
    """Forget the counts of processes that ended, where metrics are on. For a start, before the processes are there."""
    if FOLDER_VARIABLE in os.environ:
        for file in Path(os.environ[FOLDER_VARIABLE]).glob("*.db"):
            file.unlink(missing_ok=True)


def _serve(port: int) -> None:
    registry = CollectorRegistry()
    if FOLDER_VARIABLE in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    for collector in _collectors:
        registry.register(collector)
    while True:
        try:
            _, thread = start_http_server(port, addr=LOOPBACK, registry=registry)
        except OSError:
            time.sleep(TAKEOVER_SECONDS)  # another process of ours serves; it may end
            continue
        logger.info("metrics_served", port=port)
        thread.join()


def _view_name(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.view_name or match.route) if match else "none"


def _method(request: HttpRequest) -> str:
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return request.method if request.method in known else "OTHER"
