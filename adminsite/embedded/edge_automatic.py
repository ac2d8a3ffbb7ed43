"""Automatic certificates at the edge: Caddy orders them by ACME at the first handshake and renews them at later ones.

An uploaded certificate is always the first choice. Caddy would look into its memory before it asks for one, and serve
an automatic certificate for years after an uploaded one took its place (or after the host was unbound); so custom hosts
never take from memory (:func:`custom_hosts_policy`): the manager is asked at each full handshake, then storage, then
the authority. The two questions are answered in the same Caddy from the folder, where the agent puts an empty file
``<host>.auto`` for each host that may have one; only hosts bound a moment ago are asked of the web process.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SUFFIX = ".auto"
NOBODY = "no certificate has this tag"


@dataclass(frozen=True)
class Automatic:
    """``directory`` is the authority's address, ``roots`` a PEM file by which to trust it ("" = the system's).

    The authority comes to ports 80 and 443 of the host; here they arrive at ``http_port`` and ``https_port``.
    """

    directory: str
    roots: str
    http_port: int
    https_port: int


def issuers(automatic: Automatic) -> list[Json]:
    """The authority as Caddy's issuer."""
    issuer: Json = {
        "module": "acme",
        "ca": automatic.directory,
        "challenges": {
            "http": {"alternate_port": automatic.http_port},
            "tls-alpn": {"alternate_port": automatic.https_port},
        },
    }
    return [{**issuer, **({"trusted_roots_pem_files": [automatic.roots]} if automatic.roots else {})}]


def custom_hosts_policy(names: list[str]) -> list[Json]:
    """TLS policies: our own names are served from memory, all others never."""
    return [{"match": {"sni": names}}, {"certificate_selection": {"any_tag": [NOBODY]}}]


def marked(folder: str, name: str, pattern: str) -> Json:
    """Matches where the folder says that the host in the placeholder ``name`` has an automatic certificate."""
    file = {"root": folder, "try_files": [f"/{name}{SUFFIX}"]}
    return {"file": file, "vars_regexp": {name: {"pattern": pattern}}}


def roots_write(path: Path, extra: str) -> str:
    """One file of the system's authorities and those of PORTAL_TRUST_ROOTS; "" where there are no extra ones.

    Caddy takes the roots of an issuer in place of the system's.
    """
    if not extra:
        return ""
    system = ssl.get_default_verify_paths().cafile
    text = "".join(Path(file).read_text() + "\n" for file in (system, extra) if file)
    path.write_text(text)
    return str(path)
