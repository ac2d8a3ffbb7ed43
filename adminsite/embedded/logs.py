"""The one log on the terminal: what every process wrote to its own file, with its name before each line."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

BLOCK = 256 * 1024


class Follower:
    """Follows ``<folder>/<name>.log`` from now on, through rotation. ``show`` prints what came since the last call."""

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self._width = max(len(name) for name in names)
        self._logs = [_Log(folder / f"{name}.log", name) for name in names]

    def show(self) -> None:
        lines = [f"{log.name:<{self._width}} | {line}" for log in self._logs for line in log.lines()]
        if lines:
            with suppress(BrokenPipeError):
                sys.stdout.write("\n".join(lines) + "\n")
                sys.stdout.flush()

    def close(self) -> None:
        for log in self._logs:
            log.close()


class _Log:
    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self._path = path
        self._rest = b""
        self._file: IO[bytes] | None = None
        self._open(at_end=True)

    def lines(self) -> list[str]:
        """Whole lines only; of a flood the newest part."""
        data = self._rest + self._read()
        *whole, self._rest = data[-BLOCK:].split(b"\n")
        return [line.decode(errors="replace") for line in whole]

    def _read(self) -> bytes:
        found = self._file.read() if self._file else b""
        if self._was_rotated():
            self._open(at_end=False)
            found += self._file.read() if self._file else b""
        return found

    def _was_rotated(self) -> bool:
        try:
            now = self._path.stat()
        except OSError:
            return False
        if self._file is None:
            return True
        return os.fstat(self._file.fileno()).st_ino != now.st_ino or self._file.tell() > now.st_size

    def close(self) -> None:
        if self._file:
            self._file.close()

    def _open(self, *, at_end: bool) -> None:
        self.close()
        try:
            self._file = self._path.open("rb")
        except OSError:
            self._file = None
            return
        if at_end:
            self._file.seek(0, 2)


def log_tail(path: Path, *, lines: int = 15) -> list[str]:
    """The last lines of a log, for a message about why something did not start."""
    with suppress(OSError):
        return path.read_text(errors="replace").splitlines()[-lines:]
    return []
