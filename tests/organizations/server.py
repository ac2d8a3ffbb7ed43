"""A little HTTPS server that plays an organization and its authority, well or badly, over real connections."""

from __future__ import annotations

import json
import ssl
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.conf import settings

from organizations.client import transport
from organizations.client.tokens import tokens_forget

HOST = "org.localhost"
BASE = "/org/t"  # an authority has a path
ME = {name: str(uuid.uuid4()) for name in ("UserId", "BusinessUnitId", "OrganizationId")}


@dataclass(frozen=True)
class Say:
    """One answer. ``cut`` closes the connection after so many bytes of the body."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None

    @classmethod
    def json(cls, found: object, status: int = 200, **headers: str) -> Say:
        return cls(status, json.dumps(found).encode(), {name.replace("_", "-"): text for name, text in headers.items()})


@dataclass
class LittleServer:
    """``answers`` by path below the API's root; ``seen`` are the requests as method and path."""

    port: int = 0
    answers: dict[str, list[Say]] = field(default_factory=dict)
    token: Say = field(
        default_factory=lambda: Say.json({"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})
    )
    seen: list[str] = field(default_factory=list)
    forms: list[dict[str, list[str]]] = field(default_factory=list)
    clock: timedelta = timedelta(0)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}{BASE}"

    def on(self, path: str, *says: Say) -> None:
        """Answer requests for ``path`` so, one after the other; the last one stays."""
        self.answers[path] = list(says)

    def count(self, path: str) -> int:
        return sum(1 for seen in self.seen if seen.split(" ")[1].startswith(f"{BASE}/api/data/v9.2/{path}"))

    def answer(self, method: str, path: str, body: bytes) -> Say:
        self.seen.append(f"{method} {path}")
        if path.endswith("/.well-known/openid-configuration"):
            ends = {f"{kind}_endpoint": f"{self.url}/{kind}" for kind in ("token", "authorization")}
            return Say.json({"issuer": self.url, **ends})
        if path == f"{BASE}/token":
            self.forms.append(parse_qs(body.decode()))
            return self.token
        name = path.removeprefix(f"{BASE}/api/data/v9.2/").partition("?")[0].partition("(")[0]
        says = self.answers.get(name) or [Say(404, b"nothing")]
        return says.pop(0) if len(says) > 1 else says[0]


@contextmanager
def little_server(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, ends_in: timedelta = timedelta(days=1)
) -> Iterator[LittleServer]:
    """The server, with the client told to trust its authority and to find it where our own names are."""
    server = LittleServer()
    authority, chain = certificates_make(folder, ends_in)
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
    server.port = httpd.server_address[1]
    (folder / "ca").mkdir(exist_ok=True)
    (folder / "ca" / "root.crt").write_bytes(authority)
    monkeypatch.setattr(settings, "PORTAL_HOME", folder)
    monkeypatch.setattr(settings, "PORTAL_EDGE_ADDRESS", f"127.0.0.1:{server.port}")
    monkeypatch.setattr(transport, "transport_make", transport.GuardedTransport)
    pools: dict[tuple[object, ...], httpx.HTTPTransport] = {}
    make = transport._pool.__wrapped__

    def pool_of(*names: object) -> httpx.HTTPTransport:
        return pools[names] if names in pools else pools.setdefault(names, make(*names))

    monkeypatch.setattr(transport, "_pool", pool_of)
    tokens_forget()
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        for pool in pools.values():
            pool.close()
        tokens_forget()
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def certificates_make(folder: Path, ends_in: timedelta, *, root: str = "root") -> tuple[bytes, Path]:
    """An authority's certificate (PEM), and a file with a key and a certificate for :data:`HOST`."""
    root_key, key = _key(root), _key("server")
    authority = _certificate(
        "Test Authority", root_key, "Test Authority", root_key, timedelta(days=2), is_authority=True
    )
    leaf = _certificate(HOST, key, "Test Authority", root_key, ends_in)
    chain = folder / "server.pem"
    chain.write_bytes(private_pem(key) + leaf.public_bytes(Encoding.PEM))
    return authority.public_bytes(Encoding.PEM), chain


def private_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@cache
def _key(whose: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _certificate(
    name: str,
    key: rsa.RSAPrivateKey,
    issuer: str,
    issuer_key: rsa.RSAPrivateKey,
    ends_in: timedelta,
    *,
    is_authority: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3))
        .not_valid_after(now + ends_in)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name.replace(" ", "-").lower())]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    return made.sign(issuer_key, hashes.SHA256())


def application_certificate(
    ends_in: timedelta = timedelta(days=365), key: rsa.RSAPrivateKey | None = None
) -> tuple[bytes, x509.Certificate]:
    """A key with its certificate as PEM, and the certificate."""
    own = key or _key("application")
    made = _certificate("portal app", own, "portal app", own, ends_in)
    return private_pem(own) + made.public_bytes(Encoding.PEM), made


def _handler(server: LittleServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = server.answer(self.command, self.path, body)
            self.send_response_only(said.status)
            self.send_header("Date", format_datetime(datetime.now(UTC) + server.clock, usegmt=True))
            for name, text in said.headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body if said.cut is None else said.body[: said.cut])
            self.close_connection = said.cut is not None

        do_GET = do_POST = do_PATCH = do_DELETE = _answer

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the test says what was seen."""

    return Handler
