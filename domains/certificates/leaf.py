"""The checks of the certificate itself, in order. Each is pure: certificate and day in, what was found out.

No library makes all of them: OpenSSL's ssl takes a certificate that has expired, the edge one signed with SHA-1, the
strict verifier one with a key of 1024 bits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from domains.certificates.findings import day, days, failed, minute, passed, warned
from domains.certificates.values import Check
from domains.ports import names_cover

SHORTEST_RSA, LONGEST_RSA = 2048, 8192  # Go's TLS, which the edge is made of, takes no longer ones
CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
BROKEN_DIGESTS = (hashes.MD5, hashes.SHA1)
SOON, A_DAY = timedelta(days=30), timedelta(days=1)
# CA/Browser Forum, ballot SC-081: the longest life by the day of issue.
LONGEST_LIVES = (
    (datetime(2029, 3, 15, tzinfo=UTC), 47),
    (datetime(2027, 3, 15, tzinfo=UTC), 100),
    (datetime(2026, 3, 15, tzinfo=UTC), 200),
    (datetime(1970, 1, 1, tzinfo=UTC), 398),
)
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
HOST = re.compile(rf"(\*\.)?({_LABEL}\.)+{_LABEL}")  # a star for the whole first label alone, and two labels after it
NAMES_TOLD = 10
Extension = TypeVar("Extension", bound=x509.ExtensionType)


def leaf_checks(leaf: x509.Certificate, *, host: str | None, now: datetime) -> Iterator[Check]:
    """Every check, in order; none of them stops the others."""
    yield check_key(leaf)
    yield check_signature(leaf)
    yield check_dates(leaf, now)
    yield check_purpose(leaf)
    yield check_names(leaf)
    if host and names_of(leaf):
        yield check_host(leaf, host)
    yield from warnings_of(leaf, now)


def check_key(leaf: x509.Certificate) -> Check:
    key, title = leaf.public_key(), "Kind of key"
    kind = key_type(leaf)
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < SHORTEST_RSA:
            return failed("certificates:weak-key", title, bits=key.key_size)
        if key.key_size > LONGEST_RSA:
            return failed("certificates:key-type", title, kind=kind)
    elif not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name not in CURVES:
        return failed("certificates:key-type", title, kind=kind)
    elif key.curve.name == "secp521r1":
        return warned("certificates:rare-curve", title)
    return passed("key", title, kind)


def key_type(leaf: x509.Certificate) -> str:
    """ "RSA 2048", "EC P-256", "DSA 2048", "Ed25519"."""
    key = leaf.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {CURVES.get(key.curve.name, key.curve.name)}"
    name = type(key).__name__.removesuffix("PublicKey")
    return f"{name} {key.key_size}" if hasattr(key, "key_size") else name


def check_signature(leaf: x509.Certificate) -> Check:
    digest = broken_digest(leaf)
    if digest:
        return failed("certificates:weak-signature", "Signature", digest=digest)
    return passed("signature", "Signature", "Signed with SHA2 or better")


def broken_digest(certificate: x509.Certificate) -> str:
    """ "SHA1" or "MD5" where it is signed with that, else ""."""
    try:
        algorithm = certificate.signature_hash_algorithm
    except Exception as unknown:  # the library's own UnsupportedAlgorithm, for MD2 and the like
        return type(unknown).__name__ if not str(unknown) else "an unknown method"
    return algorithm.name.upper() if isinstance(algorithm, BROKEN_DIGESTS) else ""


def check_dates(leaf: x509.Certificate, now: datetime) -> Check:
    begin, end, title = leaf.not_valid_before_utc, leaf.not_valid_after_utc, "Dates"
    if end <= now:
        return failed("certificates:expired", title, date=day(end))
    if begin > now:
        return failed("certificates:not-yet-valid", title, date=day(begin) if begin - now >= A_DAY else minute(begin))
    if end - now < SOON:
        return warned("certificates:expires-soon", title, date=day(end), days=days((end - now).days))
    return passed("dates", title, f"Valid from {day(begin)} to {day(end)}")


def check_purpose(leaf: x509.Certificate) -> Check:
    title = "Purpose"
    basic = extension(leaf, x509.BasicConstraints)
    if basic is not None and basic.ca:
        return failed("certificates:is-authority", title)
    uses, signs = extension(leaf, x509.ExtendedKeyUsage), extension(leaf, x509.KeyUsage)
    accepted = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    if (uses is not None and not accepted & set(uses)) or (signs is not None and not signs.digital_signature):
        return failed("certificates:not-server", title)
    return passed("purpose", title, "A server's certificate")


def check_names(leaf: x509.Certificate) -> Check:
    title = "Names"
    usable = names_of(leaf)
    dropped = [name for name in _all_names(leaf) if name.lower() not in usable]
    if not usable:
        found = f", only: {_listed(dropped)}" if dropped else ""
        return failed("certificates:no-names", title, found=found)
    if dropped:
        return warned("certificates:names-dropped", title, names=_listed(dropped))
    return passed("names", title, _listed(usable))


def names_of(leaf: x509.Certificate) -> tuple[str, ...]:
    """The DNS names that a browser accepts, lower case, each once."""
    found = extension(leaf, x509.SubjectAlternativeName)
    names = found.get_values_for_type(x509.DNSName) if found else []
    lowered = dict.fromkeys(name.lower() for name in names)
    return tuple(name for name in lowered if len(name) <= 253 and HOST.fullmatch(name))


def check_host(leaf: x509.Certificate, host: str) -> Check:
    names = names_of(leaf)
    if names_cover(names, host):
        return passed("host", "Host name", f"It covers {host}")
    return failed("domains:name-mismatch", "Host name", host=host, names=_listed(names))


def warnings_of(leaf: x509.Certificate, now: datetime) -> Iterator[Check]:
    """What does not stop an upload and is not one check's other side."""
    feature = extension(leaf, x509.TLSFeature)
    if feature is not None and x509.TLSFeatureType.status_request in feature:
        yield warned("certificates:must-staple", "Stapling")
    begin = leaf.not_valid_before_utc
    life = (leaf.not_valid_after_utc - begin).days
    most = next(longest for since, longest in LONGEST_LIVES if begin >= since)
    if life > most:
        yield warned("certificates:long-life", "Length of life", days=days(life), most=most)


def extension(certificate: x509.Certificate, kind: type[Extension]) -> Extension | None:
    """The certificate's extension of that kind, if it has one and it can be read."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError, TypeError):
        return None


def shown(name: x509.Name) -> str:
    """The common name, else the organization, else the whole name."""
    for oid in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(oid):
            return printable(str(attribute.value))
    return printable(name.rfc4514_string())


def printable(text: str) -> str:
    """What may stand in a sentence: no control characters, not without end."""
    return "".join(sign if sign.isprintable() else "�" for sign in text[:200])


def _all_names(leaf: x509.Certificate) -> list[str]:
    """Whatever the certificate calls itself, addresses too; the common name where it has no names."""
    found = extension(leaf, x509.SubjectAlternativeName)
    if not found:
        return [shown(leaf.subject)]
    dns = [printable(name) for name in found.get_values_for_type(x509.DNSName)]
    return dns + [str(address) for address in found.get_values_for_type(x509.IPAddress)]


def _listed(names: tuple[str, ...] | list[str]) -> str:
    more = len(names) - NAMES_TOLD
    return ", ".join(names[:NAMES_TOLD]) + (f" and {more} more" if more > 0 else "")
