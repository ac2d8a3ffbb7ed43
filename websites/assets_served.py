"""The style sheets of the runtime: in memory, under an address that changes with their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "assets"
NAMES = ("portal.css", "setup.css")


@dataclass(frozen=True)
class Asset:
    content: bytes
    version: str

    def url(self, name: str) -> str:
        return f"/_assets/{name}?v={self.version}"


@cache
def asset(name: str) -> Asset:
    """One of :data:`NAMES`."""
    content = (FOLDER / name).read_bytes()
    return Asset(content, hashlib.sha256(content).hexdigest()[:12])
