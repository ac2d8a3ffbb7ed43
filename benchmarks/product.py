"""The running product for measurements: the real ``manage.py up`` in a folder of its own, and a client of its API."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 180


@dataclass(frozen=True)
class Product:
    """A product that is up: its folder, its ports, how long it took to be ready (seconds), its supervisor's pid."""

    home: Path
    https_port: int
    ready_seconds: float
    pid: int

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PORTAL_HOME": str(self.home)}

    def run(self, *arguments: str) -> str:
        """What a management command prints."""
        answer = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return answer.stdout.strip()

    def visit(self, host: str, path: str = "/") -> httpx.Response:
        """One request through the edge over TLS, as a visitor's browser makes it."""
        with httpx.Client(verify=str(self.home / "ca" / "root.crt"), timeout=10) as client:
            return client.get(
                f"https://127.0.0.1:{self.https_port}{path}",
                headers={"Host": f"{host}:{self.https_port}"},
                extensions={"sni_hostname": host},
            )

    def api(self, email: str) -> Api:
        return Api(self, self.run("createtoken", email))


class Api:
    """The API as a script uses it."""

    def __init__(self, product: Product, token: str) -> None:
        self._client = httpx.Client(
            base_url=f"https://127.0.0.1:{product.https_port}/api/v1/",
            verify=str(product.home / "ca" / "root.crt"),
            headers={"Authorization": f"Bearer {token}", "Host": f"localhost:{product.https_port}"},
            timeout=30,
        )

    def get(self, path: str) -> Any:
        return self._send("GET", path).json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._send("POST", path, json=body).json()

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = self._client.request(method, path, extensions={"sni_hostname": "localhost"}, **more)
        if answer.is_error:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:600]}")
        return answer

    def portal_values(self, subdomain: str, *, portal_type: str = "customer_self_service") -> dict[str, Any]:
        """A complete portal form for contoso, with a fresh production licence."""
        contoso = next(row for row in self.get("organizations/")["results"] if row["unique_name"] == "contoso")
        administrators = self.get(f"organizations/{contoso['id']}/administrators/")
        first = administrators["results"][0] if isinstance(administrators, dict) else administrators[0]
        return {
            "license": self.post("licenses/", {"type": "production"})["id"],
            "name": subdomain.title(),
            "subdomain": subdomain,
            "organization": contoso["id"],
            "language": 1033,
            "administrator": first["id"],
            "audience": "partner" if portal_type == "partner" else "customer",
            "portal_type": portal_type,
            "options": [],
            "accept_terms": True,
        }


@contextmanager
def product_up() -> Iterator[Product]:
    """The product, started from nothing and stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - the database's own user must reach its folder below
        home, https, http = Path(folder) / "home", _free_port(), _free_port()
        environment = {
            **os.environ,
            "PORTAL_HOME": str(home),
            "PORTAL_HTTPS_PORT": str(https),
            "PORTAL_HTTP_PORT": str(http),
        }
        began = time.monotonic()
        with open(Path(folder) / "log", "wb") as log:
            process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "up"], env=environment, cwd=ROOT, stdout=log, stderr=log
            )
        os.environ.update(PORTAL_HTTPS_PORT=str(https), PORTAL_HTTP_PORT=str(http))
        try:
            _wait_ready(process, home, https, Path(folder) / "log")
            yield Product(home, https, time.monotonic() - began, process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _wait_ready(process: subprocess.Popen[bytes], home: Path, port: int, log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        if _is_ready(home, port):
            return
        time.sleep(0.1)
    raise RuntimeError(f"The product did not become ready:\n{log.read_text()[-3000:]}")


def _is_ready(home: Path, port: int) -> bool:
    root = home / "ca" / "root.crt"
    if not root.exists() or not (home / "demo-accounts.json").exists():
        return False
    try:
        with httpx.Client(verify=str(root), timeout=5) as client:
            answer = client.get(
                f"https://127.0.0.1:{port}/readyz",
                headers={"Host": f"localhost:{port}"},
                extensions={"sni_hostname": "localhost"},
            )
    except (httpx.HTTPError, OSError):
        return False
    return answer.status_code == 200


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accounts(product: Product) -> dict[str, Any]:
    """What ``demo-accounts.json`` says."""
    found: dict[str, Any] = json.loads((product.home / "demo-accounts.json").read_text())
    return found
