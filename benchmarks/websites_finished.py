"""Finished pages through the edge's own route, beside files that the same Caddy serves and Wagtail's page through it.

All in turns, so that what else the machine does meets them alike. Once as every browser asks (gzip is taken; the file
lies there compressed, the quickest that Caddy knows, and once more uncompressed, to be compressed for each visitor) and
once as a plain client asks.
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
NAMES = ("page", "wagtail", "compressed", "file")


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
    paths = {"page": path, "wagtail": "/", "compressed": "/page.html", "file": "/page.html"}
    with _running(folder, ports, peer, environment):
        for name in NAMES:
            _until_answers(ports[name], paths[name], host)
        asks = [(name, BROWSER, VISITORS) for name in NAMES]
        asks += [("page", PLAIN, VISITORS), ("file", PLAIN, VISITORS), ("page", BROWSER, 2)]
        told: dict[tuple[str, str, int], list[dict[str, float]]] = {ask: [] for ask in asks}
        for _ in range(rounds):
            for name, accepted, visitors in asks:
                address = f"127.0.0.1:{ports[name]}"
                told[name, accepted, visitors].append(_load(address, paths[name], host, visitors, seconds, accepted))
    shutil.rmtree(folder, ignore_errors=True)
    _report(told)


def _report(told: dict[tuple[str, str, int], list[dict[str, float]]]) -> None:
    def of(name: str, accepted: str = BROWSER, visitors: int = VISITORS, *, what: str = "rate") -> float:
        return statistics.median(one[what] for one in told[name, accepted, visitors])

    page, plain = of("page"), of("page", PLAIN)
    compressed, file, plain_file, wagtail = of("compressed"), of("file"), of("file", PLAIN), of("wagtail")
    print(f"finished page as a browser asks: {page:,.0f}/s; Caddy's file, compressed beforehand: {compressed:,.0f}/s")
    print(f"ratio: {page / compressed:.2f} (goal: 0.6)")
    print(f"  Caddy's file, compressed for each visitor: {file:,.0f}/s; ratio: {page / file:.2f}")
    print(f"  to who takes nothing compressed: {plain:,.0f}/s of {plain_file:,.0f}/s; ratio: {plain / plain_file:.2f}")
    print(f"p95: {of('page', visitors=2, what='p95'):.1f} ms with 2 visitors at once (goal: 10)")
    full, least = of("page", what="p95"), of("compressed", what="p95")
    print(f"  with {VISITORS}, who queue for the processors, {full:.1f} ms; Caddy's file {least:.1f} ms")
    print(f"Wagtail's page through the same: {wagtail:,.0f}/s; ratio: {page / wagtail:.0f} (goal: 50)")


@contextmanager
def _running(folder: Path, ports: dict[str, int], peer: str, environment: dict[str, str]) -> Iterator[None]:
    configuration = folder / "caddy.json"
    configuration.write_text(json.dumps(_configuration(folder, ports)))
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


def _configuration(folder: Path, ports: dict[str, int]) -> dict[str, Any]:
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
    off = {"disable": True}
    servers = {
        name: {"listen": [f"127.0.0.1:{ports[name]}"], "routes": [route], "automatic_https": off}
        for name, route in routes.items()
    }
    return {"admin": {"disabled": True}, "apps": {"http": {"servers": servers}}}


def _load(address: str, path: str, host: str, visitors: int, seconds: float, accepted: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.http_load", address, path, host, str(visitors), str(seconds), accepted]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return {"rate": told["requests"] / told["seconds"], "p95": told["p95"]}


def _until_answers(port: int, path: str, host: str) -> None:
    import httpx

    for _ in range(1_200):  # the peer brings its tables first
        try:
            if httpx.get(f"http://127.0.0.1:{port}{path}", headers={"Host": host}).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"Nothing answers at {path}.")
