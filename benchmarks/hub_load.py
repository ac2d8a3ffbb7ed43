"""Load for a hub: keep-alive connections that send prepared requests as fast as they are answered, in a process apart.

``python -m benchmarks.hub_load HOST:PORT HUB POLICY KEY EVENTS_A_REQUEST CONNECTIONS SECONDS [REQUESTS]`` prints one
JSON object. Plain sockets: any HTTP library would cost as much processor time as the server that is measured.
"""

from __future__ import annotations

import json
import random
import socket
import sys
import threading
import time
import uuid
from datetime import UTC, datetime

from analytics.hub.sas import token_make

CONTACTS = [f"00000000-0000-0000-0000-{number:012x}" for number in range(1, 20_001)]
ARTICLES = [f"00000000-0000-0000-0000-{number:012x}" for number in range(1, 201)]
WORDS = ("boiler", "descale", "filter", "invoice", "grinder", "seal", "order", "water")
PORTAL = str(uuid.UUID(int=7))


_EVENT = (
    '{"InteractionType": "%s", "portal_interactionid": "%s", "portal_timestamp": "%s", "portal_contactid": "%s", '
    f'"portal_portalid": "{PORTAL}", "portal_language": "en-US", "portal_sessionid": "0123456789abcdef", %s}}'
)
_SEARCH = '"portal_searchstring": "%s %s", "portal_resultcount": 2'
_ARTICLE = '"portal_knowledgearticleid": "%s", "portal_knowledgetitle": "Descale the coffee machine"'


def event() -> str:
    """What a visitor of a portal does, as JSON. Written by hand: the load must leave the processor to the server."""
    number = f"{random.getrandbits(128):032x}"
    id = f"{number[:8]}-{number[8:12]}-{number[12:16]}-{number[16:20]}-{number[20:]}"
    at = f"{datetime.now(UTC).isoformat()[:-6]}Z"
    if random.random() < 0.25:
        own = _SEARCH % (random.choice(WORDS), random.choice(WORDS))
        return _EVENT % ("portal_search", id, at, random.choice(CONTACTS), own)
    return _EVENT % ("portal_viewknowledgearticle", id, at, random.choice(CONTACTS), _ARTICLE % random.choice(ARTICLES))


class Sender(threading.Thread):
    """One connection."""

    def __init__(self, address: tuple[str, int], head: str, size: int, requests: int, until: float) -> None:
        super().__init__(daemon=True)
        self.address, self.head, self.size, self.requests, self.until = address, head, size, requests, until
        self.took: list[float] = []
        self.statuses: dict[str, int] = {}

    def run(self) -> None:
        connection = socket.create_connection(self.address, 30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while len(self.took) < self.requests and time.perf_counter() < self.until:
            body = (event() if self.size == 1 else f"[{', '.join([event() for _ in range(self.size)])}]").encode()
            request = f"{self.head}Content-Length: {len(body)}\r\n\r\n".encode() + body
            began = time.perf_counter()
            connection.sendall(request)
            status = _answer(connection)
            self.took.append(time.perf_counter() - began)
            self.statuses[status] = self.statuses.get(status, 0) + 1
        connection.close()


def _answer(connection: socket.socket) -> str:
    """Reads one whole answer; its status."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    told = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
    left = int(told) - len(body)
    while left > 0:
        left -= len(_more(connection))
    return head.split(b" ", 2)[1].decode()


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise ConnectionError("The hub closed the connection.")
    return data


def main() -> None:
    where, hub, policy, key, size, connections, seconds = sys.argv[1:8]
    requests = int(sys.argv[8]) if len(sys.argv) > 8 else 10**9
    host, _, port = where.partition(":")
    token = token_make(resource=f"{host}/hub/{hub}", policy=policy, key=key)
    head = (
        f"POST /hub/{hub}/data/Interactions?api-version=2016-01-01 HTTP/1.1\r\nHost: {where}\r\n"
        f"Authorization: {token}\r\nContent-Type: application/json\r\n"
    )
    began = time.perf_counter()
    share = -(-requests // int(connections))
    senders = [
        Sender((host, int(port)), head, int(size), share, began + float(seconds)) for _ in range(int(connections))
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    spent = time.perf_counter() - began
    took = sorted(one for sender in senders for one in sender.took)
    statuses: dict[str, int] = {}
    for sender in senders:
        for status, count in sender.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    told = {"seconds": spent, "requests": len(took), "statuses": statuses}
    told |= {"p50": took[len(took) // 2] * 1000, "p99": took[int(len(took) * 0.99)] * 1000}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
