"""Visitors' interactions: what capturing adds to a page, and how fast an hour of backlog is delivered.

The first is measured in this process: everything that happens between the finished page and the line in the spool, with
the thread that makes rows of the lines running beside it. The second in the real product: its worker sends over TLS
through the edge to the hub that its web process serves. Prints figures beside the goals, and passes whatever they are.
"""

from __future__ import annotations

import os
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from benchmarks.product import Product, product_up

if TYPE_CHECKING:
    from analytics.models import InsightsConnection
    from portals.models import Portal

EVENTS = int(os.environ.get("BENCH_EVENTS", "100000"))
PAGES = int(os.environ.get("BENCH_PAGES", "5000"))
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def main() -> None:
    with product_up() as product:
        _django(product)
        portal = _portal()
        connection = _connected(portal, product)
        _capture(portal)
        _drain(connection)


def _django(product: Product) -> None:
    os.environ.update(DJANGO_SETTINGS_MODULE="adminsite.settings", PORTAL_HOME=str(product.home))
    import django

    django.setup()


def _portal() -> Portal:
    from organizations.models import Organization
    from tests.builders.portals import portal_row

    return portal_row(Organization.objects.get(unique_name="contoso"), name="Benchmark", subdomain="benchmark")


def _connected(portal: Portal, product: Product) -> InsightsConnection:
    """By the product's own run."""
    import json

    from analytics.models import InsightsConnection
    from analytics.services.connections import connection_configure
    from core.models import User

    values = json.loads((product.home / "demo-accounts.json").read_text())["hubs"]["contoso"]
    jay = User.objects.get(email="jay@contoso.example")
    connection_configure(actor=jay, portal_id=portal.pk, accept_terms=True, **values)
    found = InsightsConnection.objects.filter(portal=portal)
    _until(lambda: found.get().is_connected)
    return found.get()


def _capture(portal: Portal) -> None:
    """Each page says one search."""
    from django.core.signals import request_finished
    from django.db import close_old_connections
    from django.http import HttpResponse
    from django.test import RequestFactory

    from websites.tracking import SEARCHED, interaction, recorder, track
    from websites.visit import Visit
    from websites.visitors.values import Visitor

    visitor = Visitor(uuid.uuid4(), str(uuid.uuid4()), "Maria", "maria@example.test")
    request = RequestFactory(HTTP_USER_AGENT=BROWSER).get("/search/?q=printer")
    response = HttpResponse("page")
    request_finished.disconnect(close_old_connections)  # the page's own affair
    at: Any = SimpleNamespace(portal_id=portal.pk)
    language: Any = SimpleNamespace(language=SimpleNamespace(code="en-US"))
    recorder().start()
    took = []
    for number in range(PAGES):
        visit = Visit(at, "/search/", "q=printer", {"q": "printer"}, datetime.now(UTC), visitor)
        scene: Any = SimpleNamespace(visit=visit, edition=language)
        began = time.perf_counter()
        interaction(scene, SEARCHED, text=f"printer {number}", found=3)
        track(request, visit, response)
        request_finished.send(sender=None)
        took.append(time.perf_counter() - began)
        time.sleep(0.0002)  # as pages come: the recorder's thread gets its turn
    ms = sorted(1000 * one for one in took[1:])
    print(f"capture: median {statistics.median(ms):.3f} ms, p95 {ms[int(len(ms) * 0.95)]:.3f} ms a page (goal 0.3 ms)")
    print(f"         first page of a process, with its one query: {1000 * took[0]:.1f} ms")


def _drain(connection: InsightsConnection) -> None:
    """What piled up while the hub was away."""
    from django.utils import timezone

    from analytics.models import InsightsConnection, Interaction
    from tests.builders.analytics import waiting

    mine = InsightsConnection.objects.filter(pk=connection.pk)
    rows = Interaction.objects.filter(portal_id=connection.portal_id)
    _until(lambda: not rows.exists())
    mine.update(next_send_at=timezone.now() + timedelta(hours=1))
    for _ in range(0, EVENTS, 10_000):
        waiting(connection.portal, count=min(10_000, EVENTS))
    count, oldest = rows.count(), rows.order_by("id").values_list("id", flat=True)[0]
    asked = time.perf_counter()
    mine.update(next_send_at=None)
    _until(lambda: not rows.filter(pk=oldest).exists())
    began, first = time.perf_counter(), count - rows.count()
    _until(lambda: not rows.exists())
    ended = time.perf_counter()
    rate = (count - first) / (ended - began)
    print(f"drain: {count} events in {count / rate:.1f} s (goal 10 s for 100,000), {rate:,.0f} a second")
    print(f"       from the moment the hub is back until nothing waits: {ended - asked:.1f} s")


def _until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 300
    while not holds():
        if time.monotonic() > ends:
            raise RuntimeError("It takes too long.")
        time.sleep(0.05)


if __name__ == "__main__":
    main()
