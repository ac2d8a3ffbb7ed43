"""What opening a .pfx would cost, read from its structure without deriving a key.

``load_pkcs12`` obeys the file's own iteration counts: three kilobytes can keep it busy for minutes. Structures:
RFC 7292 (PKCS #12), RFC 8018 (PBES1, PBES2, PBKDF2, PBMAC1), RFC 7914 (scrypt), RFC 9579.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from asn1crypto import core

MOST_ROUNDS = 600_000  # of one derivation; what OWASP recommends, three hundred times openssl's own
MOST_ROUNDS_TOGETHER = 2_400_000
# PKCS #8 of RSA 8192 takes 4.7 KB, each further bit 0.56 bytes; OpenSSL tests the primes of whatever it opens.
LONGEST_KEY = 5_200
DEEPEST = 8
_PBKDF2, _PBES2, _PBMAC1 = "1.2.840.113549.1.5.12", "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.14"
_SCRYPT = "1.3.6.1.4.1.11591.4.11"
_DATA, _ENCRYPTED = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.6"
_BAG = "1.2.840.113549.1.12.10.1."
_OLD = {  # PBES1 of PKCS #5 and PKCS #12: ciphers that openssl 3 opens with -legacy only
    "1.2.840.113549.1.5.1": "MD2-DES",
    "1.2.840.113549.1.5.3": "MD5-DES",
    "1.2.840.113549.1.5.4": "MD2-RC2",
    "1.2.840.113549.1.5.6": "MD5-RC2",
    "1.2.840.113549.1.5.10": "SHA1-DES",
    "1.2.840.113549.1.5.11": "SHA1-RC2",
    "1.2.840.113549.1.12.1.1": "RC4-128",
    "1.2.840.113549.1.12.1.2": "RC4-40",
    "1.2.840.113549.1.12.1.3": "TripleDES",
    "1.2.840.113549.1.12.1.4": "TripleDES with two keys",
    "1.2.840.113549.1.12.1.5": "RC2-128",
    "1.2.840.113549.1.12.1.6": "RC2-40",
}


class Unreadable(Exception):
    """The bytes are not a PKCS #12 structure."""


class _Algorithm(core.Sequence):  # type: ignore[misc]
    _fields = [("id", core.ObjectIdentifier), ("parameters", core.Any, {"optional": True})]  # noqa: RUF012


class _Content(core.Sequence):  # type: ignore[misc]
    _fields = [("type", core.ObjectIdentifier), ("content", core.Any, {"explicit": 0, "optional": True})]  # noqa: RUF012


class _Contents(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Content


class _Digest(core.Sequence):  # type: ignore[misc]
    _fields = [("algorithm", _Algorithm), ("digest", core.OctetString)]  # noqa: RUF012


class _Mac(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("digest", _Digest),
        ("salt", core.OctetString),
        ("iterations", core.Integer, {"default": 1}),
    ]


class _Pfx(core.Sequence):  # type: ignore[misc]
    _fields = [("version", core.Integer), ("safe", _Content), ("mac", _Mac, {"optional": True})]  # noqa: RUF012


class _Bag(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("id", core.ObjectIdentifier),
        ("value", core.Any, {"explicit": 0}),
        ("attributes", core.Any, {"optional": True}),
    ]


class _Bags(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Bag


class _Sealed(core.Sequence):  # type: ignore[misc]
    """EncryptedContentInfo."""

    _fields = [  # noqa: RUF012
        ("type", core.ObjectIdentifier),
        ("algorithm", _Algorithm),
        ("content", core.Any, {"optional": True}),
    ]


class _Encrypted(core.Sequence):  # type: ignore[misc]
    """EncryptedData."""

    _fields = [("version", core.Integer), ("info", _Sealed), ("more", core.Any, {"optional": True})]  # noqa: RUF012


class _ShroudedKey(core.Sequence):  # type: ignore[misc]
    _fields = [("algorithm", _Algorithm), ("data", core.OctetString)]  # noqa: RUF012


class _TwoParts(core.Sequence):  # type: ignore[misc]
    """Parameters of PBES2 and PBMAC1: how the key is derived, and what is done with it."""

    _fields = [("derivation", _Algorithm), ("scheme", _Algorithm)]  # noqa: RUF012


class _Anything(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.Any


@dataclass(frozen=True)
class Cost:
    """What the structure shows.

    Args:
        rounds: of each derivation that opening the file needs.
        keys: how many private keys stand where they can be counted.
        longest_key: bytes of the longest of them, protected or not.
        old: ciphers of the time before 2000 that protect it; read all the same.
    """

    rounds: tuple[int, ...]
    keys: int
    longest_key: int
    old: tuple[str, ...]

    @property
    def is_too_much(self) -> bool:
        return max(self.rounds, default=0) > MOST_ROUNDS or sum(self.rounds) > MOST_ROUNDS_TOGETHER

    @property
    def has_too_long_key(self) -> bool:
        return self.longest_key > LONGEST_KEY


def cost_of(data: bytes) -> Cost:
    """Read the structure.

    Raises:
        Unreadable: it is none.
    """
    try:
        return _cost(_Pfx.load(data))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError) as broken:
        raise Unreadable from broken  # the library reads on demand: any look may be the one that fails


def _cost(pfx: Any) -> Cost:
    found = list(_found(pfx))
    algorithms = [one for one in found if not isinstance(one, int)]
    keys = [one for one in found if isinstance(one, int)]
    rounds = [_rounds(one) for one in algorithms]
    if _there(pfx["mac"]):
        rounds.append(int(pfx["mac"]["iterations"].native))
    old = dict.fromkeys(_OLD[oid] for one in algorithms if (oid := one["id"].dotted) in _OLD)
    return Cost(tuple(rounds), keys=len(keys), longest_key=max(keys, default=0), old=tuple(old))


def _found(pfx: Any) -> Iterator[Any]:
    """Each algorithm with a cost; the length of each private key."""
    if _there(pfx["mac"]):
        yield pfx["mac"]["digest"]["algorithm"]
    if pfx["safe"]["type"].dotted != _DATA:
        raise Unreadable
    for content in _Contents.load(_octets(pfx["safe"]["content"])):
        match content["type"].dotted:
            case oid if oid == _DATA:
                yield from _of_bags(_Bags.load(_octets(content["content"])), 0)
            case oid if oid == _ENCRYPTED:
                yield content["content"].parse(_Encrypted)["info"]["algorithm"]


def _of_bags(bags: Any, depth: int) -> Iterator[Any]:
    if depth > DEEPEST:
        raise Unreadable
    for bag in bags:
        match bag["id"].dotted.removeprefix(_BAG):
            case "1":  # keyBag
                yield len(bag["value"].contents or b"")
            case "2":  # pkcs8ShroudedKeyBag
                key = bag["value"].parse(_ShroudedKey)
                yield key["algorithm"]
                yield len(key["data"].native)
            case "6":  # safeContentsBag
                yield from _of_bags(bag["value"].parse(_Bags), depth + 1)


def _rounds(algorithm: Any) -> int:
    """The iterations of one algorithm; 0 where it derives nothing."""
    oid, parameters = algorithm["id"].dotted, algorithm["parameters"]
    if oid in (_PBES2, _PBMAC1):
        return _rounds(parameters.parse(_TwoParts)["derivation"])
    if oid == _PBKDF2 or oid in _OLD:
        return _number(parameters, 1)
    if oid == _SCRYPT:  # N, r, p: one round of it mixes r blocks
        return _number(parameters, 1) * _number(parameters, 2) * _number(parameters, 3)
    return 0


def _number(parameters: Any, place: int) -> int:
    return int(parameters.parse(_Anything)[place].parse(core.Integer).native)


def _octets(content: Any) -> bytes:
    return bytes(content.parse(core.OctetString).native)


def _there(value: Any) -> bool:
    return not isinstance(value, core.Void)
