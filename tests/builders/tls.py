"""The web application over real HTTPS inside the tests' process, with a certificate of our own authority.

It answers one request after the other, in a thread that uses the test's own database connection: so it sees what the
test wrote, and all is undone with the test's transaction.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from adminsite.front import Front
from tests.builders.certificates import authority, leaf


@dataclass(frozen=True)
class Served:
    """Where it listens, and the file with the root that its certificate leads to."""

    base_url: str
    root_certificate: Path


class _Handler(WSGIRequestHandler):
    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), "HTTPS": "on"}

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def https_running(folder: Path) -> Generator[Served, None, None]:
    """Serve the product's web application at ``https://localhost:<free port>``; its files are put into ``folder``."""
    root = authority("Tests' root")
    issued = leaf("localhost", signer=root)
    certificate, key, anchor = folder / "chain.pem", folder / "key.pem", folder / "root.pem"
    certificate.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in issued.chain[:-1]))
    key.write_bytes(issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    anchor.write_bytes(root.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = WSGIServer(("127.0.0.1", 0), _Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.set_app(Front(get_wsgi_application()))
    connection = connections["default"]
    connection.inc_thread_sharing()
    kept = [signal for signal in (request_started, request_finished) if signal.disconnect(close_old_connections)]
    thread = threading.Thread(target=_serve, args=(server, connection), daemon=True)
    thread.start()
    try:
        yield Served(f"https://localhost:{server.server_port}", anchor)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
        connection.dec_thread_sharing()
        for signal in kept:
            signal.connect(close_old_connections)


def _serve(server: WSGIServer, connection: BaseDatabaseWrapper) -> None:
    connections["default"] = connection
    server.serve_forever(poll_interval=0.02)
