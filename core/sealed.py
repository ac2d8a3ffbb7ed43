"""Secrets at rest: AES-256-GCM under a keyring, bound to the row that holds them.

A sealed value reads ``v1:<key id>:<base64 of nonce and ciphertext>``. The associated data (``row``) is the owner's
name, such as ``organization:<uuid>``, so a sealed value copied into another row does not open.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from core.errors import PortalAdminError

VERSION = "v1"
NONCE_BYTES = 12


class SealBroken(PortalAdminError):
    """A sealed value does not open: the key is missing from the keyring, or the value is another row's."""

    default_code = "core:seal-broken"


def secret_seal(plain: str, *, row: str) -> str:
    """Seal ``plain`` for ``row`` with the keyring's first key."""
    key_id, key = next(iter(_keyring().items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, plain.encode(), row.encode())
    return f"{VERSION}:{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def secret_open(sealed: str, *, row: str) -> str:
    """Open what :func:`secret_seal` sealed for the same ``row``.

    Raises:
        SealBroken: the key is not in the keyring, or the value was sealed for another row or was changed.
    """
    version, _, rest = sealed.partition(":")
    key_id, _, token = rest.partition(":")
    key = _keyring().get(key_id)
    if version != VERSION or key is None:
        raise SealBroken(f"The secret of {row} was sealed with the key {key_id!r}, which PORTAL_KEYRING does not hold.")
    raw = base64.b64decode(token)
    try:
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], row.encode()).decode()
    except InvalidTag as broken:
        raise SealBroken(f"The secret of {row} does not open: it was changed, or sealed for another row.") from broken


def secret_is_current(sealed: str) -> bool:
    """Whether ``sealed`` was written with the keyring's first key (``manage.py rotatekeys`` re-seals the others)."""
    return sealed.split(":")[1] == next(iter(_keyring()))


def keyring_parse(text: str) -> dict[str, bytes]:
    """Read ``id:base64key,id:base64key``; the first one writes.

    Raises:
        ValueError: with a sentence that says which entry is wrong.
    """
    keys: dict[str, bytes] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        key_id, found, encoded = entry.partition(":")
        if not found or not key_id:
            raise ValueError(f"the entry {entry.split(':')[0]!r} is not of the form id:base64key")
        key = _decode_key(key_id, encoded)
        keys[key_id] = key
    if not keys:
        raise ValueError("it holds no key")
    return keys


def _decode_key(key_id: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError as wrong:
        raise ValueError(f"the key {key_id!r} is not base64") from wrong
    if len(key) != 32:
        raise ValueError(f"the key {key_id!r} has {len(key)} bytes; 32 are needed")
    return key


def _keyring() -> Mapping[str, bytes]:
    return cast(Mapping[str, bytes], settings.PORTAL_KEYRING)
