"""Finds the Chromium that the browser tests drive. ``python -m tests.browser`` tries to install one where none is.

Told by CHROMIUM_PATH, else a system's browser, else playwright's own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "No Chromium was found or could be installed: the browser tests are skipped (set CHROMIUM_PATH to use yours)."
INSTALL_SECONDS = 300


def chromium_path() -> str | None:
    """The path of a Chromium that starts, or None."""
    candidates = [os.environ.get("CHROMIUM_PATH"), *(shutil.which(name) for name in NAMES), *_of_playwright()]
    return next((path for path in candidates if path and _starts(path)), None)


def chromium_install() -> None:
    """Try what this machine allows: playwright's own download, then, as root on Debian, the distribution's package."""
    _try(sys.executable, "-m", "playwright", "install", "chromium")
    if chromium_path() is None and os.getuid() == 0 and shutil.which("apt-get"):
        _try("apt-get", "update", "-qq")
        _try("apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium")


def main() -> None:
    if chromium_path() is None:
        chromium_install()
    sys.stdout.write(f"Browser tests use {found}\n" if (found := chromium_path()) else f"{MISSING}\n")


def _of_playwright() -> list[str]:
    home = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    found = [*home.glob("chromium-*/chrome-linux*/chrome"), *home.glob("chromium-*/chrome-mac*/*.app/Contents/MacOS/*")]
    return sorted((str(path) for path in found), reverse=True)


def _starts(path: str) -> bool:
    try:
        return subprocess.run((path, "--version"), capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _try(*command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, capture_output=True, timeout=INSTALL_SECONDS, env=environment)
    except (OSError, subprocess.SubprocessError):
        return


if __name__ == "__main__":
    main()
