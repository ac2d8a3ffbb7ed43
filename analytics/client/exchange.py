"""One request to a hub and its answer, with every limit: time, size, host. Errors are told permanent or passing."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from analytics.client.address import hub_uri_clean
from analytics.client.problems import problem_of
from analytics.client.signature import token_make
from analytics.errors import HubProblem, HubRefused, HubUnavailable
from core.outside.answers import Answer, Failure, Failures, Told
from core.outside.exchange import Limits, OutsideExchange
from organizations.client import transport
from organizations.errors import OrganizationProblem, OrganizationRefused

TOKEN_SECONDS = 3600  # a clock that is 20 minutes off is no reason to be refused


@dataclass(frozen=True)
class Triple:
    """What an administrator enters: which hub, under which policy, with which of its keys. Never printed."""

    hub_uri: str
    policy_name: str
    key: str

    def __repr__(self) -> str:
        return f"Triple({self.hub_uri!r}, {self.policy_name!r})"


FAILURES: Failures = {
    Failure.TOO_SLOW: Told(HubUnavailable, "The hub did not answer in time", "analytics:hub-timeout"),
    Failure.NO_ANSWER: Told(HubUnavailable, "The hub did not answer"),
    Failure.CERTIFICATE: Told(HubRefused, "The hub's TLS certificate cannot be trusted", "analytics:certificate"),
    Failure.TOO_LARGE: Told(HubRefused, "The hub's answer is too large", "analytics:bad-answer"),
    Failure.ADDRESS: Told(HubRefused, "The hub's address is not valid", "analytics:uri-invalid"),
    Failure.NOT_UNDERSTOOD: Told(HubUnavailable, "The hub's answer could not be understood", "analytics:bad-answer"),
}


class HubExchange(OutsideExchange):
    """Sends requests to one hub, past the guard of all our outgoing requests."""

    failures = FAILURES
    largest_answer = 16 * 1024 * 1024

    def transport(self) -> httpx.BaseTransport:
        return transport.transport_make()

    def problem_of(self, answer: Answer) -> HubProblem:
        return problem_of(answer.status, answer.headers, answer.body)

    def fetch(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        limits: Limits = Limits(),  # noqa: B008  (frozen)
    ) -> Answer:
        """As everywhere; what the guard says is told as the hub's.

        Raises:
            HubUnavailable, HubRefused: no complete answer came, or the address is not allowed.
        """
        try:
            return super().fetch(method, url, headers=headers, content=content, limits=limits)
        except OrganizationProblem as wrong:
            raise _not_allowed(wrong) from wrong


class Exchange:
    """Sends signed requests below one hub's address and follows no redirect.

    Args:
        within: seconds for everything sent from now on; None: each request has its own limit.
    """

    def __init__(self, triple: Triple, *, within: float | None = None) -> None:
        self.triple = triple
        self.base = hub_uri_clean(triple.hub_uri)
        self._http = HubExchange(within=within)

    @property
    def skew(self) -> float:
        """Seconds that the last answer's clock is ahead of ours."""
        return self._http.skew

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
        sent = content or (b"" if body is None else json.dumps(body, default=str).encode())
        headers = {"Authorization": self._token(), "Accept": "application/json"}
        if sent:
            headers["Content-Type"] = type
        limits = Limits(connect=min(5.0, seconds), read=seconds, overall=seconds)
        return self._http.send(method, self.url(path), headers=headers, content=sent, limits=limits)

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
        self._http.close()

    def _token(self) -> str:
        triple, expires_at = self.triple, int(time.time()) + TOKEN_SECONDS
        return token_make(hub_uri=self.base, policy_name=triple.policy_name, key=triple.key, expires_at=expires_at)


def _not_allowed(wrong: OrganizationProblem) -> HubProblem:
    if isinstance(wrong, OrganizationRefused):
        sentence = "The hub's address leads into a private network and cannot be used"
        return HubRefused(sentence, code="analytics:address-refused")
    return HubUnavailable("The name of the hub does not resolve to an address")
