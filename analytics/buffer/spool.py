"""Lines on the local disk: what outlives the killing of its process, and costs a page some microseconds.

Each process appends to a file of its own, which it holds locked. A file is set aside under another name before it is
read, and deleted when its lines are rows. A file that nobody holds was a killed process's: whoever comes takes it over.
"""

from __future__ import annotations

import fcntl
import os
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

NEW, OPEN, ASIDE = ".new", ".open", ".aside"


class Spool:
    """The files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._file: int | None = None
        self._path = folder
        self._process = 0

    def append(self, line: bytes) -> None:
        """Add a line (with its line feed); it is the kernel's when this returns."""
        with self._lock:
            os.write(self._own(), line)

    def drain(self, keep: Callable[[Iterable[bytes]], None]) -> int:
        """Give all lines to ``keep``, a file at a time; a file is deleted when ``keep`` returns. How many files.

        Raises:
            Exception: whatever ``keep`` raises; its file stays, and its lines will be given again.
        """
        self._set_own_aside()
        self._adopt()
        done = 0
        for path in sorted(self._folder.glob(f"*{ASIDE}")):
            with _held(path) as file:
                if file is None:
                    continue  # another process reads it
                keep(_lines(file))
                path.unlink()
                done += 1
        return done

    def _own(self) -> int:
        """The open file of this process; a child of a fork does not write into its parent's."""
        if self._file is None or self._process != os.getpid():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path = self._folder / f"{os.getpid()}-{uuid.uuid4().hex}{OPEN}"
            new = self._path.with_suffix(NEW)  # nobody looks at it before it is locked
            self._file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            new.rename(self._path)
            self._process = os.getpid()
        return self._file

    def _set_own_aside(self) -> None:
        with self._lock:
            if self._file is None or self._process != os.getpid():
                return
            self._path.rename(self._path.with_suffix(ASIDE))
            os.close(self._file)
            self._file = None

    def _adopt(self) -> None:
        """Files whose process ended without setting them aside."""
        for path in self._folder.glob(f"*{OPEN}"):
            with _held(path) as file:
                if file is not None:
                    path.rename(path.with_suffix(ASIDE))


@contextmanager
def _held(path: Path) -> Iterator[int | None]:
    """The file, locked; None where somebody holds it, or it is gone."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    try:
        yield file if _is_ours(file) else None
    finally:
        os.close(file)


def _is_ours(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return os.fstat(file).st_nlink > 0


def _lines(file: int) -> Iterator[bytes]:
    with os.fdopen(os.dup(file), "rb") as opened:
        yield from opened
