"""One request to a hub and its answer, with every limit: time, size, host. Errors are told permanent or passing."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from analytics.client.address import hub_uri_clean
from analytics.client.problems import problem_of, skew
from analytics.client.signature import token_make
from analytics.errors import HubProblem, HubRefused, HubUnavailable
from organizations.client import transport
from organizations.errors import OrganizationProblem, OrganizationRefused

LARGEST_ANSWER = 16 * 1024 * 1024
TOKEN_SECONDS = 3600  # a clock that is 20 minutes off is no reason to be refused


@dataclass(frozen=True)
class Triple:
    """What an administrator enters: which hub, under which policy, with which of its keys. Never printed."""

    hub_uri: str
    policy_name: str
    key: str

    def __repr__(self) -> str:
        return f"Triple({self.hub_uri!r}, {self.policy_name!r})"


@dataclass(frozen=True)
class Answer:
    """A complete answer."""

    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> dict[str, Any]:
        """The JSON object.

        Raises:
            HubUnavailable: it is none: half an answer, or a page of something in between.
        """
        try:
            found = json.loads(self.body)
        except ValueError as wrong:
            raise _not_understood(self.status) from wrong
        if not isinstance(found, dict):
            raise _not_understood(self.status)
        return found


class Exchange:
    """Sends signed requests below one hub's address and follows no redirect.

    Args:
        within: seconds for everything sent from now on; None: each request has its own limit.
    """

    def __init__(self, triple: Triple, *, within: float | None = None) -> None:
        self.triple = triple
        self.base = hub_uri_clean(triple.hub_uri)
        self.skew = 0.0  # seconds that the last answer's clock is ahead of ours
        self._end = None if within is None else time.monotonic() + within
        self._http: httpx.Client | None = None

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        content: bytes = b"",
        type: str = "application/json",
        seconds: float = 20.0,
    ) -> Answer:
        """Send to ``path`` below the hub's address, or to a link that the hub gave.

        Raises:
            HubUnavailable, HubRefused: also for every status of 300 and above.
        """
        left = seconds if self._end is None else min(seconds, self._end - time.monotonic())
        if left <= 0:
            raise _too_slow()
        sent = content or (b"" if body is None else json.dumps(body, default=str).encode())
        headers = {"Authorization": self._token(), "Accept": "application/json"}
        if sent:
            headers["Content-Type"] = type
        answer = self._fetch(method, self.url(path), headers, sent, left)
        self.skew = skew(answer.headers)
        if answer.status >= 300:
            raise problem_of(answer.status, answer.headers, answer.body)
        return answer

    def url(self, path: str) -> str:
        """The absolute address of a path below the hub, or of a link (``Location``, ``nextLink``) that it gave.

        Raises:
            HubRefused: the link leads away from the hub.
        """
        if path.startswith("/"):
            below = urlsplit(self.base).path
            is_whole = bool(below) and path.startswith(f"{below}/")
            return urljoin(self.base, path) if is_whole else self.base + path
        if not path.startswith(f"{self.base}/"):
            sentence = "The hub's answer leads to another address, which is not followed"
            raise HubRefused(sentence, code="analytics:redirected")
        return path

    def close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    def _token(self) -> str:
        triple, expires_at = self.triple, int(time.time()) + TOKEN_SECONDS
        return token_make(hub_uri=self.base, policy_name=triple.policy_name, key=triple.key, expires_at=expires_at)

    def _fetch(self, method: str, url: str, headers: Mapping[str, str], content: bytes, seconds: float) -> Answer:
        deadline = time.monotonic() + seconds
        timeout = httpx.Timeout(seconds, connect=min(5.0, seconds))
        try:
            request = self._client().build_request(method, url, headers=dict(headers), content=content, timeout=timeout)
            response = self._client().send(request, stream=True, follow_redirects=False)
            try:
                return Answer(response.status_code, response.headers, _read(response, deadline))
            finally:
                response.close()
        except httpx.HTTPError as wrong:
            raise _no_answer(wrong) from wrong
        except (httpx.InvalidURL, UnicodeError) as wrong:
            raise HubRefused("The hub's address is not valid", code="analytics:uri-invalid") from wrong
        except OrganizationProblem as wrong:  # the guard of all our outgoing requests
            raise _not_allowed(wrong) from wrong

    def _client(self) -> httpx.Client:
        if self._http is None:
            self._http = httpx.Client(transport=transport.transport_make(), trust_env=False)
        return self._http


def _read(response: httpx.Response, deadline: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    for piece in response.iter_bytes():
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise HubRefused("The hub's answer is too large", code="analytics:bad-answer")
        if time.monotonic() > deadline:
            raise _too_slow()
        pieces.append(piece)
    return b"".join(pieces)


def _no_answer(wrong: httpx.HTTPError) -> HubProblem:
    if _is_about_certificate(wrong):
        return HubRefused("The hub's TLS certificate cannot be trusted", code="analytics:certificate")
    if isinstance(wrong, httpx.TimeoutException):
        return _too_slow()
    return HubUnavailable("The hub did not answer")


def _is_about_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _not_allowed(wrong: OrganizationProblem) -> HubProblem:
    if isinstance(wrong, OrganizationRefused):
        sentence = "The hub's address leads into a private network and cannot be used"
        return HubRefused(sentence, code="analytics:address-refused")
    return HubUnavailable("The name of the hub does not resolve to an address", code="analytics:name-unknown")


def _too_slow() -> HubUnavailable:
    return HubUnavailable("The hub did not answer in time", code="analytics:hub-timeout")


def _not_understood(status: int) -> HubUnavailable:
    sentence = "The hub's answer could not be understood"
    return HubUnavailable(sentence, code="analytics:bad-answer", status=status)
