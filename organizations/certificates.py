"""The certificate an application signs in with instead of a secret: read from PEM or PFX, kept as PEM with its key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)
from django.utils import timezone

from core.errors import InvalidValue

LARGEST = 64 * 1024
SMALLEST_KEY = 2048


@dataclass(frozen=True)
class ClientCertificate:
    """``pem`` holds the private key, unencrypted, and then the certificate: seal it before it is kept."""

    pem: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"ClientCertificate(until {self.expires_at})"


def certificate_read(data: bytes, password: str = "") -> ClientCertificate:
    """The certificate in ``data``.

    Raises:
        InvalidValue: it cannot be read, the password is wrong, it has no RSA key, the key is another's, it has expired.
    """
    if len(data) > LARGEST:
        raise _refused("The file is larger than a certificate can be (64 KiB).", "certificate-unreadable")
    secret = password.encode() or None
    key, certificate = _pem(data, secret) if b"-----BEGIN" in data else _pfx(data, secret)
    if not isinstance(key, RSAPrivateKey) or key.key_size < SMALLEST_KEY:
        raise _refused(f"The certificate's key must be RSA with {SMALLEST_KEY} bits or more.", "certificate-weak")
    if _public(key) != _public_of(certificate):
        raise _refused("The private key is not the certificate's own.", "certificate-key-mismatch")
    if certificate.not_valid_after_utc <= timezone.now():
        ended = f"{certificate.not_valid_after_utc:%d %B %Y}"
        raise _refused(f"The certificate expired on {ended}. Upload a new one.", "certificate-expired")
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return ClientCertificate(key_pem + certificate.public_bytes(Encoding.PEM).decode(), certificate.not_valid_after_utc)


def _pem(data: bytes, password: bytes | None) -> tuple[object, x509.Certificate]:
    try:
        certificate = x509.load_pem_x509_certificate(data)
    except ValueError as wrong:
        raise _refused("The file holds no certificate that can be read.", "certificate-unreadable") from wrong
    try:
        return load_pem_private_key(data, password), certificate
    except TypeError as wrong:
        text = "The private key needs its password." if password is None else "The private key has no password."
        raise _refused(text, "certificate-wrong-password", field="certificate_password") from wrong
    except ValueError as wrong:
        if b"PRIVATE KEY-----" not in data:
            raise _refused(
                "The file holds no private key. Upload the certificate with its key.", "certificate-no-key"
            ) from wrong
        raise _refused(
            "The password does not open the private key.", "certificate-wrong-password", field="certificate_password"
        ) from wrong


def _pfx(data: bytes, password: bytes | None) -> tuple[object, x509.Certificate]:
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(data, password)
    except ValueError as wrong:
        raise _refused(
            "The file cannot be opened: it is no PFX or PEM file, or the password is another.",
            "certificate-wrong-password",
        ) from wrong
    if key is None or certificate is None:
        raise _refused("The file does not hold a certificate with its private key.", "certificate-no-key")
    return key, certificate


def _public(key: RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _public_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _refused(text: str, code: str, *, field: str = "certificate") -> InvalidValue:
    return InvalidValue(text, field=field, code=f"organizations:{code}")
