"""Finished pages through the edge's own route, beside files that the same Caddy serves and Wagtail's page through it.

All in turns, so that what else the machine does meets them alike. As every browser asks: over TLS, with gzip and zstd
taken; the file is compressed by Caddy as the product's edge does it, and once more lies there compressed. Beside it as
a plain client asks, without TLS and compression: there the proxy's own cost weighs most.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from adminsite.embedded.binaries import caddy_binary
from adminsite.embedded.edge import COMPRESS, Edge, proxy_route
from adminsite.embedded.edge_certificates import CertificateSource
from adminsite.embedded.ports import port_free

VISITORS = 16  # who ask again as soon as they are answered: what is measured is the rate, and the queue for it
BROWSER, PLAIN = "gzip, deflate, br, zstd", ""
GRANIAN = ["-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "1", "--log-level", "error"]
NAMES = ("page", "wagtail", "compressed", "file", "plain-page", "plain-file")


def finished_measure(
    html: bytes, path: str, host: str, *, peer: str, database: str, seconds: float, rounds: int
) -> None:
    """Print the rates and their ratios. ``peer`` is the Python that has Wagtail, ``database`` where it keeps it."""
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    (folder / "page.html").write_bytes(html)
    (folder / "page.html.gz").write_bytes(gzip.compress(html))
    ports = {name: port_free() for name in (*NAMES, "ours", "theirs")}
    environment = {**os.environ, "BENCH_DATABASE_URL": database, "BENCH_HTML": str(folder / "page.html")}
    environment["DJANGO_SETTINGS_MODULE"] = "benchmarks.websites_settings"
    paths = dict.fromkeys(NAMES, "/page.html") | {"page": path, "plain-page": path, "wagtail": "/"}
    with _running(folder, ports, host, peer, environment):
        for name in NAMES:
            _until_answers(_address(name, ports), paths[name], host)
        asks = [(name, PLAIN if name.startswith("plain") else BROWSER, VISITORS) for name in NAMES]
        asks.append(("page", BROWSER, 2))
        told: dict[tuple[str, str, int], list[dict[str, float]]] = {ask: [] for ask in asks}
        for _ in range(rounds):
            for name, accepted, visitors in asks:
                found = _load(_address(name, ports), paths[name], host, visitors, seconds, accepted)
                told[name, accepted, visitors].append(found)
    shutil.rmtree(folder, ignore_errors=True)
    _report(told)


def _report(told: dict[tuple[str, str, int], list[dict[str, float]]]) -> None:
    def of(name: str, accepted: str = BROWSER, visitors: int = VISITORS, *, what: str = "rate") -> float:
        return statistics.median(one[what] for one in told[name, accepted, visitors])

    page, file, compressed = of("page"), of("file"), of("compressed")
    plain, plain_file, wagtail = of("plain-page", PLAIN), of("plain-file", PLAIN), of("wagtail")
    print(f"finished page as a browser asks: {page:,.0f}/s; Caddy's file: {file:,.0f}/s")
    print(f"ratio: {page / file:.2f} (goal: 0.6)")
    print(f"  Caddy's file, compressed beforehand: {compressed:,.0f}/s; ratio: {page / compressed:.2f}")
    print(f"  without TLS and compression: {plain:,.0f}/s of {plain_file:,.0f}/s; ratio: {plain / plain_file:.2f}")
    print(f"p95: {of('page', visitors=2, what='p95'):.1f} ms with 2 visitors at once (goal: 10)")
    full, least = of("page", what="p95"), of("file", what="p95")
    print(f"  with {VISITORS}, who queue for the processors, {full:.1f} ms; Caddy's file {least:.1f} ms")
    print(f"Wagtail's page through the same: {wagtail:,.0f}/s; ratio: {page / wagtail:.0f} (goal: 50)")


@contextmanager
def _running(folder: Path, ports: dict[str, int], host: str, peer: str, environment: dict[str, str]) -> Iterator[None]:
    configuration = folder / "caddy.json"
    configuration.write_text(json.dumps(_configuration(folder, ports, host)))
    programs = [
        [sys.executable, *GRANIAN, "--port", str(ports["ours"]), "benchmarks.websites_served:application"],
        [peer, *GRANIAN, "--port", str(ports["theirs"]), "benchmarks.wagtail_served:application"],
        [str(caddy_binary()), "run", "--config", str(configuration)],
    ]
    running = [subprocess.Popen(one, env=environment, stderr=subprocess.DEVNULL) for one in programs]
    try:
        yield
    finally:
        for one in running:
            one.terminate()
            one.wait(20)


def _configuration(folder: Path, ports: dict[str, int], host: str) -> dict[str, Any]:
    """The product's own route in front of both applications; its compression in front of the files, too."""
    source = CertificateSource(str(folder), "127.0.0.1:1", secret="")
    edge = Edge("admin.localhost", "portals.localhost", 1, 1, (), (), str(folder / "admin.sock"), str(folder), source)
    files = {"handler": "file_server", "root": str(folder)}
    beforehand = {**files, "precompressed": {"gzip": {}}, "precompressed_order": ["gzip"]}
    routes = {
        "page": proxy_route(edge, (f"127.0.0.1:{ports['ours']}",), {}),
        "wagtail": proxy_route(edge, (f"127.0.0.1:{ports['theirs']}",), {}),
        "compressed": {"handle": [beforehand]},
        "file": {"handle": [COMPRESS, files]},
    }
    routes |= {"plain-page": routes["page"], "plain-file": routes["file"]}
    servers = {name: _server(ports[name], route, is_plain=name.startswith("plain")) for name, route in routes.items()}
    issued = {"policies": [{"subjects": [host], "issuers": [{"module": "internal"}]}]}
    apps = {
        "http": {"servers": servers},
        "tls": {"automation": issued, "certificates": {"automate": [host]}},
        "pki": {"certificate_authorities": {"local": {"install_trust": False}}},
    }
    return {
        "admin": {"disabled": True},
        "storage": {"module": "file_system", "root": str(folder / "caddy")},
        "apps": apps,
    }


def _server(port: int, route: dict[str, Any], *, is_plain: bool) -> dict[str, Any]:
    tls = {} if is_plain else {"tls_connection_policies": [{}]}
    return {"listen": [f"127.0.0.1:{port}"], "routes": [route], "automatic_https": {"disable": True}, **tls}


def _address(name: str, ports: dict[str, int]) -> str:
    return f"{'' if name.startswith('plain') else 'https://'}127.0.0.1:{ports[name]}"


def _load(address: str, path: str, host: str, visitors: int, seconds: float, accepted: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.http_load", address, path, host, str(visitors), str(seconds), accepted]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return {"rate": told["requests"] / told["seconds"], "p95": told["p95"]}


def _until_answers(address: str, path: str, host: str) -> None:
    for _ in range(600):  # the peer brings its tables first
        try:
            _load(address, path, host, 1, 0.05, BROWSER)
            return
        except subprocess.CalledProcessError:
            time.sleep(0.2)
    raise RuntimeError(f"Nothing answers at {path}.")
