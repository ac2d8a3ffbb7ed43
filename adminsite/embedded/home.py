"""Where the embedded shape keeps its state: the folder that PORTAL_HOME names."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LONGEST_SOCKET_PATH = 100  # the kernel takes 107 bytes; supervisord adds a suffix while it binds
MARKER = "PORTAL_SUPERVISED_HOME"  # in the environment of every process that belongs to a home


class AlreadyRunning(Exception):
    """Another `manage.py up` holds this home."""


@dataclass(frozen=True)
class Home:
    """The folders of one installation. ``path`` is absolute."""

    path: Path

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        return self.path / "valkey"

    @property
    def caddy(self) -> Path:
        return self.path / "caddy"

    @property
    def edge_store(self) -> Path:
        """One file for each custom host, chain and key, which the agent writes and the edge reads."""
        return self.run / "edge"

    @property
    def root_certificate(self) -> Path:
        return self.path / "ca" / "root.crt"

    def prepare(self) -> None:
        """Make the folders, readable by their owner alone."""
        for folder in (self.path, self.run, self.log, self.valkey, self.caddy, self.path / "ca"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)

    def lock(self) -> IO[str]:
        """Hold this home until the returned file is closed. Raises AlreadyRunning."""
        file = (self.run / "up.lock").open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise AlreadyRunning(str(self.path)) from None
        return file

    def socket(self, name: str) -> Path:
        """The path for a unix socket: under ``run``, or in a private short folder where that would be too long."""
        path = self.run / name
        return path if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH else _short_folder(self.path) / name

    def secret(self, name: str) -> str:
        """A password made once and kept under ``secrets`` (0600)."""
        path = self.path / "secrets" / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            write_private(path, secrets.token_urlsafe(32))
        return path.read_text().strip()

    def setting(self, name: str) -> str:
        """A secret setting as the web process reads it: the variable, the file it names, or what was made once."""
        if path := os.environ.get(f"{name}_FILE"):
            return Path(path).read_text().strip()
        return os.environ.get(name) or self.secret(name.lower())


def write_private(path: Path, text: str) -> None:
    """Replace ``path`` by a file (0600) with this text, at once: a reader sees the old or the new one."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    Path(temporary).replace(path)


def _short_folder(home: Path) -> Path:
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    folder = Path("/tmp") / f"portal-{os.getuid()}-{name}"  # noqa: S108 - owner and mode are checked below
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077 or folder.is_symlink():
        raise PermissionError(f"{folder} belongs to somebody else; remove it or set PORTAL_HOME to a shorter path.")
    return folder
