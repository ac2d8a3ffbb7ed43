"""Loopback ports: chosen free at the first start, kept for the next ones."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from adminsite.embedded.home import write_private

LOOPBACK = ("127.0.0.1", "::1")
_claims: list[int] = []  # open until the process ends, however it ends


def ports_remembered(path: Path, names: Iterable[str], wished: Mapping[str, int] | None = None) -> dict[str, int]:
    """One free loopback port for each name: what ``path`` remembers, or what is wished for, where it is free."""
    known = {**(wished or {}), **_read(path)}
    chosen: dict[str, int] = {}
    for name in names:
        port = known.get(name, 0)
        chosen[name] = (
            port if port and port_is_free(port) and port not in chosen.values() else port_free(chosen.values())
        )
    write_private(path, json.dumps(chosen))
    return chosen


def port_free(taken: Iterable[int] = ()) -> int:
    """A loopback port that nobody listens on now, and that is none of ``taken``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port if port not in taken else port_free(taken)


def port_is_free(port: int, addresses: Iterable[str] = ("127.0.0.1",)) -> bool:
    """Whether a server could listen on ``port`` at every one of the addresses."""
    return all(_bind_error(address, port) is None for address in addresses)


def port_claim(port: int) -> bool:
    """Take ``port`` for this process's life; False where another product of this machine has claimed it.

    A port that everybody wants looks free to all who start in the same seconds, until the first of them listens.
    """
    path = Path(tempfile.gettempdir()) / f"portal-port-{port}.lock"
    try:
        claim = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o666)
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    _claims.append(claim)
    return True


def port_needs_root(port: int) -> bool:
    return _bind_error("127.0.0.1", port) == errno.EACCES


def loopback_addresses() -> tuple[str, ...]:
    """The loopback addresses that this machine has: IPv4, and IPv6 where it is switched on."""
    return tuple(address for address in LOOPBACK if _bind_error(address, 0) is None)


def _bind_error(address: str, port: int) -> int | None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free for a server
            probe.bind((address, port))
    except OSError as wrong:
        return wrong.errno
    return None


def _read(path: Path) -> dict[str, int]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return {name: port for name, port in found.items() if isinstance(port, int)} if isinstance(found, dict) else {}
