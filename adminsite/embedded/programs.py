"""What the supervisor is told about one process."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from adminsite.embedded.home import Home

LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Program:
    """One supervised process. ``stop_seconds`` may pass between the signal and the kill."""

    name: str
    command: tuple[str, ...]
    directory: Path
    stop_signal: str = "TERM"
    stop_seconds: int = 4
    user: str = ""  # uid:gid to become, root only

    def launched(self, home: Home) -> tuple[str, ...]:
        """The command behind launch.py, which cleans up before it and dies with its parent."""
        launcher = (sys.executable, "-I", "-S", str(LAUNCHER), "--pid-file", str(home.run / f"{self.name}.pid"))
        user = ("--user", self.user) if self.user else ()
        return (*launcher, "--death-signal", f"SIG{self.stop_signal}", *user, "--", *self.command)


def python(*arguments: str) -> tuple[str, ...]:
    """A command of this very interpreter."""
    return (sys.executable, "-m", *arguments)
