"""The peers' own environment: psycopg 3 beside the product would change the driver that Django takes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "bench-peers"
LOCK = ROOT / "requirements" / "bench.txt"


def peers_python() -> Path:
    """Its interpreter, made from the locked requirements at the first call; ``PORTAL_BENCH_PEERS`` names another."""
    if chosen := os.environ.get("PORTAL_BENCH_PEERS"):
        return Path(chosen)
    python = FOLDER / "bin" / "python"
    stamp = FOLDER / "made"
    if not stamp.exists() or stamp.stat().st_mtime < LOCK.stat().st_mtime:
        print("making the peers' environment ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        install = (
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--quiet",
            "--require-hashes",
            "-r",
            str(LOCK),
        )
        subprocess.run([str(python), *install], check=True)
        stamp.touch()
    return python
