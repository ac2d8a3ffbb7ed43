"""Certificates and .pfx files for tests: a certificate authority of our own, leaves with any fault, rows.

Everything here is made by the cryptography library; what that one refuses to make (SHA-1, old encryptions) is made by
the openssl command in :mod:`tests.builders.openssl`.
"""

from __future__ import annotations

import functools
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from domains.certificates.vault import key_seal
from domains.models import Certificate
from organizations.models import Organization

PASSWORD = "open sesame"
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | dsa.DSAPrivateKey
# Certificates keep whole seconds.
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Issued:
    """A certificate, its key, and who signed it (None where it signed itself)."""

    certificate: x509.Certificate
    key: PrivateKey
    signer: Issued | None = None

    @property
    def chain(self) -> list[x509.Certificate]:
        """From this one up to, and with, the root."""
        return [self.certificate, *(self.signer.chain if self.signer else [])]

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def key_make() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@functools.cache
def root() -> Issued:
    """The test authority's root, valid for ten years."""
    return authority("Test Root")


@functools.cache
def intermediate() -> Issued:
    """What signs leaves."""
    return authority("Test Intermediate", signer=root())


def authority(
    name: str,
    *,
    signer: Issued | None = None,
    constraints: x509.NameConstraints | None = None,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> Issued:
    """A certificate authority; without ``signer`` a root."""
    key = key_make()
    extensions: list[tuple[x509.ExtensionType, bool]] = [(x509.BasicConstraints(ca=True, path_length=None), True)]
    extensions.append((_authority_usage(), True))
    if constraints:
        extensions.append((constraints, True))
    return _signed(name, key, signer, extensions, not_before, not_after or now() + 3650 * DAY)


def leaf(
    *names: str,
    signer: Issued | None = None,
    key: PrivateKey | None = None,
    is_self_signed: bool = False,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    usage: x509.ObjectIdentifier | None = ExtendedKeyUsageOID.SERVER_AUTH,
    is_authority: bool = False,
    extra: tuple[x509.ExtensionType, ...] = (),
    san: x509.SubjectAlternativeName | None = None,
) -> Issued:
    """A server certificate for ``names`` (90 days) signed by the test intermediate, with any fault asked for."""
    extensions: list[tuple[x509.ExtensionType, bool]] = [(x509.BasicConstraints(is_authority, None), True)]
    if san or names:
        extensions.append((san or x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False))
    if usage:
        extensions.append((x509.ExtendedKeyUsage([usage]), False))
    extensions.extend((one, False) for one in extra)
    signed_by = None if is_self_signed else signer or intermediate()
    common = names[0] if names else "no-names.example.test"
    return _signed(common, key or key_make(), signed_by, extensions, not_before, not_after)


def pfx(
    issued: Issued,
    password: str = PASSWORD,
    *,
    chain: list[x509.Certificate] | None = None,
    key: PrivateKey | None = None,
    encryption: KeySerializationEncryption | None = None,
) -> bytes:
    """A .pfx of leaf, key and chain (by default all above the leaf but the root)."""
    above = issued.chain[1:-1] if chain is None else chain
    sealing = encryption or (BestAvailableEncryption(password.encode()) if password else NoEncryption())
    return pkcs12.serialize_key_and_certificates(b"test", key or issued.key, issued.certificate, above or None, sealing)


def certificate_made(host: str, *more: str, organization: Organization, **columns: Any) -> Certificate:
    """A row for ``host`` (and ``more`` names) with chain and sealed key, as an upload would have made it.

    ``columns`` are columns, or ``issued`` = the certificate to take.
    """
    issued = columns.pop("issued", None) or leaf(host, *more)
    made = Certificate(
        **{**_columns(issued, (host, *more)), "id": uuid.uuid4(), "organization": organization, **columns}
    )
    key_seal(made, key_pem(issued.key))
    made.save(force_insert=True)
    return made


def key_pem(key: PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _columns(issued: Issued, names: tuple[str, ...]) -> dict[str, Any]:
    certificate = issued.certificate
    above = issued.chain[1:-1]
    return {
        "subject": names[0],
        "issuer": certificate.issuer.rfc4514_string(),
        "names": list(names),
        "fingerprint": certificate.fingerprint(hashes.SHA256()).hex(),
        "thumbprint": certificate.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303  (a name, no protection)
        "key_type": "EC P-256",
        "not_before": certificate.not_valid_before_utc,
        "not_after": certificate.not_valid_after_utc,
        "chain_pem": "".join(one.public_bytes(Encoding.PEM).decode() for one in [certificate, *above]),
    }


def _signed(
    common_name: str,
    key: PrivateKey,
    signer: Issued | None,
    extensions: list[tuple[x509.ExtensionType, bool]],
    not_before: datetime | None,
    not_after: datetime | None,
) -> Issued:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])
    signing_key: Any = signer.key if signer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.certificate.subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before or now() - DAY)
        .not_valid_after(not_after or now() + 90 * DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
    )
    for extension, is_critical in extensions:
        builder = builder.add_extension(extension, is_critical)
    algorithm = None if isinstance(signing_key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Issued(builder.sign(signing_key, algorithm), key, signer)


def _authority_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
