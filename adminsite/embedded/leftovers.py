"""Ends what a killed start left behind: processes of this very home, and no others."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from adminsite.embedded.home import MARKER, Home

PATIENCE = 5.0  # seconds between asking and killing


def leftovers_end(home: Home) -> int:
    """Ask every left process of ``home`` to stop, kill what stays. Returns how many there were.

    Only for whoever holds the home's lock. Elsewhere than on Linux processes cannot be told apart, so none is touched.
    """
    found = processes_of(home)
    _signal(found, signal.SIGTERM)
    until = time.monotonic() + PATIENCE
    while processes_of(home) and time.monotonic() < until:
        time.sleep(0.1)
    _signal(processes_of(home), signal.SIGKILL)
    return len(found)


def processes_of(home: Home) -> list[int]:
    """Process ids that carry the home's marker in their environment, or work in its database folder."""
    return [pid for pid in _process_ids() if pid != os.getpid() and _belongs(pid, home)]


def _process_ids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]


def _belongs(pid: int, home: Home) -> bool:
    process = Path("/proc") / str(pid)
    marker = f"{MARKER}={home.path}".encode()
    with suppress(OSError):
        if marker in (process / "environ").read_bytes().split(b"\0"):
            return True
    with suppress(OSError):  # PostgreSQL writes its title over its environment
        return (process / "cwd").readlink() == home.postgres and b"postgres" in (process / "cmdline").read_bytes()
    return False


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
