"""The folder that the edge reads: one file for each bound host, chain and private key.

The first line is a stamp, which PEM readers skip: it tells a restarted agent what the file was made of. Files are
replaced by renaming, so that a handshake reads the old one or the new one and nothing between.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")  # the edge's own pattern: adminsite/embedded/edge_certificates.py
SUFFIX = ".pem"
AUTOMATIC = ".auto"  # an empty file: the edge's own matter (adminsite/embedded/edge_automatic.py)
STAMP = b"# "


@dataclass(frozen=True)
class EdgeStore:
    """Files (0600) in ``folder`` (0700). Hosts are lower-case A-labels."""

    folder: Path

    def put(self, host: str, *, stamp: str, pem: bytes) -> None:
        """Serve ``pem`` at ``host`` from the next handshake on.

        Raises:
            ValueError: ``host`` cannot be a file name.
        """
        path = self._path(host)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(dir=self.folder, prefix=".new-")  # 0600
        with os.fdopen(descriptor, "wb") as file:
            file.write(STAMP + stamp.encode() + b"\n" + pem)
        Path(temporary).replace(path)

    def remove(self, host: str) -> None:
        """Serve nothing at ``host``."""
        self._path(host).unlink(missing_ok=True)

    def automatic_mark(self, host: str) -> None:
        """The edge may order a certificate for ``host`` itself.

        Raises:
            ValueError: ``host`` cannot be a file name.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path(host, AUTOMATIC).touch(mode=0o600)

    def automatic_unmark(self, host: str) -> None:
        """No longer."""
        self._path(host, AUTOMATIC).unlink(missing_ok=True)

    def automatic_hosts(self) -> set[str]:
        """Every host that is marked."""
        return {path.name.removesuffix(AUTOMATIC) for path in self.folder.glob(f"*{AUTOMATIC}")}

    def stamps(self) -> dict[str, str]:
        """Every host that has a file, with its stamp. What a killed agent left half written is removed."""
        found: dict[str, str] = {}
        for path in self.folder.glob("*") if self.folder.is_dir() else ():
            if path.suffix == SUFFIX and not path.name.startswith("."):
                found[path.name.removesuffix(SUFFIX)] = _stamp(path)
            elif path.name.startswith(".new-"):
                path.unlink(missing_ok=True)
        return found

    def _path(self, host: str, suffix: str = SUFFIX) -> Path:
        if not HOST.fullmatch(host):
            raise ValueError(f"{host!r} is no host name in lower case.")
        return self.folder / f"{host}{suffix}"


def _stamp(path: Path) -> str:
    """ "" where the file is not one of ours."""
    with path.open("rb") as file:
        first = file.readline(200)
    return first.removeprefix(STAMP).decode(errors="replace").strip() if first.startswith(STAMP) else ""
