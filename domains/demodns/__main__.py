"""``python -m domains.demodns --home FOLDER --port NUMBER``: serves the zones on loopback until it is stopped."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path

from dnslib import DNSRecord
from dnslib.server import DNSHandler, DNSLogger, DNSServer, TCPServer, UDPServer

from domains.demodns.records import Records
from domains.demodns.zones import Zones

ADDRESS = "127.0.0.1"
LONGEST_DATAGRAM = 1232  # bytes; no fragments


class Handler(DNSHandler):  # type: ignore[misc]
    """Cuts longer answers, to be asked again over TCP. With the question kept: dnslib's own cut drops it."""

    def get_reply(self, data: bytes) -> bytes:
        request = DNSRecord.parse(data)
        reply = self.server.resolver.resolve(request, self)
        packed: bytes = reply.pack()
        if self.protocol == "tcp" or len(packed) <= LONGEST_DATAGRAM:
            return packed
        cut = request.reply(ra=0, aa=1)
        cut.header.tc = 1
        return bytes(cut.pack())


class AloneUDP(UDPServer):  # type: ignore[misc]
    """Refuses a port that another one has: two on one UDP port would each get some of the questions."""

    def server_bind(self) -> None:
        self.allow_reuse_address = False
        super().server_bind()


def servers_make(home: Path, port: int) -> tuple[DNSServer, DNSServer]:
    """TCP first: it refuses a port on which another one listens."""
    zones, logger = Zones(Records.of(home)), DNSLogger("error", prefix=False)
    common = {"port": port, "address": ADDRESS, "handler": Handler, "logger": logger}
    return (
        DNSServer(zones, tcp=True, server=TCPServer, **common),
        DNSServer(zones, server=AloneUDP, **common),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="domains.demodns")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    wanted = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    servers = servers_make(wanted.home, wanted.port)
    for server in servers:
        server.start_thread()
    stopped.wait()
    for server in servers:
        server.stop()


if __name__ == "__main__":
    main()
