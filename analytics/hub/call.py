"""One call to a hub: who calls, what is asked, and its body, read once and within limits."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from analytics.hub.cached import CachedHub, Opened, hub_cached
from analytics.hub.errors import HubError, bad_request
from analytics.hub.models import Hub
from analytics.hub.refusing import UNAUTHORIZED
from analytics.hub.sas import Key, right_require, token_check, token_read

LARGEST_BODY = 8 * 1024 * 1024  # after unpacking, too
MOST_EVENTS = 10_000  # in one body
MOST_OPENED = 1000  # tokens and addresses that are remembered, until the hub is read anew


@dataclass(frozen=True)
class Call:
    """What is asked, by the holder of which policy. ``path`` is what follows the hub's own address, decoded."""

    hub: CachedHub
    policy: Key
    method: str
    path: str
    request: HttpRequest
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        """The hub's address as the caller wrote it, so that every link leads back the way the caller came."""
        return f"{self.request.scheme}://{self.request.get_host()}/hub/{self.hub.name}"

    @property
    def row(self) -> Hub:
        return Hub.objects.get(pk=self.hub.id)

    def require(self, right: str) -> None:
        """
        Raises:
            HubError: 403, the policy lacks it.
        """
        right_require(self.policy, right)

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            HubError: 400, 413, 415.
        """
        kind = self.request.content_type or "application/json"
        if kind not in ("application/json", "text/json"):
            raise HubError(415, "UnsupportedMediaType", f"The content type {kind[:80]} is not taken here.")
        return json_read(body_read(self.request))

    def json_object(self) -> dict[str, Any]:
        """
        Raises:
            HubError: as :meth:`json`, and where it is no object.
        """
        found = self.json()
        if not isinstance(found, dict):
            raise bad_request("InvalidJson", "The body is not a JSON object.")
        return found


def call_of(request: HttpRequest, name: str, path: str) -> Call:
    """The call, once its token is judged.

    Raises:
        HubError: 400, 401, 404.
    """
    hub = hub_cached(name)
    try:
        host = request.get_host()
    except DisallowedHost as wrong:
        raise bad_request("InvalidHost", "This host name is not the hub's.") from wrong
    try:
        policy = _policy(hub, request.META.get("HTTP_AUTHORIZATION", ""), host, request.path_info)
    except HubError as refused:
        UNAUTHORIZED.add(hub.id, refused.code)
        raise
    text = request.META.get("QUERY_STRING", "")
    return Call(hub, policy, request.method or "", path, request, _query(text) if text else {})


def _policy(hub: CachedHub, header: str, host: str, path: str) -> Key:
    """The policy that the token opens here. A sender comes with the same token again and again: one that was found good
    is not judged anew before its end, or before the hub's keys are read again.

    Raises:
        HubError: 401.
    """
    now = time.time()
    known = hub.opened.get((header, host, path))
    if known is not None and now < known.expiry:
        return known.policy
    token = token_read(header)
    policy = token_check(token, hub.policies, host=host, path=path, now=now)
    if len(hub.opened) < MOST_OPENED:
        hub.opened[header, host, path] = Opened(policy, int(token.expiry))
    return policy


def body_read(request: HttpRequest) -> bytes:
    """The body, unpacked.

    Raises:
        HubError: 400, 411, 413, 415.
    """
    body = _received(request)
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower()
    if encoding == "gzip":
        return _unpacked(body)
    if encoding != "identity":
        raise HubError(415, "UnsupportedEncoding", f"The content encoding {encoding[:40]} is not taken; gzip is.")
    return body


def _received(request: HttpRequest) -> bytes:
    """The body as it came: of the length that was said, or in chunks, which the server puts together."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdecimal():
        if int(length) > LARGEST_BODY:
            raise _too_large(int(length))
        return request.read()
    if not length and not request.META.get("HTTP_TRANSFER_ENCODING"):
        return b""
    if not request.META.get("wsgi.input_terminated"):  # reading on could wait for ever
        raise HubError(411, "LengthRequired", "The request must say its Content-Length.")
    body: bytes = request.META["wsgi.input"].read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise _too_large(None)
    return body


def json_read(body: bytes) -> Any:
    """
    Raises:
        HubError: 400 ``InvalidUtf8``, ``InvalidJson``.
    """
    try:
        text = body.decode("utf-8-sig" if body.startswith(b"\xef\xbb\xbf") else "utf-8")
    except UnicodeDecodeError as wrong:
        raise bad_request("InvalidUtf8", f"The body is not valid UTF-8 at byte {wrong.start}.") from wrong
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as wrong:
        where = f" at character {wrong.pos}" if isinstance(wrong, json.JSONDecodeError) else ""
        raise bad_request("InvalidJson", f"The body is not valid JSON{where}.") from wrong


def events_limit(count: int) -> None:
    """
    Raises:
        HubError: 413 ``TooManyEvents``.
    """
    if count > MOST_EVENTS:
        message = f"The body holds {count:,} events; at most {MOST_EVENTS:,} are taken at once. None was stored."
        raise HubError(413, "TooManyEvents", message)


def _unpacked(body: bytes) -> bytes:
    """Never more than the limit, however well it was packed."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        found = unpacking.decompress(body, LARGEST_BODY + 1)
    except zlib.error as wrong:
        raise bad_request("InvalidEncoding", "The body is not valid gzip.") from wrong
    if len(found) > LARGEST_BODY:
        raise _too_large(None)
    if not unpacking.eof or unpacking.unused_data:
        raise bad_request("InvalidEncoding", "The body is not one whole gzip stream.")
    return found


def _too_large(length: int | None) -> HubError:
    has = f"The body has {length:,} bytes" if length else "The body is too large"
    message = f"{has}; at most {LARGEST_BODY:,} bytes, unpacked, are taken. Nothing was stored."
    return HubError(413, "RequestTooLarge", message)


@lru_cache(maxsize=256)  # senders always ask the same
def _query(text: str) -> Mapping[str, str]:
    found = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace")
    if any("\x00" in part for pair in found for part in pair) or len(dict(found)) != len(found):
        raise bad_request("InvalidQuery", "A parameter of the address is named twice, or holds U+0000.")
    return dict(found)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)  # json.loads() would make one for each body
