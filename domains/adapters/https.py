"""The real edge, asked over TLS at its own address: the host name goes into SNI and Host and is never resolved."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from django.conf import settings

from domains import messages
from domains.errors import EdgeUnreachable, EdgeUntrusted
from domains.ports import EdgeAnswer

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
LARGEST_BODY = 256 * 1024


class HttpsEdge:
    """Connects to ``settings.PORTAL_EDGE_ADDRESS`` and verifies the certificate for the host that was asked for."""

    def probe(
        self,
        host: str,
        path: str = "/",
        *,
        headers: Mapping[str, str] | None = None,
        is_compared: bool = False,
        is_custom: bool = False,
    ) -> EdgeAnswer:
        context = _compared() if is_compared else _context(is_custom=is_custom)
        sent = {"Host": _host_header(host), "User-Agent": "portal-probe", **(headers or {})}
        try:
            with (
                httpx.Client(verify=context, timeout=TIMEOUT, trust_env=False, follow_redirects=False) as client,
                client.stream("GET", _url(path), headers=sent, extensions={"sni_hostname": host}) as response,
            ):
                return _answer(response)
        except httpx.HTTPError as wrong:
            if isinstance(_root_cause(wrong), ssl.SSLCertVerificationError):
                raise EdgeUntrusted(messages.EDGE_UNTRUSTED.format(host=host), context={"host": host}) from wrong
            raise EdgeUnreachable(messages.EDGE_UNREACHABLE.format(host=host), context={"host": host}) from wrong


def _answer(response: httpx.Response) -> EdgeAnswer:
    tls = response.extensions["network_stream"].get_extra_info("ssl_object")
    chain = _chain(tls)
    body = b""
    for piece in response.iter_bytes():
        body += piece
        if len(body) >= LARGEST_BODY:
            break
    return EdgeAnswer(
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        portal_id=response.headers.get("Portal-Id", ""),
        certificate_names=_names(chain[0]),
        body=body[:LARGEST_BODY].decode(response.charset_encoding or "utf-8", errors="replace"),
        chain=chain,
    )


def _chain(tls: Any) -> tuple[bytes, ...]:
    """Every certificate that was sent, DER: public since Python 3.13, and objects in place of bytes before."""
    holder = tls if hasattr(tls, "get_unverified_chain") else tls._sslobj
    return tuple(one if isinstance(one, bytes) else _der(one) for one in holder.get_unverified_chain())


def _der(found: Any) -> bytes:
    return ssl.PEM_cert_to_DER_cert(found.public_bytes())


def _names(leaf: bytes) -> tuple[str, ...]:
    """DNS names of a certificate; read here because an unverified one is not told by ``getpeercert``."""
    extensions = x509.load_der_x509_certificate(leaf).extensions
    try:
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(names.get_values_for_type(x509.DNSName))


def _url(path: str) -> str:
    return f"https://{settings.PORTAL_EDGE_ADDRESS}{path}"


def _host_header(host: str) -> str:
    """As a browser sends it: with the port where that is not 443."""
    return host if settings.PORTAL_HTTPS_PORT == 443 else f"{host}:{settings.PORTAL_HTTPS_PORT}"


def _compared() -> ssl.SSLContext:
    """Verifies nothing: the caller knows the very certificate that is to come."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _context(*, is_custom: bool) -> ssl.SSLContext:
    """The edge's own authority where there is one (the embedded shape), else the system's and PORTAL_TRUST_ROOTS.

    For a custom host the system's too: its certificate comes from outside.
    """
    root = Path(settings.PORTAL_HOME) / "ca" / "root.crt"
    context = ssl.create_default_context(cafile=str(root)) if root.exists() else ssl.create_default_context()
    if is_custom:
        context.load_default_certs()
    if settings.PORTAL_TRUST_ROOTS:
        context.load_verify_locations(cafile=settings.PORTAL_TRUST_ROOTS)
    return context


def _root_cause(error: BaseException) -> BaseException:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error
