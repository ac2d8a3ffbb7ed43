"""How ids of events, contacts and portals become the GUIDs of a row: as they are, or as a hash of what was sent."""

from __future__ import annotations

import hashlib
import re
import uuid

_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def is_guid(text: str) -> bool:
    """Whether the text is a GUID in the usual form, without braces."""
    return _GUID.fullmatch(text) is not None


def key_of(text: str) -> str:
    """The GUID that stands for an id in a row: the id itself in lower case, or a hash of it."""
    return text.lower() if is_guid(text) else key_hashed(text)


def key_hashed(*parts: str) -> str:
    """A GUID made of texts, always the same for the same ones."""
    digest = hashlib.blake2b("\n".join(parts).encode(), digest_size=16, person=b"hub-key").digest()
    return str(uuid.UUID(bytes=digest))
