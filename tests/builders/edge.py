"""A real edge (Caddy from the wheel, the product's configuration) on free ports in front of given addresses."""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from adminsite.embedded.caddy import Caddy
from adminsite.embedded.home import Home
from adminsite.embedded.ports import port_free
from adminsite.embedded.readiness import answers_tls
from tests.services import process_start, process_stop, ready_wait

SECRET = "a-secret-of-the-edge"  # PORTAL_EDGE_SECRET of the web process behind it


@dataclass(frozen=True)
class RunningEdge:
    """Where it listens. ``address`` is what PORTAL_EDGE_ADDRESS would hold."""

    home: Home
    https_port: int
    http_port: int
    root_certificate: Path

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.https_port}"

    def get(self, host: str, path: str = "/", *, name: str = "", **headers: str) -> Answer:
        """GET over TLS. ``name`` is the name in the handshake, where it is to differ from ``host``."""
        context = ssl.create_default_context(cafile=str(self.root_certificate))
        connection = _Connection("127.0.0.1", self.https_port, context, name or host)
        return _ask(connection, f"{host}:{self.https_port}", path, headers)

    def get_plain(self, host: str, path: str = "/", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=20)
        return _ask(connection, f"{host}:{self.http_port}", path, headers)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


@contextmanager
def edge_running(
    folder: Path,
    *,
    web: str,
    websites: str,
    admin_host: str = "localhost",
    base_domain: str = "portals.localhost",
    ports: tuple[int, int] | None = None,
    acme_directory: str = "",
    trust_roots: str = "",
) -> Generator[RunningEdge, None, None]:
    """Run the edge with its state in ``folder``.

    ``web`` and ``websites`` are ``host:port``; ``ports`` are chosen free, or TLS and plain.
    """
    home = Home(folder)
    home.prepare()
    https_port, http_port = ports or (port_free(), port_free())
    caddy = Caddy(
        home,
        admin_host,
        base_domain,
        https_port,
        http_port,
        web,
        websites,
        certificates_port=port_free((https_port, http_port)),
        secret=SECRET,
        acme_directory=acme_directory,
        trust_roots=trust_roots,
    )
    program = caddy.program()
    process = process_start(home, program, dict(caddy.environment()))
    try:
        ready_wait(lambda: _is_ready(caddy), process, home.log / f"{program.name}.log")
        yield RunningEdge(home, https_port, caddy.http_port, home.root_certificate)
    finally:
        process_stop(process)


@contextmanager
def upstream_running(name: str, *, status: int = 200, **headers: str) -> Generator[str, None, None]:
    """A small web server that answers ``name``, the path and the headers it was sent. Yields ``host:port``.

    ``headers`` are sent back; an underscore stands for a hyphen.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"{name} {self.path}\n{self.headers}".encode()
            self.send_response(status)
            for header, value in headers.items():
                self.send_header(header.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Connection(http.client.HTTPSConnection):
    """HTTPS to an address, with a name of our choice in the handshake: nothing is resolved."""

    def __init__(self, address: str, port: int, context: ssl.SSLContext, name: str) -> None:
        super().__init__(address, port, timeout=20, context=context)
        self._name, self._tls = name, context

    def connect(self) -> None:
        http.client.HTTPConnection.connect(self)
        self.sock = self._tls.wrap_socket(self.sock, server_hostname=self._name)


def _ask(connection: http.client.HTTPConnection, host: str, path: str, headers: dict[str, str]) -> Answer:
    try:
        connection.request("GET", path, headers={"Host": host, **headers})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())
    finally:
        connection.close()


def _is_ready(caddy: Caddy) -> bool:
    ready = caddy.export_root() and all(
        answers_tls(caddy.https_port, name, caddy.home.root_certificate)
        for name in (caddy.admin_host, caddy.base_domain, f"ready.{caddy.base_domain}")
    )
    if not ready:
        time.sleep(0.1)
    return ready
