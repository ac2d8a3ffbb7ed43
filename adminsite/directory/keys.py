"""The key that signs the directory's tokens: made once for an installation, or given to several machines."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from core.made_once import made_once


@lru_cache(maxsize=1)
def signing_key() -> str:
    """The RSA key as PEM: ``PORTAL_DIRECTORY_KEY``, else the one kept (0600) under ``PORTAL_HOME``."""
    if settings.PORTAL_DIRECTORY_KEY:
        return str(settings.PORTAL_DIRECTORY_KEY)
    path = Path(settings.PORTAL_HOME) / "secrets" / "portal_directory_key"
    return path.read_text().strip() if path.exists() else made_once(path, _key_make())


def _key_make() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode().strip()
