"""The edge with custom hosts: from bound to answering, swaps under load, 10,000 certificates and as many strangers.

Parts of the real ``manage.py up``: PostgreSQL, the rows, the agent, Caddy; websites and web process are small servers
that answer at once. Counts and memory hold on any machine; milliseconds are this one's.
"""

from __future__ import annotations

import os
import re
import secrets
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.services import database_up

CERTIFICATES = int(os.environ.get("BENCH_CERTIFICATES", "10000"))
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "5000"))
SWAPS = 20
ROUNDS = 20
HOST = "support.customers.test"


def main() -> None:
    with database_up():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
            _measure(Path(folder))


def _measure(folder: Path) -> None:
    from tests.builders.edge import edge_running, upstream_running

    portal = _portal()
    with (
        upstream_running("", status=204) as web,
        upstream_running("websites", Portal_Id=str(portal.pk)) as websites,
        edge_running(folder, web=web, websites=websites) as edge,
    ):
        from django.conf import settings

        settings.PORTAL_EDGE_ADDRESS, settings.PORTAL_HTTPS_PORT = edge.address, edge.https_port
        settings.PORTAL_HOME = edge.home.path
        with _agent(edge.home.edge_store):
            _bind(portal, "1 certificate")
            _swaps(portal, edge)
            print(f"edge, 1 certificate: {_resident(edge):.0f} MiB")
            _many(portal)
            _wait_files(edge.home.edge_store, CERTIFICATES)
            _bind(portal, f"beside {CERTIFICATES:,}")
            _handshakes_all(edge)
            print(f"edge, {CERTIFICATES:,} certificates, each served once: {_resident(edge):.0f} MiB (goal: 80)")
            _strangers(edge)
            print(f"edge after {CERTIFICATES:,} strangers' names: {_resident(edge):.0f} MiB")


def _bind(portal: Any, told: str) -> None:
    """From the call that binds to the handshake that saw leaf, chain and portal; then the same for a replacement."""
    from domains.services import binding_ensure, binding_ensure_served, binding_remove
    from tests.builders.certificates import certificate_made

    bound, replaced = [], []
    for number in range(ROUNDS):
        host = f"bind-{number}-{secrets.token_hex(4)}.customers.test"
        for took in (bound, replaced):
            made = certificate_made(host, organization=portal.organization)
            began = time.perf_counter()
            binding_ensure(portal_id=portal.pk, host=host, certificate_id=made.pk)
            _until_served(lambda h=host, m=made: binding_ensure_served(h, m.fingerprint))  # type: ignore[misc]
            took.append((time.perf_counter() - began) * 1000)
        binding_remove(host=host)
    for name, took in (("bind to answering over TLS", bound), ("replace to answering", replaced)):
        print(f"{name}, {told}: {statistics.median(took):.0f} ms, slowest of {ROUNDS} {max(took):.0f} ms")


def _until_served(look: Any) -> None:
    from core.errors import Unavailable

    while True:
        try:
            look()
        except Unavailable:
            time.sleep(0.002)
        else:
            return


def _swaps(portal: Any, edge: Any) -> None:
    """Four visitors, a full handshake for each request, while the certificate is replaced 20 times."""
    from domains.services import binding_ensure, binding_ensure_served
    from tests.builders.certificates import certificate_made
    from tests.builders.handshakes import connected

    made = [certificate_made(HOST, organization=portal.organization) for _ in range(SWAPS + 1)]
    binding_ensure(portal_id=portal.pk, host=HOST, certificate_id=made[0].pk)
    _until_served(lambda: binding_ensure_served(HOST, made[0].fingerprint))
    answered, lost, lock = [0], list[str](), threading.Lock()

    def visit() -> None:
        while answered[0] + len(lost) < REQUESTS:
            try:
                with connected(edge.https_port, HOST) as connection:
                    connection.request("GET", "/", headers={"Host": HOST})
                    status = connection.getresponse().status
            except OSError as wrong:
                status = repr(wrong)
            with lock:
                answered[0] += status == 200
                lost.extend([str(status)] if status != 200 else [])

    began = time.perf_counter()
    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for number, certificate in enumerate(made[1:], 1):
        while answered[0] < REQUESTS * number // (SWAPS + 1):
            time.sleep(0.005)
        binding_ensure(portal_id=portal.pk, host=HOST, certificate_id=certificate.pk)
        _until_served(lambda c=certificate: binding_ensure_served(HOST, c.fingerprint))  # type: ignore[misc]
    for visitor in visitors:
        visitor.join()
    took = time.perf_counter() - began
    print(f"{SWAPS} replacements under load: {len(lost)} of {answered[0] + len(lost):,} requests lost ({took:.0f} s)")
    if lost:
        print(f"  {sorted(set(lost))[:5]}")


def _many(portal: Any) -> None:
    """10,000 bindings. Keys take their time, so a few certificates for many hosts each are bound."""
    from domains.models import SslBinding
    from tests.builders.certificates import certificate_made

    made = [certificate_made("*.many.test", organization=portal.organization) for _ in range(20)]
    SslBinding.objects.bulk_create(
        SslBinding(portal=portal, host=f"h{number}.many.test", certificate=made[number % len(made)])
        for number in range(CERTIFICATES)
    )


def _wait_files(store: Path, count: int) -> None:
    from domains.edge.agent import EdgeAgent
    from domains.edge.store import EdgeStore

    began = time.perf_counter()
    EdgeAgent(EdgeStore(store)).sync_all()
    took = time.perf_counter() - began
    began = time.perf_counter()
    EdgeAgent(EdgeStore(store)).sync_all()
    again = time.perf_counter() - began
    print(f"agent: {count:,} files written in {took:.1f} s, nothing to do found in {again:.2f} s")


def _handshakes_all(edge: Any) -> None:
    from tests.builders.handshakes import hello_refused

    refused = sum(hello_refused(edge.https_port, f"h{number}.many.test".encode()) for number in range(CERTIFICATES))
    print(f"{CERTIFICATES - refused:,} of {CERTIFICATES:,} hosts get their certificate")


def _strangers(edge: Any) -> None:
    from tests.builders.handshakes import hello_refused

    began = time.perf_counter()
    refused = sum(
        hello_refused(edge.https_port, f"{secrets.token_hex(8)}.customers.test".encode()) for _ in range(CERTIFICATES)
    )
    took = (time.perf_counter() - began) * 1000 / CERTIFICATES
    print(f"{refused:,} of {CERTIFICATES:,} strangers' names refused, {took:.1f} ms each")


def _resident(edge: Any) -> float:
    pid = int((edge.home.run / "edge.pid").read_text())
    return int(re.findall(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[0]) / 1024


def _portal() -> Any:
    from organizations.models import Organization
    from tests.builders.portals import portal_row

    organization = Organization.objects.create(
        unique_name="bench", name="Bench", url="https://bench.example", authority="https://bench.example", client_id="x"
    )
    return portal_row(organization, subdomain=f"bench-{uuid.uuid4().hex[:6]}")


@contextmanager
def _agent(store: Path) -> Iterator[None]:
    from django.db import connections

    from domains.edge.agent import edge_agent

    stopped, ready = threading.Event(), threading.Event()

    def run() -> None:
        edge_agent(store, ready.set).run_forever(stopped)
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(20)
    try:
        yield
    finally:
        stopped.set()
        thread.join()


if __name__ == "__main__":
    main()
