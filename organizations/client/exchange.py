"""One request and its answer, with every limit: time, size, repetitions. Errors are told permanent or passing here."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from organizations.client import transport
from organizations.errors import OrganizationProblem, OrganizationRefused, OrganizationUnavailable
from organizations.metrics import calls_counted

LARGEST_ANSWER = 64 * 1024 * 1024
PASSING_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
PATIENCE_SECONDS = 3.0  # all waiting between the tries of one request; longer waits are the caller's (``Wait``)
TRIES = 4


@dataclass(frozen=True)
class Limits:
    """Seconds: to connect, between two pieces of the answer, and for the whole request."""

    connect: float = 5.0
    read: float = 20.0
    overall: float = 40.0


SLOW = Limits(read=120.0, overall=180.0)  # a package of solutions is on its way, or a page of 5,000 rows


@dataclass(frozen=True)
class Answer:
    """A complete answer."""

    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> dict[str, Any]:
        """The JSON object.

        Raises:
            OrganizationUnavailable: it is no JSON object: half an answer, or a page of something in between.
        """
        try:
            found = json.loads(self.body)
        except ValueError as wrong:
            raise _not_understood(self.status) from wrong
        if not isinstance(found, dict):
            raise _not_understood(self.status)
        return found


@dataclass
class Exchange:
    """Sends requests to one host and follows no redirect."""

    sleep: Callable[[float], None] = time.sleep
    patience: float = PATIENCE_SECONDS
    _http: httpx.Client | None = field(default=None, init=False)

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        limits: Limits = Limits(),
        repeatable: bool = False,
    ) -> Answer:
        """Send, and where ``repeatable`` send again after an error that may pass, within the patience.

        Raises:
            OrganizationUnavailable, OrganizationRefused: also for every status of 300 and above.
        """
        waited = 0.0
        for attempt in range(1, TRIES + 1):
            try:
                return _accepted(self.fetch(method, url, headers=headers, content=content, limits=limits))
            except OrganizationUnavailable as passing:
                delay = passing.retry_after if passing.retry_after is not None else 0.2 * 2**attempt
                if not repeatable or attempt == TRIES or waited + delay > self.patience:
                    raise
                waited += delay
                self.sleep(delay)
        raise AssertionError("unreachable")

    def close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    @calls_counted
    def fetch(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        limits: Limits = Limits(),
    ) -> Answer:
        """Send once and take whatever status comes.

        Raises:
            OrganizationUnavailable, OrganizationRefused: no complete answer came, or the address is not allowed.
        """
        timeout = httpx.Timeout(limits.read, connect=limits.connect)
        deadline = time.monotonic() + limits.overall
        try:
            request = self._client().build_request(
                method, url, headers=dict(headers or {}), content=content, timeout=timeout
            )
            response = self._client().send(request, stream=True, follow_redirects=False)
            try:
                body = _read(response, deadline)
            finally:
                response.close()
        except httpx.HTTPError as wrong:
            raise _no_answer(wrong) from wrong
        except httpx.InvalidURL as wrong:
            raise OrganizationRefused("The address is not valid.", code="organizations:address-refused") from wrong
        return Answer(response.status_code, response.headers, body)

    def _client(self) -> httpx.Client:
        if self._http is None:
            self._http = httpx.Client(transport=transport.transport_make(), trust_env=False)
        return self._http


def _accepted(answer: Answer) -> Answer:
    if answer.status >= 300:
        raise problem_of(answer)
    return answer


def problem_of(answer: Answer) -> OrganizationProblem:
    """The error that a refusing answer stands for, with the organization's own code and text."""
    code, text = _envelope(answer.body)
    told: dict[str, Any] = {"service_code": code, "service_text": text, "status": answer.status}
    if answer.status in PASSING_STATUSES:
        return OrganizationUnavailable(
            f"The organization answered {answer.status}. It will be asked again.",
            code="organizations:busy" if answer.status == 429 else "organizations:unavailable",
            retry_after=_retry_after(answer.headers),
            **told,
        )
    if answer.status < 400:
        return OrganizationRefused(
            "The organization answered with a redirection, which is not followed.",
            code="organizations:redirected",
            **told,
        )
    if answer.status in (401, 403):
        return OrganizationRefused(
            "The organization does not let this application in. Its application user needs access there.",
            code="organizations:not-allowed",
            **told,
        )
    return OrganizationRefused(f"The organization refused: {text or answer.status}", **told)


def _envelope(body: bytes) -> tuple[str, str]:
    """Code and message of ``{"error": {"code", "message"}}``; empty where the body is something else."""
    try:
        error = json.loads(body)["error"]
        return str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        return "", ""


def _retry_after(headers: httpx.Headers) -> float | None:
    found = headers.get("Retry-After", "")
    return float(found) if found.isdecimal() else None


def _read(response: httpx.Response, deadline: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    for piece in response.iter_bytes():
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise OrganizationRefused("The organization's answer is too large.", code="organizations:bad-answer")
        if time.monotonic() > deadline:
            raise _too_slow()
        pieces.append(piece)
    return b"".join(pieces)


def _no_answer(wrong: httpx.HTTPError) -> OrganizationProblem:
    if _is_about_certificate(wrong):
        return OrganizationRefused(
            "The organization's TLS certificate cannot be trusted.", code="organizations:certificate"
        )
    if isinstance(wrong, httpx.TimeoutException):
        return _too_slow()
    return OrganizationUnavailable("The organization cannot be reached.", code="organizations:unreachable")


def _is_about_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _too_slow() -> OrganizationUnavailable:
    return OrganizationUnavailable("The organization did not answer in time.", code="organizations:timeout")


def _not_understood(status: int) -> OrganizationUnavailable:
    return OrganizationUnavailable(
        "The organization's answer could not be understood.", code="organizations:bad-answer", status=status
    )
