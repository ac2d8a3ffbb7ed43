"""Handshakes as a visitor's machine makes them: by Python's ssl and by the openssl command, under any name at all."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import subprocess
from collections.abc import Generator
from contextlib import contextmanager

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from tests.builders.certificates import Issued, root

PATIENCE = 20.0


def context_trusting(authority: Issued | None = None) -> ssl.SSLContext:
    """Trusts the tests' authority alone."""
    return ssl.create_default_context(cadata=(authority or root()).pem.decode())


@contextmanager
def connected(
    port: int, host: str, context: ssl.SSLContext | None = None
) -> Generator[http.client.HTTPConnection, None, None]:
    """A verified connection to ``host`` at the loopback ``port``, ready for requests."""
    plain = socket.create_connection(("127.0.0.1", port), PATIENCE)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.sock = (context or context_trusting()).wrap_socket(plain, server_hostname=host)
    try:
        yield connection
    finally:
        connection.close()


def seen_by_python(port: int, host: str) -> str:
    """SHA-256 of the leaf, after chain and name were verified."""
    with connected(port, host) as connection:
        assert isinstance(connection.sock, ssl.SSLSocket)
        leaf = connection.sock.getpeercert(binary_form=True)
    assert leaf is not None
    return x509.load_der_x509_certificate(leaf).fingerprint(SHA256()).hex()


def seen_by_openssl(port: int, name: str) -> list[str]:
    """SHA-256 of each certificate that was sent, empty where the handshake was refused. ``name`` goes as it stands."""
    command = ("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", name, "-showcerts")
    said = subprocess.run(command, input=b"", capture_output=True, timeout=PATIENCE).stdout
    pems = re.findall(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", said, re.DOTALL)
    return [x509.load_pem_x509_certificate(pem).fingerprint(SHA256()).hex() for pem in pems]


def hello_refused(port: int, name: bytes) -> bool:
    """Whether a ClientHello with these very bytes as its name, which no library sends, ends without a certificate."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as plain:
        plain.sendall(_hello(name))
        answer = plain.recv(65536)
    return answer[:1] in {b"\x15", b""}  # an alert, or the end; a ServerHello begins with 0x16


def _hello(name: bytes) -> bytes:
    """RFC 8446 4.1.2, the least that a server negotiates TLS 1.2 with (ECDHE, P-256)."""
    entry = b"\x00" + len(name).to_bytes(2, "big") + name
    extensions = _extension(0, _vector(entry)) + _extension(10, _vector(b"\x00\x17")) + _extension(11, b"\x01\x00")
    extensions += _extension(13, _vector(b"\x04\x03\x08\x04\x04\x01"))
    body = b"\x03\x03" + bytes(32) + b"\x00" + _vector(b"\xc0\x2b\xc0\x2f") + b"\x01\x00" + _vector(extensions)
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + _vector(message)


def _extension(number: int, body: bytes) -> bytes:
    return number.to_bytes(2, "big") + _vector(body)


def _vector(body: bytes) -> bytes:
    return len(body).to_bytes(2, "big") + body
