"""Becomes one supervised process: run as a script (``python -I -S launch.py …``), it ends in ``exec``.

Before that it (1) ends what a killed predecessor left in its process group, (2) asks the kernel for a signal when the
supervisor dies, so that a killed supervisor leaves nothing behind, and (3) drops root where the program refuses it.
Uses the standard library alone: it runs before every start of every program.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1


def main() -> None:
    chosen = _arguments()
    _end_predecessor(Path(chosen.pid_file))
    Path(chosen.pid_file).write_text(str(os.getpid()))
    supervisor = os.getppid()
    if chosen.user:
        _become(chosen.user)
    _die_with_parent(signal.Signals[chosen.death_signal], supervisor)
    os.execv(chosen.command[0], chosen.command)  # noqa: S606 - the very purpose


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pid-file", required=True)
    parser.add_argument("--death-signal", default="SIGTERM")
    parser.add_argument("--user", default="", help="uid:gid to become (root only)")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def _end_predecessor(pid_file: Path) -> None:
    """Kill the rest of the last generation: pool children that outlived a killed parent would serve beside us."""
    with suppress(OSError, ValueError):
        group = int(pid_file.read_text())
        if group != os.getpgrp() and _is_ours(group):
            os.killpg(group, signal.SIGKILL)


def _is_ours(group: int) -> bool:
    """Whether a member of the group carries our home's marker: numbers are used again, environments are not."""
    marker = f"PORTAL_SUPERVISED_HOME={os.environ.get('PORTAL_SUPERVISED_HOME', '')}".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getpgid(int(entry.name)) == group and marker in (entry / "environ").read_bytes().split(b"\0"):
                return True
    return False


def _become(user: str) -> None:
    uid, gid = (int(part) for part in user.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def _die_with_parent(death_signal: signal.Signals, parent: int) -> None:
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(1)


if __name__ == "__main__":
    main()
