"""The doctor: what it takes, what it refuses, with which code, and that it says so of every file there is."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs7, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domains.certificates.judging import judge_bytes
from domains.certificates.values import Diagnosis
from tests.builders.certificates import (
    DAY,
    PASSWORD,
    Issued,
    authority,
    intermediate,
    key_make,
    leaf,
    now,
    pfx,
    root,
)
from tests.builders.odd_pfx import mac_rounds, pbmac1, two_keys
from tests.builders.openssl import ENCRYPTIONS, openssl_pfx, weakly_signed

HOST = "support.example.test"


def judged(data: bytes, password: str = PASSWORD, *, host: str | None = None, trusts: bool = True) -> Diagnosis:
    trusted = [root().certificate] if trusts else []
    return judge_bytes(data, password, host=host, trusted=trusted, now=now())


def short_rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 1024)  # noqa: S505 - what is to be refused


def code_of(data: bytes, password: str = PASSWORD, host: str | None = None) -> str:
    """What a file is refused with; "" where it is taken."""
    refusal = judged(data, password, host=host).refusal
    return refusal.code if refusal else ""


def warned_of(data: bytes, *, trusts: bool = True) -> set[str]:
    return {check.code for check in judged(data, trusts=trusts).warnings}


@pytest.mark.parametrize("how", ENCRYPTIONS)
def test_every_encryption_is_read(how: str, tmp_path: Path) -> None:
    found = judged(openssl_pfx(tmp_path, leaf(HOST), *ENCRYPTIONS[how]), host=HOST)
    assert found.certificate is not None
    assert found.certificate.names == (HOST,)
    assert found.warnings == ()


def test_an_old_encryption_is_told_and_is_no_fault(tmp_path: Path) -> None:
    found = judged(openssl_pfx(tmp_path, leaf(HOST), *ENCRYPTIONS["3DES"]))
    assert any("TripleDES" in check.sentence for check in found.checks)


@pytest.mark.parametrize("password", ["", "pässwörd€", " with spaces ", "e\u0301"])
def test_any_password_opens_its_file(password: str) -> None:
    assert code_of(pfx(leaf(HOST), password), password) == ""


def test_a_password_typed_on_another_keyboard_opens_the_file() -> None:
    assert code_of(pfx(leaf(HOST), "caf\u00e9"), "cafe\u0301") == ""


@pytest.mark.parametrize("digest", ["sha1", "md5"])
def test_weak_signatures_are_refused(digest: str, tmp_path: Path) -> None:
    refusal = judged(weakly_signed(tmp_path, digest)).refusal
    assert refusal is not None
    assert refusal.code == "certificates:weak-signature"
    assert refusal.sentence == f"This certificate is signed with {digest.upper()}. Use a SHA2 certificate."


LEAVES: dict[str, tuple[Callable[[], Issued], str]] = {
    "RSA 2048": (lambda: leaf(HOST, key=rsa.generate_private_key(65537, 2048)), ""),
    "P-384": (lambda: leaf(HOST, key=ec.generate_private_key(ec.SECP384R1())), ""),
    "RSA 1024": (lambda: leaf(HOST, key=short_rsa()), "certificates:weak-key"),
    "DSA": (lambda: leaf(HOST, key=dsa.generate_private_key(2048)), "certificates:key-type"),
    "secp256k1": (lambda: leaf(HOST, key=ec.generate_private_key(ec.SECP256K1())), "certificates:key-type"),
    "Ed25519": (lambda: leaf(HOST, key=ed25519.Ed25519PrivateKey.generate()), "certificates:key-type"),
    "expired": (lambda: leaf(HOST, not_before=now() - 90 * DAY, not_after=now() - DAY), "certificates:expired"),
    "not yet": (lambda: leaf(HOST, not_before=now() + DAY), "certificates:not-yet-valid"),
    "an authority's": (lambda: leaf(HOST, is_authority=True), "certificates:is-authority"),
    "a client's": (lambda: leaf(HOST, usage=ExtendedKeyUsageOID.CLIENT_AUTH), "certificates:not-server"),
    "any use": (lambda: leaf(HOST, usage=None), ""),
    "no names": (lambda: leaf(), "certificates:no-names"),
    "half a star": (lambda: leaf("www*.example.test"), "certificates:no-names"),
    "a deep star": (lambda: leaf("a.*.example.test"), "certificates:no-names"),
    "a star over a public ending": (lambda: leaf("*.test"), "certificates:no-names"),
    "a NUL": (lambda: leaf("support.example.test\0.evil.test"), "certificates:no-names"),
    "an address": (
        lambda: leaf(san=x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("192.0.2.1"))])),
        "certificates:no-names",
    ),
}


@pytest.mark.parametrize("name", LEAVES)
def test_each_fault_of_a_certificate_has_its_code(name: str) -> None:
    make, code = LEAVES[name]
    assert code_of(pfx(make())) == code


@pytest.mark.parametrize(
    ("name", "host", "code"),
    [
        (HOST, HOST, ""),
        ("*.example.test", HOST, ""),
        ("*.example.test", "example.test", "domains:name-mismatch"),
        ("*.example.test", "a.support.example.test", "domains:name-mismatch"),
        ("SUPPORT.Example.test", HOST, ""),
        ("xn--fa-hia.example.test", "xn--fa-hia.example.test", ""),  # faß by IDNA 2008
        ("xn--fa-hia.example.test", "fass.example.test", "domains:name-mismatch"),
    ],
)
def test_the_host_must_be_covered(name: str, host: str, code: str) -> None:
    assert code_of(pfx(leaf(name)), host=host) == code


def test_several_faults_are_told_at_once_and_the_first_is_the_refusal() -> None:
    both = leaf(HOST, key=short_rsa(), not_before=now() - 9 * DAY, not_after=now() - DAY)
    found = judged(pfx(both), host="other.example.test")
    failed = [check.code for check in found.checks if check.state == "failed"]
    assert failed == ["certificates:weak-key", "certificates:expired", "domains:name-mismatch"]


def test_name_constraints_are_kept() -> None:
    limits = x509.NameConstraints([x509.DNSName("other.test")], None)
    limited = authority("Limited", signer=root(), constraints=limits)
    assert code_of(pfx(leaf(HOST, signer=limited))) == "certificates:name-constraint"
    assert code_of(pfx(leaf("www.other.test", signer=limited))) == ""


def test_the_warnings_do_not_stop_an_upload() -> None:
    must_staple = x509.TLSFeature([x509.TLSFeatureType.status_request])
    assert "certificates:must-staple" in warned_of(pfx(leaf(HOST, extra=(must_staple,))))
    assert "certificates:long-life" in warned_of(pfx(leaf(HOST, not_after=now() + 800 * DAY)))
    assert warned_of(pfx(leaf(HOST, not_after=now() + 9 * DAY))) == {"certificates:expires-soon"}
    assert warned_of(pfx(leaf(HOST, key=ec.generate_private_key(ec.SECP521R1())))) == {"certificates:rare-curve"}
    assert "certificates:names-dropped" in warned_of(pfx(leaf(HOST, "www*.example.test")))


def test_the_chain_is_ordered_by_signature_without_root_and_strangers() -> None:
    lower = authority("Lower", signer=intermediate())
    issued = leaf(HOST, signer=lower)
    stranger = authority("Stranger").certificate
    namesake = authority("Lower", signer=root()).certificate  # the same name and another key
    shuffled = [root().certificate, stranger, namesake, intermediate().certificate, lower.certificate]
    found = judged(pfx(issued, chain=shuffled))
    assert found.certificate is not None
    chain = x509.load_pem_x509_certificates(found.certificate.chain_pem.encode())
    assert chain == [issued.certificate, lower.certificate, intermediate().certificate]
    assert found.warnings == ()
    assert any("2 not needed" in check.sentence for check in found.checks)


def test_what_visitors_would_be_warned_of_is_told() -> None:
    issued = leaf(HOST)
    assert warned_of(pfx(issued, chain=[])) == {"certificates:chain-incomplete"}
    assert warned_of(pfx(issued), trusts=False) == {"certificates:untrusted"}
    assert warned_of(pfx(issued, chain=[intermediate().certificate, root().certificate]), trusts=False) == {
        "certificates:untrusted"
    }
    assert warned_of(pfx(leaf(HOST, is_self_signed=True))) == {"certificates:self-signed"}


def test_an_intermediate_that_has_expired_is_told() -> None:
    old = authority("Old", signer=root(), not_before=now() - 9 * DAY, not_after=now() - DAY)
    assert "certificates:chain-expired" in warned_of(pfx(leaf(HOST, signer=old)))


def test_of_two_certificates_of_one_key_the_later_one_is_taken() -> None:
    key = key_make()
    before, after = leaf(HOST, key=key, not_after=now() + 30 * DAY), leaf(HOST, key=key)
    found = judged(pfx(before, chain=[after.certificate, intermediate().certificate]))
    assert found.certificate is not None
    assert found.certificate.not_after == after.certificate.not_valid_after_utc


OTHER_FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "PEM": (lambda: leaf(HOST).pem, "a text file of the kind PEM"),
    "P7B": (
        lambda: pkcs7.serialize_certificates([root().certificate], Encoding.DER),
        "a list of certificates (P7B, PKCS #7)",
    ),
    "DER": (lambda: leaf(HOST).certificate.public_bytes(Encoding.DER), "a certificate (DER)"),
    "base64": (lambda: base64.encodebytes(pfx(leaf(HOST))), "the Base64 text"),
    "JKS": (lambda: b"\xfe\xed\xfe\xed\0\0\0\2" + bytes(40), "a Java key store (JKS)"),
    "ZIP": (lambda: b"PK\x03\x04" + bytes(40), "a ZIP archive"),
    "noise": (lambda: b"\0\1\2\3" * 9, "damaged or something else"),
    "cut off": (lambda: pfx(leaf(HOST))[:200], "damaged or of another kind"),
}


@pytest.mark.parametrize("name", OTHER_FILES)
def test_other_files_are_named(name: str) -> None:
    make, told = OTHER_FILES[name]
    refusal = judged(make()).refusal
    assert refusal is not None
    assert refusal.code == "certificates:not-pfx"
    assert told in refusal.sentence
    assert refusal.cure


def test_size_is_looked_at_first() -> None:
    assert code_of(b"") == "certificates:empty"
    assert code_of(b"0" * (1024 * 1024 + 1)) == "certificates:too-large"


def test_a_wrong_password_and_a_damaged_file_look_alike() -> None:
    good = pfx(leaf(HOST))
    damaged = good[:-20] + bytes([good[-20] ^ 1]) + good[-19:]
    assert code_of(good, "wrong") == code_of(damaged) == "certificates:wrong-password"


def test_key_and_certificate_must_both_be_there_and_fit() -> None:
    sealing = NoEncryption()
    certificate, key = leaf(HOST).certificate, key_make()
    no_key = pkcs12.serialize_key_and_certificates(b"x", None, certificate, None, sealing)
    no_certificate = pkcs12.serialize_key_and_certificates(b"x", key, None, None, sealing)
    mismatch = pkcs12.serialize_key_and_certificates(b"x", key, None, [certificate], sealing)
    assert code_of(no_key, "") == "certificates:no-key"
    assert code_of(no_certificate, "") == "certificates:no-certificate"
    assert code_of(mismatch, "") == "certificates:key-mismatch"


def test_a_file_of_pbmac1_is_read() -> None:
    found = judged(pbmac1(leaf(HOST)), host=HOST)
    assert found.certificate is not None


@pytest.mark.parametrize("rounds", [2**31 - 1, 700_000])
def test_files_that_ask_for_too_much_work_are_refused_by_their_own_numbers(rounds: int) -> None:
    refusal = judged(mac_rounds(SAMPLE, rounds)).refusal
    assert refusal is not None
    assert refusal.code == "certificates:too-costly"
    assert code_of(mac_rounds(pbmac1(leaf(HOST), rounds=rounds), 1)) == "certificates:too-costly"


def test_a_certificate_of_later_today_says_from_what_minute_on() -> None:
    begin = now() + DAY / 12
    assert f"{begin:%H:%M} UTC" in str(judged(pfx(leaf(HOST, not_before=begin))))


def test_two_key_pairs_are_not_guessed_about() -> None:
    assert code_of(two_keys(leaf(HOST), leaf("b.example.test")), "") == "certificates:several-keys"


def test_trailing_bytes_are_no_fault() -> None:
    assert code_of(pfx(leaf(HOST)) + b"\0" * 64) == ""


SAMPLE = pfx(leaf(HOST))


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, len(SAMPLE) - 1), flipped=st.integers(1, 255), cut=st.integers(0, len(SAMPLE)))
@example(place=0, flipped=1, cut=0)
def test_no_bytes_break_the_doctor(place: int, flipped: int, cut: int) -> None:
    changed = bytearray(SAMPLE)
    changed[place] ^= flipped
    for data in (bytes(changed), SAMPLE[:cut], SAMPLE[cut:], bytes(changed) + SAMPLE[:cut]):
        found = judged(data)
        assert found.is_usable != (found.refusal is not None)
        assert all(check.sentence for check in found.checks)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    refusal = judged(data).refusal
    assert refusal is not None
    assert refusal.code.startswith("certificates:")


def test_a_diagnosis_survives_the_pipe() -> None:
    found = judged(SAMPLE)
    assert Diagnosis.from_json(found.to_json()) == found
    assert "PRIVATE KEY" not in repr(found)


def test_the_life_that_browsers_take_depends_on_the_day_of_issue() -> None:
    year_ago = now() - 200 * DAY
    issued = leaf(HOST, not_before=year_ago, not_after=year_ago + 390 * DAY)
    limit_then = 398 if (year_ago.year, year_ago.month, year_ago.day) < (2026, 3, 15) else 200
    assert ("certificates:long-life" in warned_of(pfx(issued))) is (limit_then < 390)
