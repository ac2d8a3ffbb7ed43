"""Shared access signatures: reading a token and judging it, exactly as the hub's reference describes.

``Authorization: SharedAccessSignature sig=<s>&se=<e>&skn=<policy>&sr=<r>``. What was signed is ``r``, a line feed and
``e``, with ``r`` as it was sent: .NET writes escapes in lower case, Python in upper, so nothing is ever encoded anew.
The key is the UTF-8 of the key's text. Two families of ``r`` are met: host and path alone (portals), and a whole
address in lower case (REST clients of Azure). The port is not compared; neither is the scheme.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote, unquote_plus

from analytics.hub.errors import HubError

SCHEME = "SharedAccessSignature"
LONGEST = 4096
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True)
class Key:
    """A policy as it is asked here: its rights, and the keys that open."""

    name: str
    permissions: frozenset[str]
    keys: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"Key({self.name!r})"


@dataclass(frozen=True)
class Token:
    """A token as it was sent: ``resource`` and ``expiry`` are the very texts that were signed."""

    signature: str
    expiry: str
    policy: str
    resource: str


def token_read(header: str) -> Token:
    """The token of an Authorization header, after ``SharedAccessSignature`` or, for clients that send nothing else,
    after ``Bearer SharedAccessSignature``.

    Raises:
        HubError: 401 ``MissingToken``, ``MalformedToken``.
    """
    text = header.strip()
    if text[:7].lower() == "bearer ":
        text = text[7:].lstrip()
    scheme, _, rest = text.partition(" ")
    if not text:
        raise _refused("MissingToken", f"The request needs an Authorization header of the scheme {SCHEME}.")
    if scheme.lower() != SCHEME.lower() or len(header) > LONGEST:
        raise _refused("MalformedToken", f"The Authorization header must begin with {SCHEME}.")
    parts = [part.partition("=") for part in rest.strip().split("&")]
    told = {name: value for name, _, value in parts}
    missing = [name for name in ("sig", "se", "skn", "sr") if not told.get(name)]
    if missing or len(told) != len(parts):
        what = f"without {', '.join(missing)}" if missing else "with a part that is named twice"
        raise _refused("MalformedToken", f"The token is one {what}.")
    if not told["se"].isascii() or not told["se"].isdecimal() or len(told["se"]) > 15:
        raise _refused("MalformedToken", "The expiry (se) of the token is not a number of seconds.")
    return Token(unquote(told["sig"]), told["se"], unquote_plus(told["skn"]), told["sr"])


def token_check(token: Token, policies: Mapping[str, Key], *, host: str, path: str, now: float) -> Key:
    """The policy in whose name the call is made. What it may do is asked for by :func:`right_require`.

    Raises:
        HubError: 401 ``UnknownPolicy``, ``InvalidSignature``, ``ExpiredToken``, ``OutOfScope``.
    """
    policy = policies.get(token.policy)
    if policy is None:
        raise _refused("UnknownPolicy", f"The hub has no policy named '{token.policy[:50]}'.")
    if not _is_signed(token, policy.keys):
        message = f"The signature was not made with a key of the policy '{policy.name}'."
        raise _refused("InvalidSignature", message)
    if int(token.expiry) <= now:
        raise _refused(
            "ExpiredToken", f"The token expired at {_told(int(token.expiry))}; it is {_told(int(now))} here."
        )
    if not _covers(token.resource, host, path):
        raise _refused("OutOfScope", "The resource (sr) of the token does not cover this address.")
    return policy


def right_require(policy: Key, right: str) -> None:
    """
    Raises:
        HubError: 403 ``MissingRight``, which names the right.
    """
    if right not in policy.permissions:
        raise HubError(403, "MissingRight", f"The policy '{policy.name}' lacks the right {right}.")


def signature_of(resource: str, expiry: str, key: bytes) -> str:
    """The signature over texts as they stand in the token."""
    return base64.b64encode(hmac.digest(key, f"{resource}\n{expiry}".encode(), "sha256")).decode()


def token_make(*, resource: str, policy: str, key: str, seconds: int = 3600) -> str:
    """A token for an address, such as ``localhost/hub/contoso``: for commands and tests that call the hub."""
    encoded, expiry = quote(resource, safe=""), str(int(time.time()) + seconds)
    signature = quote(signature_of(encoded, expiry, key.encode()), safe="")
    return f"{SCHEME} sig={signature}&se={expiry}&skn={quote(policy, safe='')}&sr={encoded}"


def _is_signed(token: Token, keys: Iterable[bytes]) -> bool:
    signed, sent = f"{token.resource}\n{token.expiry}".encode(), token.signature.encode()
    made = [base64.b64encode(hmac.digest(key, signed, hashlib.sha256)) for key in keys]
    return sum(hmac.compare_digest(one, sent) for one in made) > 0  # all are compared, whichever it is


def _covers(resource: str, host: str, path: str) -> bool:
    """Whether the address lies at or below the resource. Letter case counts in neither, as clients lower it."""
    text = _SCHEME.sub("", unquote(resource).lower(), count=1).partition("?")[0]
    where, slash, below = text.partition("/")
    base = f"{slash}{below}".rstrip("/")
    asked = path.lower().rstrip("/")
    return _host(where) == _host(host.lower()) and (asked == base or asked.startswith(f"{base}/"))


def _host(text: str) -> str:
    """Without the port; some clients write two."""
    return text.partition("]")[0] if text.startswith("[") else text.partition(":")[0]


def _told(epoch: int) -> str:
    try:
        return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return "a time beyond all calendars"


def _refused(code: str, message: str) -> HubError:
    return HubError(401, code, message, headers={"WWW-Authenticate": SCHEME})
