"""What a file is that is no .pfx, by its first bytes: people pick the wrong one of several, and are told which."""

from __future__ import annotations

import base64
import binascii
import re

from cryptography import x509

# DER: ContentInfo with the type signedData (1.2.840.113549.1.7.2), PKCS #7.
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_KEYTOOL = "keytool -importkeystore -deststoretype PKCS12 makes a .pfx of it."
_HEADS: tuple[tuple[bytes, str, str], ...] = (
    (
        b"\xfe\xed\xfe\xed",
        "a Java key store (JKS)",
        _KEYTOOL,
    ),
    (
        b"\xce\xce\xce\xce",
        "a Java key store (JCEKS)",
        _KEYTOOL,
    ),
    (b"PK\x03\x04", "a ZIP archive", "Unpack it and select the .pfx file inside."),
)
_PEM_CURE = "openssl pkcs12 -export -in certificate.pem -inkey key.pem -out certificate.pfx makes a .pfx of it."
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]+")


def kind_of(data: bytes) -> tuple[str, str]:
    """What ``data`` is and how to get a .pfx from it; of what nobody knows, "damaged or something else"."""
    for head, kind, cure in _HEADS:
        if data.startswith(head):
            return _this(kind), cure
    if b"-----BEGIN " in data[:4096]:
        return _this("a text file of the kind PEM"), _PEM_CURE
    if data[:1] == b"\x30":
        return _of_der(data)
    if _is_base64(data):
        return _this("the Base64 text of a binary file"), "Decode it first (base64 -d, or certutil -decode)."
    return "It is damaged or something else.", "Export it again as a .pfx file (PKCS #12)."


def _of_der(data: bytes) -> tuple[str, str]:
    if _SIGNED_DATA in data[:32]:
        return _this("a list of certificates (P7B, PKCS #7) without a key"), "Export it with its private key as a .pfx."
    try:
        x509.load_der_x509_certificate(data)
    except (ValueError, TypeError):
        return "It is damaged or of another kind.", "Export it again as a .pfx file (PKCS #12)."
    return _this("a certificate (DER) without a key"), "Export it with its private key as a .pfx."


def _is_base64(data: bytes) -> bool:
    if not _BASE64.fullmatch(data[:4096]):
        return False
    try:
        return base64.b64decode(b"".join(data[:4096].split())[:400], validate=True)[:1] == b"\x30"
    except (binascii.Error, ValueError):
        return False


def _this(kind: str) -> str:
    return f"This is {kind}."
