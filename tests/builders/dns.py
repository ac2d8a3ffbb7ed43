"""Real DNS servers for tests: the demo's, knot from the system, and a scripted one that misbehaves as it is told."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import dns.exception
import dns.message
import dns.query
import pytest
from dnslib import QTYPE, RCODE, RR, DNSRecord
from dnslib.server import DNSHandler, DNSLogger, DNSServer

from adminsite.embedded.ports import port_free

CHECKOUT = Path(__file__).resolve().parents[2]
KNOT = shutil.which("knotd") or shutil.which("knotd", path="/usr/sbin")
PATIENCE = 20.0
SOA = "@ 300 SOA ns1 hostmaster 1 900 300 86400 120\n@ 300 NS ns1\nns1 300 A 127.0.0.1\n"

knot_needed = pytest.mark.skipif(KNOT is None, reason="knotd is not installed (Debian: knot); it plays a real zone")

Answering = Callable[[str, str], "list[str] | str | None"]


@contextmanager
def demo_dns_running(home: Path) -> Generator[int, None, None]:
    """The demo's server on a free port, with its records in ``home``."""
    port = port_free()
    command = (sys.executable, "-m", "domains.demodns", "--home", str(home), "--port", str(port))
    with _running(command, port, "customers.test"):
        yield port


@contextmanager
def knot_running(folder: Path, zones: dict[str, str]) -> Generator[int, None, None]:
    """knotd with these zones (texts of zone files without SOA and NS) on a free port."""
    assert KNOT
    port = port_free()
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in zones.items():
        (folder / f"{name}.zone").write_text(f"$ORIGIN {name}.\n$TTL 300\n{SOA}{text}")
    listed = "".join(f"  - domain: {name}\n    file: {name}.zone\n" for name in zones)
    configuration = folder / "knot.conf"
    configuration.write_text(
        f"server:\n    rundir: {folder}\n    listen: 127.0.0.1@{port}\n    udp-workers: 1\n    tcp-workers: 1\n"
        f"    background-workers: 1\n"
        f"database:\n    storage: {folder}/db\n"
        f"template:\n  - id: default\n    storage: {folder}\n    zonefile-load: whole\n    journal-content: none\n"
        f"zone:\n{listed}"
    )
    with _running((KNOT, "-c", str(configuration)), port, next(iter(zones))):
        yield port


@contextmanager
def scripted_dns(answering: Answering, *, port: int = 0) -> Generator[int, None, None]:
    """A server that answers what ``answering(name, type)`` says.

    A list of lines of a zone file is an answer (a SOA goes where a no is said, "; over tcp" makes it too long for UDP),
    the name of an rcode is an error, "referral" refers to others, None is silence.
    """
    port = port or port_free()
    common = {"port": port, "address": "127.0.0.1", "logger": _SILENT, "handler": _Handler}
    servers = [DNSServer(_Scripted(answering), tcp=tcp, **common) for tcp in (False, True)]
    for server in servers:
        Thread(target=server.server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield port
    finally:
        for server in servers:
            server.stop()
            server.server.server_close()


class _Handler(DNSHandler):  # type: ignore[misc]
    def handle(self) -> None:
        with suppress(_Silence):
            super().handle()


class _Scripted:
    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def resolve(self, request: DNSRecord, handler: Any) -> DNSRecord:
        said = self._answering(str(request.q.qname).lower().rstrip("."), QTYPE[request.q.qtype])
        if said is None:
            raise _Silence
        return _reply(request, said, handler.protocol)


class _Silence(Exception):
    """dnslib sends nothing when the resolver fails."""


def _reply(request: DNSRecord, said: list[str] | str, protocol: str) -> DNSRecord:
    reply = request.reply(ra=0, aa=1)
    if isinstance(said, list):
        tail = [line for line in said if line.startswith("; over tcp")]
        if tail and protocol == "udp":
            reply.header.tc = 1
            return reply
        for line in said:
            if " SOA " in line:
                reply.add_auth(*RR.fromZone(line))
            elif not line.startswith(";"):
                reply.add_answer(*RR.fromZone(line))
        return reply
    if said == "referral":
        reply.header.aa = 0
        reply.add_auth(*RR.fromZone("test. 60 NS elsewhere.test."))
    elif said:
        reply.header.rcode = getattr(RCODE, said)
    return reply


class _Quiet(DNSLogger):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__("error", logf=lambda text: None)


_SILENT = _Quiet()


@contextmanager
def _running(command: tuple[str, ...], port: int, zone: str) -> Generator[None, None, None]:
    process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + PATIENCE
        while not _answers(port, zone):
            assert process.poll() is None, f"{command[0]} ended"
            assert time.monotonic() < until, f"{command[0]} does not answer"
        yield
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int, zone: str) -> bool:
    try:
        return bool(dns.query.udp(dns.message.make_query(f"{zone}.", "SOA"), "127.0.0.1", 0.2, port).answer)
    except (dns.exception.DNSException, OSError):
        time.sleep(0.05)
        return False
