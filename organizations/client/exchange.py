"""One request and its answer, with every limit: time, size, repetitions. Errors are told permanent or passing here."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from organizations.client import transport
from organizations.errors import OrganizationProblem, OrganizationRefused, OrganizationUnavailable
from organizations.metrics import calls_counted

LARGEST_ANSWER = 64 * 1024 * 1024
PASSING_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
PATIENCE_SECONDS = 3.0  # all waiting between the tries of one request; longer waits are the caller's (``Wait``)
TRIES = 4
LONGEST_RETRY_AFTER = 900.0  # the service's own windows are 300 s; whoever asks for more is asked again after this
NOT_MODIFIED = 304

# When whatever is under way must be over, on the monotonic clock: also what fetches a token for it.
_must_end_at: ContextVar[float | None] = ContextVar("must_end_at", default=None)
Check = Callable[["Answer"], None]


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


def no_check(answer: Answer) -> None:
    """Every answer will do."""


@dataclass
class Exchange:
    """Sends requests to one host and follows no redirect.

    Args:
        patience: seconds of waiting between the tries of one request, all together.
        within: seconds for everything sent from now on, waiting included; None: each request has its own limits.
    """

    sleep: Callable[[float], None] = time.sleep
    patience: float = PATIENCE_SECONDS
    within: float | None = None
    skew: float = field(default=0.0, init=False)  # seconds that the last answer's clock is ahead of ours
    _end: float | None = field(default=None, init=False)
    _http: httpx.Client | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._end = None if self.within is None else time.monotonic() + self.within

    @contextmanager
    def hurrying(self) -> Iterator[None]:
        """While it lasts, every exchange of this thread ends when this one must."""
        before = _must_end_at.set(_sooner(self._end, _must_end_at.get()))
        try:
            yield
        finally:
            _must_end_at.reset(before)

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        limits: Limits = Limits(),
        repeatable: bool = False,
        check: Check = no_check,
    ) -> Answer:
        """Send, and where ``repeatable`` send again after an error that may pass, within the patience.

        Args:
            check: raises where an accepted answer carries an error inside, such as a batch's.

        Raises:
            OrganizationUnavailable, OrganizationRefused: also for every status of 300 and above but 304. ``attempt``
                of what is raised says how often it was sent.
        """
        waited = 0.0
        for attempt in range(1, TRIES + 1):
            try:
                answer = _accepted(self.fetch(method, url, headers=headers, content=content, limits=limits))
                check(answer)
                return answer
            except OrganizationRefused as refused:
                refused.attempt = attempt
                raise
            except OrganizationUnavailable as passing:
                delay = passing.retry_after if passing.retry_after is not None else 0.2 * 2**attempt
                if not repeatable or attempt == TRIES or waited + delay > min(self.patience, self._left() - 0.1):
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
        left = self._left()
        if left <= 0:
            raise _too_slow()
        timeout = httpx.Timeout(min(limits.read, left), connect=min(limits.connect, left))
        deadline = time.monotonic() + min(limits.overall, left)
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
        self.skew = _skew(response.headers)
        return Answer(response.status_code, response.headers, body)

    def _left(self) -> float:
        end = _sooner(self._end, _must_end_at.get())
        return float("inf") if end is None else end - time.monotonic()

    def _client(self) -> httpx.Client:
        if self._http is None:
            self._http = httpx.Client(transport=transport.transport_make(), trust_env=False)
        return self._http


def _accepted(answer: Answer) -> Answer:
    if answer.status >= 300 and answer.status != NOT_MODIFIED:
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
    if answer.status == 412:
        return OrganizationRefused(
            "The row was changed by somebody else, or exists already.", code="organizations:row-changed", **told
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
    """Seconds, whether told as such or as a moment; never longer than :data:`LONGEST_RETRY_AFTER`."""
    found = headers.get("Retry-After", "")
    if found.isdecimal():
        return min(float(found), LONGEST_RETRY_AFTER)
    try:
        wanted = parsedate_to_datetime(found).timestamp() - time.time()
    except (TypeError, ValueError):
        return None
    return min(max(wanted, 0.0), LONGEST_RETRY_AFTER)


def _skew(headers: httpx.Headers) -> float:
    try:
        return parsedate_to_datetime(headers.get("Date", "")).timestamp() - time.time()
    except (TypeError, ValueError):
        return 0.0


def _sooner(one: float | None, other: float | None) -> float | None:
    return min((end for end in (one, other) if end is not None), default=None)


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
