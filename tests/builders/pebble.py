"""pebble, the test server of ACME's authors, with a resolver of our own: every name is at 127.0.0.1."""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adminsite.embedded.ports import port_free
from tests.builders.dns import scripted_dns

PEBBLE = shutil.which("pebble")
PATIENCE = 20.0

pebble_needed = pytest.mark.skipif(PEBBLE is None, reason="pebble is not installed (Debian: pebble); it plays ACME")


@dataclass(frozen=True)
class Pebble:
    """A running one. ``roots`` is a PEM file: its own certificate and the authority that it issues from."""

    directory: str
    roots: Path


@contextmanager
def pebble_running(folder: Path, *, http_port: int, https_port: int) -> Generator[Pebble, None, None]:
    """Validates at these two ports of 127.0.0.1 (the edge's)."""
    assert PEBBLE
    folder.mkdir(parents=True, exist_ok=True)
    port = port_free()
    management = port_free((port,))
    certificate = _certificate(folder)
    configuration = {
        "listenAddress": f"127.0.0.1:{port}",
        "managementListenAddress": f"127.0.0.1:{management}",
        "certificate": str(certificate),
        "privateKey": str(folder / "pebble.key"),
        "httpPort": http_port,
        "tlsPort": https_port,
        "ocspResponderURL": "",
        "externalAccountBindingRequired": False,
    }
    (folder / "pebble.json").write_text(json.dumps({"pebble": configuration}))
    with scripted_dns(_everything_here) as dns_port, (folder / "pebble.log").open("wb") as log:
        process = subprocess.Popen(
            (PEBBLE, "-config", str(folder / "pebble.json"), "-dnsserver", f"127.0.0.1:{dns_port}"),
            env={**os.environ, "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"},
            stdout=log,
            stderr=log,
        )
        try:
            root = _root(f"https://127.0.0.1:{management}/roots/0", certificate, process)
            roots = folder / "roots.pem"
            roots.write_bytes(certificate.read_bytes() + root)
            yield Pebble(f"https://127.0.0.1:{port}/dir", roots)
        finally:
            process.terminate()
            process.wait(10)


def _everything_here(name: str, type: str) -> list[str] | str:
    return [f"{name}. 1 A 127.0.0.1"] if type == "A" else []


def _root(url: str, certificate: Path, process: subprocess.Popen[bytes]) -> bytes:
    context = ssl.create_default_context(cafile=str(certificate))
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5, context=context) as answer:
                return bytes(answer.read())
        except urllib.error.URLError:
            time.sleep(0.05)
    raise RuntimeError("pebble did not begin to answer")


def _certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pebble")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "pebble.key").write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()))
    path = folder / "pebble.crt"
    path.write_bytes(made.public_bytes(encoding))
    return path
