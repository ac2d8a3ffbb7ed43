"""The doctor's order of checks over the bytes of a file. Pure, and run in a process of its own (see ``reader.py``)."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, pkcs12
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates

from domains.certificates.chain import Chain, chain_build, chain_checks
from domains.certificates.costs import MOST_ROUNDS, Cost, Unreadable, cost_of
from domains.certificates.findings import Refused, failed, passed
from domains.certificates.kinds import kind_of
from domains.certificates.leaf import LONGEST_RSA, key_type, leaf_checks, names_of, shown
from domains.certificates.values import Check, CheckState, Diagnosis, ParsedCertificate

LARGEST_FILE = 1024 * 1024
MOST_CERTIFICATES = 60


@dataclass(frozen=True)
class Pair:
    """What the file held: the key, the certificate it belongs to, and all the others."""

    key: PrivateKeyTypes
    leaf: x509.Certificate
    others: tuple[x509.Certificate, ...]


def judge_bytes(
    data: bytes, password: str, *, host: str | None, trusted: Sequence[x509.Certificate], now: datetime
) -> Diagnosis:
    """All checks in order. Those of the file stop at the first that fails, those of the certificate are all made."""
    checks: list[Check] = []
    try:
        pair = _open(data, password, checks)
    except Refused as refused:
        return Diagnosis((*checks, refused.check))
    chain = chain_build(pair.leaf, pair.others, trusted, now)
    checks += leaf_checks(pair.leaf, host=host, now=now)
    checks += chain_checks(chain, trusted, host, now)
    if any(check.state is CheckState.FAILED for check in checks):
        return Diagnosis(tuple(checks))
    return Diagnosis(tuple(checks), _certificate(pair, chain))


def size_refusal(data: bytes) -> Check | None:
    """What is wrong with the size alone: decided before anything is read."""
    if not data:
        return failed("certificates:empty", "File")
    return failed("certificates:too-large", "File") if len(data) > LARGEST_FILE else None


def _open(data: bytes, password: str, checks: list[Check]) -> Pair:
    """The checks of the file; each that passes is added to ``checks``.

    Raises:
        Refused: with the one that failed.
    """
    if refusal := size_refusal(data):
        raise Refused(refusal)
    cost = _structure(data)
    checks.append(passed("file", "File", f"A .pfx file of {max(1, len(data) // 1024)} KB"))
    _affordable(cost)
    opened = _load(data, password)
    note = f" It is encrypted in an old way ({', '.join(cost.old)}), which is no fault." if cost.old else ""
    checks.append(passed("password", "Password", f"The password opens the file.{note}"))
    pair = _pair(opened, cost)
    checks.append(passed("pair", "Private key", "The file has a private key, and it fits the certificate"))
    return pair


def _structure(data: bytes) -> Cost:
    try:
        return cost_of(data)
    except Unreadable as broken:
        raise Refused(_not_pfx(data)) from broken


def _not_pfx(data: bytes) -> Check:
    what, cure = kind_of(data)
    return failed("certificates:not-pfx", "File", what=what, cure=cure)


def _affordable(cost: Cost) -> None:
    if cost.is_too_much:
        work = f"{sum(cost.rounds):,} rounds of key derivation"
        raise Refused(failed("certificates:too-costly", "File", work=work, most=f"{MOST_ROUNDS:,} are done"))
    if cost.has_too_long_key:
        raise Refused(failed("certificates:key-type", "Kind of key", kind=f"longer than RSA {LONGEST_RSA}"))


def _load(data: bytes, password: str) -> PKCS12KeyAndCertificates:
    """Open the file; the password as typed, and as other keyboards would have composed its letters."""
    for form in _forms(password):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of trailing bytes and BER, which are no fault
                return pkcs12.load_pkcs12(data, form.encode())
        except ValueError as refused:
            if "password" not in str(refused).lower():
                raise Refused(_not_pfx(data)) from refused
        except Exception as strange:  # an encryption or a key that the library does not know
            raise Refused(_not_pfx(data)) from strange
    raise Refused(failed("certificates:wrong-password", "Password", field="password"))


def _forms(password: str) -> Iterator[str]:
    forms = (password, *(unicodedata.normalize(form, password) for form in ("NFC", "NFD")))
    yield from dict.fromkeys(forms)


def _pair(opened: PKCS12KeyAndCertificates, cost: Cost) -> Pair:
    """Key and certificate by the public key they share; the position in the file is no proof."""
    found = [one.certificate for one in (opened.cert, *opened.additional_certs) if one is not None]
    if opened.key is None:
        raise Refused(failed("certificates:no-key", "Private key"))
    if cost.keys > 1:
        raise Refused(failed("certificates:several-keys", "Private key", count=cost.keys))
    if not found:
        raise Refused(failed("certificates:no-certificate", "Certificate"))
    if len(found) > MOST_CERTIFICATES:
        raise Refused(failed("certificates:too-many", "Certificate", most=MOST_CERTIFICATES))
    wanted = _public(opened.key.public_key())
    fitting = [one for one in found if _public_of(one) == wanted]
    if not fitting:
        raise Refused(failed("certificates:key-mismatch", "Private key"))
    leaf = max(fitting, key=lambda one: one.not_valid_after_utc)  # renewed with the same key: the later one
    return Pair(opened.key, leaf, tuple(dict.fromkeys(one for one in found if one != leaf)))


def _public_of(certificate: x509.Certificate) -> bytes:
    try:
        return _public(certificate.public_key())
    except Exception:  # a key of a kind that the library does not know is no match
        return b""


def _public(key: object) -> bytes:
    encoded: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return encoded


def _certificate(pair: Pair, chain: Chain) -> ParsedCertificate:
    leaf = pair.leaf
    names = names_of(leaf)
    return ParsedCertificate(
        subject=shown(leaf.subject) if len(leaf.subject) else names[0],
        issuer=shown(leaf.issuer),
        names=names,
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
        key_type=key_type(leaf),
        fingerprint=leaf.fingerprint(hashes.SHA256()).hex(),
        thumbprint=leaf.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303 - what the field shows; no protection
        chain_pem="".join(one.public_bytes(Encoding.PEM).decode() for one in chain.served),
        key_pem=pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    )
