"""A small HTTP client that asks for one address again and again.

``python -m benchmarks.http_load ADDRESS PATH HOSTNAME CONNECTIONS SECONDS [ACCEPT_ENCODING]`` prints one line of JSON:
requests, seconds, p95 in milliseconds. Keep-alive, no pipelining, one thread. ADDRESS is ``host:port``, or
``https://host:port``, where any certificate will do.
"""

from __future__ import annotations

import json
import selectors
import socket
import ssl
import sys
import time
from typing import Any


def main() -> None:
    address, path, host, connections, seconds = sys.argv[1:6]
    accepted = f"Accept-Encoding: {sys.argv[6]}\r\n" if sys.argv[6:7] > [""] else ""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{accepted}\r\n".encode()
    chosen = selectors.DefaultSelector()
    for _ in range(int(connections)):
        opened = _opened(address, host)
        opened.sendall(request)
        chosen.register(opened, selectors.EVENT_READ, [b"", time.perf_counter()])
    began, took = time.perf_counter(), []
    while (now := time.perf_counter()) < began + float(seconds):
        for key, _ in chosen.select(timeout=1):
            state, opened = key.data, key.fileobj
            state[0] += _received(opened)
            head, found, body = state[0].partition(b"\r\n\r\n")
            if found and _is_whole(head, body):
                assert head.startswith(b"HTTP/1.1 200"), head[:200]
                now = time.perf_counter()
                took.append(now - state[1])
                state[:] = [b"", now]
                opened.sendall(request)  # type: ignore[union-attr]
    took.sort()
    seconds_taken = time.perf_counter() - began
    print(json.dumps({"requests": len(took), "seconds": seconds_taken, "p95": took[int(len(took) * 0.95)] * 1000}))


def _opened(address: str, host: str) -> socket.socket:
    scheme, _, place = address.rpartition("://")
    name, _, port = place.rpartition(":")
    opened = socket.create_connection((name, int(port)))
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not scheme:
        return opened
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(opened, server_hostname=host)


def _received(opened: Any) -> bytes:
    """What has come; of a TLS connection also what lies decrypted behind the part that the system knows of."""
    data = opened.recv(1 << 18)
    while isinstance(opened, ssl.SSLSocket) and opened.pending():
        data += opened.recv(1 << 18)
    return bytes(data)


def _is_whole(head: bytes, body: bytes) -> bool:
    _, found, rest = head.lower().partition(b"content-length: ")
    if not found:  # in chunks, as what is compressed on the way is
        return body.endswith(b"\r\n0\r\n\r\n")
    return len(body) >= int(rest.partition(b"\r\n")[0])


if __name__ == "__main__":
    main()
