"""Files of PKCS #12 that no tool at hand makes: PBMAC1 (RFC 9579), two keys, and iteration counts out of a dream."""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Any

from asn1crypto import core, pkcs12

from tests.builders.certificates import PASSWORD, Issued, pfx

_PBKDF2, _PBMAC1 = "1.2.840.113549.1.5.12", "1.2.840.113549.1.5.14"
_HMAC_SHA256 = "1.2.840.113549.2.9"
KEY_BYTES = 32


class _Algorithm(core.Sequence):  # type: ignore[misc]
    _fields = [("id", core.ObjectIdentifier), ("parameters", core.Any, {"optional": True})]  # noqa: RUF012


class _Derivation(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("salt", core.OctetString),
        ("rounds", core.Integer),
        ("length", core.Integer),
        ("digest", _Algorithm),
    ]


class _Two(core.Sequence):  # type: ignore[misc]
    _fields = [("derivation", _Algorithm), ("scheme", _Algorithm)]  # noqa: RUF012


class _Digest(core.Sequence):  # type: ignore[misc]
    _fields = [("algorithm", _Algorithm), ("digest", core.OctetString)]  # noqa: RUF012


class _Mac(core.Sequence):  # type: ignore[misc]
    _fields = [("digest", _Digest), ("salt", core.OctetString), ("iterations", core.Integer)]  # noqa: RUF012


class _Pfx(core.Sequence):  # type: ignore[misc]
    _fields = [("version", core.Integer), ("safe", core.Any), ("mac", _Mac)]  # noqa: RUF012


def mac_rounds(data: bytes, rounds: int) -> bytes:
    """``data`` with another iteration count of its MAC; its password opens it no more."""
    changed = _Pfx.load(data)
    changed["mac"]["iterations"] = rounds
    return bytes(changed.dump(force=True))


def pbmac1(issued: Issued, *, rounds: int = 2048) -> bytes:
    """A .pfx whose MAC is PBMAC1; it is right up to 600,000 rounds."""
    plain = pfx(issued)
    made, content = _Pfx.load(plain), pkcs12.Pfx.load(plain)["auth_safe"]["content"].native
    salt = os.urandom(16)
    key = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, min(rounds, 600_000), KEY_BYTES)
    derivation = _Derivation(
        {"salt": salt, "rounds": rounds, "length": KEY_BYTES, "digest": _algorithm(_HMAC_SHA256, core.Null())}
    )
    two = _Two({"derivation": _algorithm(_PBKDF2, derivation), "scheme": _algorithm(_HMAC_SHA256, core.Null())})
    digest = {"algorithm": _algorithm(_PBMAC1, two), "digest": hmac.digest(key, content, "sha256")}
    made["mac"] = _Mac({"digest": _Digest(digest), "salt": b"NOT USED", "iterations": 1})
    return bytes(made.dump(force=True))


def shrouded(length: int) -> bytes:
    """A .pfx with nothing but a protected key of ``length`` bytes, which are noise."""
    how = {"algorithm": "pkcs12_sha1_tripledes_3key", "parameters": {"salt": os.urandom(8), "iterations": 2048}}
    key = {"encryption_algorithm": how, "encrypted_data": os.urandom(length)}
    bags = pkcs12.SafeContents([{"bag_id": "pkcs8_shrouded_key_bag", "bag_value": key}])
    contents = pkcs12.AuthenticatedSafe([{"content_type": "data", "content": bags.dump()}])
    made = pkcs12.Pfx({"version": "v3", "auth_safe": {"content_type": "data", "content": contents.dump()}})
    return bytes(made.dump())


def two_keys(first: Issued, second: Issued) -> bytes:
    """A .pfx without password or MAC that holds the bags of both."""
    parts = [pkcs12.Pfx.load(pfx(one, "")) for one in (first, second)]
    contents = pkcs12.AuthenticatedSafe([content for part in parts for content in part.authenticated_safe])
    merged = parts[0]
    merged["auth_safe"] = {"content_type": "data", "content": contents.dump()}
    del merged["mac_data"]
    return bytes(merged.dump(force=True))


def _algorithm(oid: str, parameters: Any) -> _Algorithm:
    return _Algorithm({"id": oid, "parameters": parameters})
