"""Secrets that an installation makes for itself, once."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def made_once(path: Path, fresh: str) -> str:
    """What ``path`` holds; where it is not there yet, ``fresh``, so that two processes starting at once agree."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    except OSError as wrong:
        raise ImproperlyConfigured(
            f"PORTAL_HOME holds {str(path.parent.parent)!r}, where nothing can be written: {wrong.strerror}. "
            "The path of a folder that this account may write is allowed."
        ) from wrong
    with os.fdopen(descriptor, "w") as file:
        file.write(fresh)
    return fresh
