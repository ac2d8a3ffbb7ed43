"""The edge in a container of its own: ``python -m adminsite.embedded.edge_alone``.

Reads the addresses of the PORTAL_* variables and PORTAL_EDGE_SECRET (no other secret), writes the configuration and
becomes Caddy. A child waits for the local authority's root certificate and exports it to where the other containers
read it. With ``--check`` it only tells, by its exit status, whether the edge shows a valid certificate.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from adminsite.embedded.caddy import Caddy
from adminsite.embedded.home import Home
from adminsite.embedded.ports import port_free
from adminsite.embedded.programs import Program
from adminsite.embedded.readiness import answers_tls
from core.environment import Environment

PATIENCE = 60.0  # seconds for Caddy to make its authority


def caddy_from(variables: Mapping[str, str]) -> Caddy:
    """The edge that these variables describe, bound to every address: a container's network is its own."""
    env = Environment(variables)
    home = Home(Path(env.text("PORTAL_HOME", default="var")).resolve())
    return Caddy(
        home=home,
        admin_host=env.host("PORTAL_ADMIN_HOST", default="localhost"),
        base_domain=env.host("PORTAL_BASE_DOMAIN", default="portals.localhost"),
        https_port=env.port("PORTAL_HTTPS_PORT", default=8443),
        http_port=env.port("PORTAL_HTTP_PORT", default=8080),
        web=env.text("PORTAL_WEB_ADDRESS", default="127.0.0.1:8001"),
        websites=env.text("PORTAL_WEBSITES_ADDRESS", default="127.0.0.1:8002"),
        certificates_port=port_free(),
        secret=env.secret("PORTAL_EDGE_SECRET", home=home.path, bytes_=32),
        listen=("",),
        acme_directory=env.address("PORTAL_ACME_DIRECTORY"),
        trust_roots=env.text("PORTAL_TRUST_ROOTS", default=""),
    )


def main() -> int:
    caddy = caddy_from(os.environ)
    if "--check" in sys.argv[1:]:
        return 0 if answers_tls(caddy.https_port, caddy.admin_host, caddy.home.root_certificate) else 1
    for folder in (caddy.home.run, caddy.home.caddy, caddy.home.root_certificate.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    program = caddy.program()
    return _export(caddy) if os.fork() == 0 else _become(program, caddy.environment())


def _become(program: Program, environment: Mapping[str, str]) -> NoReturn:
    os.execve(program.command[0], program.command, {**os.environ, **environment})  # noqa: S606 - the very purpose


def _export(caddy: Caddy) -> int:
    until = time.monotonic() + PATIENCE
    while not caddy.export_root() and time.monotonic() < until:
        time.sleep(0.2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
