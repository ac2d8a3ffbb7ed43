"""Shared access signatures, exactly as the portal's own sender and the hub's reference make them.

``sr`` is the URL-encoded host and path of the hub's address: no scheme, no port. What is signed is ``sr`` as encoded,
a line feed and the expiry; the key is the UTF-8 of the key's text, which is not decoded. Escapes are written in lower
case, as .NET does; a hub checks the text that it gets and encodes nothing anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from urllib.parse import quote, unquote, urlsplit

SCHEME = "SharedAccessSignature"


def resource_of(hub_uri: str) -> str:
    """``sr`` of a hub: ``contoso.api.azurecustomerinsights.com%2f``."""
    parts = urlsplit(hub_uri)
    return _escaped((parts.hostname or "") + unquote(parts.path or "/"))


def signature_of(resource: str, expires_at: int, key: str) -> str:
    """The base64 of the HMAC-SHA256 that ``sig`` holds, not yet escaped."""
    signed = hmac.new(key.encode(), f"{resource}\n{expires_at}".encode(), hashlib.sha256).digest()
    return base64.b64encode(signed).decode()


def token_make(*, hub_uri: str, policy_name: str, key: str, expires_at: int) -> str:
    """The value of the Authorization header."""
    resource = resource_of(hub_uri)
    signature = _escaped(signature_of(resource, expires_at, key))
    return f"{SCHEME} sig={signature}&se={expires_at}&skn={quote(policy_name, safe='')}&sr={resource}"


def _escaped(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), quote(text, safe=""))
