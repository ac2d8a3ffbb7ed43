"""Files that only the openssl command makes: old encryptions, weak signatures."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.builders.certificates import PASSWORD, Issued, intermediate, key_pem

OPENSSL = shutil.which("openssl")
# Name: arguments of "openssl pkcs12 -export"; the old ones need the legacy provider.
ENCRYPTIONS: dict[str, tuple[str, ...]] = {
    "AES-256": ("-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-macalg", "SHA256"),
    "AES-256, HMAC-SHA512": ("-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-macalg", "SHA512"),
    "AES-128": ("-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC"),
    "Camellia": ("-keypbe", "CAMELLIA-256-CBC", "-certpbe", "CAMELLIA-256-CBC"),
    "3DES": ("-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "SHA1"),
    "RC2-40 and 3DES": ("-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-RC2-40", "-macalg", "SHA1"),
    "RC2-128": ("-legacy", "-keypbe", "PBE-SHA1-RC2-128", "-certpbe", "PBE-SHA1-RC2-128", "-macalg", "SHA1"),
    "RC4-40": ("-legacy", "-keypbe", "PBE-SHA1-RC4-40", "-certpbe", "PBE-SHA1-RC4-40", "-macalg", "SHA1"),
    "RC4-128": ("-legacy", "-keypbe", "PBE-SHA1-RC4-128", "-certpbe", "PBE-SHA1-RC4-128", "-macalg", "SHA1"),
    "MD5-DES": ("-legacy", "-keypbe", "PBE-MD5-DES", "-certpbe", "PBE-MD5-DES", "-macalg", "SHA1"),
    "PBMAC1": ("-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-pbmac1_pbkdf2"),
    "without MAC": ("-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-nomac"),
    "not encrypted": ("-keypbe", "NONE", "-certpbe", "NONE"),
}


def openssl(folder: Path, *arguments: str) -> None:
    """Run the command in ``folder``; where it is not there, or cannot do this, the test is skipped with its words."""
    if OPENSSL is None:
        pytest.skip("the openssl command is not installed")
    done = subprocess.run([OPENSSL, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        pytest.skip(f"this openssl cannot do {' '.join(arguments[:6])}: {done.stderr.strip().splitlines()[:1]}")


def openssl_pfx(folder: Path, issued: Issued, *how: str, password: str = PASSWORD) -> bytes:
    """A .pfx of leaf, key and intermediate, encrypted in the way of :data:`ENCRYPTIONS`."""
    (folder / "key.pem").write_text(key_pem(issued.key))
    (folder / "leaf.pem").write_bytes(issued.pem)
    (folder / "chain.pem").write_bytes(intermediate().pem)
    names = ("-inkey", "key.pem", "-in", "leaf.pem", "-certfile", "chain.pem", "-out", "made.pfx")
    openssl(folder, "pkcs12", "-export", *names, "-passout", f"pass:{password}", *how)
    return (folder / "made.pfx").read_bytes()


def weakly_signed(folder: Path, digest: str) -> bytes:
    """A .pfx whose self-signed leaf for weak.example.test is signed with ``digest``, such as "sha1"."""
    openssl(
        folder,
        *(
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "90",
            f"-{digest}",
            "-subj",
            "/CN=weak.example.test",
        ),
        *("-addext", "subjectAltName=DNS:weak.example.test", "-addext", "basicConstraints=critical,CA:FALSE"),
        *("-keyout", "key.pem", "-out", "leaf.pem"),
    )
    names = ("-inkey", "key.pem", "-in", "leaf.pem", "-out", "made.pfx")
    openssl(folder, "pkcs12", "-export", *names, "-passout", f"pass:{PASSWORD}")
    return (folder / "made.pfx").read_bytes()
