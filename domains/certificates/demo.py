"""The demo's own certificate authority, so that the custom-domain wizard can be walked to a green lock on a laptop.

``PORTAL_HOME/demo-ca/`` holds its root, its intermediate, their keys, and the ``.pfx`` files that were asked for. The
doctor trusts it in the demo alone; browsers do so when ``root.crt`` is imported.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from domains.certificates.leaf import HOST

FOLDER = "demo-ca"
ROOT, INTERMEDIATE = "root", "intermediate"
AUTHORITY_LIFE, LEAF_LIFE = timedelta(days=3650), timedelta(days=90)
CLOCKS_DIFFER = timedelta(hours=1)


class DemoHostRefused(ValueError):
    """The text is no host name that a certificate can be made for."""


@dataclass(frozen=True)
class Issuer:
    """A certificate and the key that belongs to it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def demo_authority_ensure(home: Path) -> Path:
    """Make the authority where there is none; the path of its root certificate."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder):
        if not _is_complete(folder):
            _make(folder)
    return folder / f"{ROOT}.crt"


def demo_pfx_write(home: Path, host: str, password: str, *, life: timedelta = LEAF_LIFE) -> Path:
    """Issue a certificate for ``host`` (also ``*.customers.test``) and write it as a ``.pfx``; the file's path.

    Raises:
        DemoHostRefused
    """
    name = host.lower().removesuffix(".")
    if len(name) > 253 or not HOST.fullmatch(name):
        raise DemoHostRefused(f"{host!r} is no host name such as support.customers.test or *.customers.test.")
    demo_authority_ensure(home)
    folder = home / FOLDER
    path = folder / f"{name.replace('*', '_')}.pfx"
    _write(path, _pfx(_read(folder, INTERMEDIATE), name, password, life))
    return path


def _pfx(issuer: Issuer, name: str, password: str, life: timedelta) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(name, issuer.certificate.subject, key, issuer.key, life)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    leaf = builder.sign(issuer.key, hashes.SHA256())
    sealing = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(name.encode(), key, leaf, [issuer.certificate], sealing)


def _make(folder: Path) -> None:
    root = _authority("Portal Demo Root", None)
    between = _authority("Portal Demo Intermediate", root)
    for name, made in ((INTERMEDIATE, between), (ROOT, root)):  # the root last: it says that all is there
        pem = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _write(folder / f"{name}.key", pem)
        _write(folder / f"{name}.crt", made.certificate.public_bytes(Encoding.PEM))


def _authority(name: str, signer: Issuer | None) -> Issuer:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _named(name)
    issuer = signer.certificate.subject if signer else subject
    signing = signer.key if signer else key
    builder = _builder(name, issuer, key, signing, AUTHORITY_LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(_may_sign(), critical=True)
    return Issuer(builder.sign(signing, hashes.SHA256()), key)


def _builder(
    name: str,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signing: ec.EllipticCurvePrivateKey,
    life: timedelta,
) -> x509.CertificateBuilder:
    """What every certificate of the authority has."""
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _may_sign() -> x509.KeyUsage:
    no = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **no)


def _is_complete(folder: Path) -> bool:
    return all((folder / f"{name}.{end}").exists() for name in (ROOT, INTERMEDIATE) for end in ("key", "crt"))


def _read(folder: Path, name: str) -> Issuer:
    key = load_pem_private_key((folder / f"{name}.key").read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{folder / name}.key is not the key that was made for the demo.")
    return Issuer(x509.load_pem_x509_certificate((folder / f"{name}.crt").read_bytes()), key)


def _write(path: Path, data: bytes) -> None:
    """Readable by the owner alone, and never half: a reader sees the old or the new one."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    fresh.replace(path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Of two commands that make the authority at once, one waits for the other."""
    with (folder / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
