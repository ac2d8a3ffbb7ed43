"""Is it up? Asked over the network, as a visitor would."""

from __future__ import annotations

import http.client
import socket
import ssl
from pathlib import Path

PATIENCE = 5.0  # seconds for one question


def answers_http(address: str, host: str) -> bool:
    """Whether the web process at ``address`` (``host:port``) answers a request for ``host``, without a server error."""
    connection = http.client.HTTPConnection(address, timeout=PATIENCE)
    try:
        connection.request("GET", "/livez", headers={"Host": host})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def answers_tls(port: int, host: str, root_certificate: Path) -> bool:
    """Whether the edge shows a certificate for ``host`` that its own authority signed."""
    try:
        context = ssl.create_default_context(cafile=str(root_certificate))
        with (
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as plain,
            context.wrap_socket(plain, server_hostname=host),
        ):
            return True
    except OSError:
        return False
