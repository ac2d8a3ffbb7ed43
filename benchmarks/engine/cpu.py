"""CPU time of process trees, read from /proc, and how busy the rest of the machine was."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(roots: Iterable[int]) -> float:
    """User and system time of the processes, of all that descend from them, and of their children that ended."""
    stats = _stats()
    wanted = set(roots)
    while more := {pid for pid, (parent, _) in stats.items() if parent in wanted} - wanted:
        wanted |= more
    return sum(stats[pid][1] for pid in wanted if pid in stats)


def machine_seconds() -> float:
    """What all processors together were busy since the start of the machine."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    idle = fields[3] + fields[4]
    return (sum(fields[:8]) - idle) / TICKS


def _stats() -> dict[int, tuple[int, float]]:
    """Parent and CPU seconds of every process."""
    found: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            found[int(entry.name)] = (int(fields[1]), sum(int(field) for field in fields[11:15]) / TICKS)
    return found
