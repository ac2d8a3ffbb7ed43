"""One request to an outside system and its answer, with every limit: time, size, redirects, repetitions.

What is wrong is told in the words of the room that asks: each has its own errors, codes and sentences.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import ClassVar

import httpx

from core.errors import OutsideProblem
from core.outside.answers import Answer, Failure, Failures, skew

TRIES = 4
PATIENCE_SECONDS = 3.0  # all waiting between the tries of one request; longer waits are the caller's (``Wait``)

# When whatever is under way must be over, on the monotonic clock: also what fetches a token for it.
_must_end_at: ContextVar[float | None] = ContextVar("must_end_at", default=None)
Check = Callable[[Answer], None]


@dataclass(frozen=True)
class Limits:
    """Seconds: to connect, between two pieces of the answer, and for the whole request."""

    connect: float = 5.0
    read: float = 20.0
    overall: float = 40.0


def no_check(answer: Answer) -> None:
    """Every answer will do."""


@dataclass
class OutsideExchange:
    """Sends requests to one host and follows no redirect. A room makes it its own with what stands first here.

    Args:
        patience: seconds of waiting between the tries of one request, all together.
        within: seconds for everything sent from now on, waiting included; None: each request has its own limits.
    """

    failures: ClassVar[Failures]
    largest_answer: ClassVar[int]  # bytes
    also_taken: ClassVar[frozenset[int]] = frozenset()  # of 300 and above: statuses that are no error

    sleep: Callable[[float], None] = time.sleep
    patience: float = PATIENCE_SECONDS
    within: float | None = None
    skew: float = field(default=0.0, init=False)  # seconds that the last answer's clock is ahead of ours
    _end: float | None = field(default=None, init=False)
    _http: httpx.Client | None = field(default=None, init=False)

    def transport(self) -> httpx.BaseTransport:
        """How bytes get there: whatever guards the addresses that may be asked."""
        raise NotImplementedError

    def problem_of(self, answer: Answer) -> OutsideProblem:
        """The error that a refusing answer stands for."""
        raise NotImplementedError

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
            OutsideProblem: also for every answer that is not taken, as :meth:`takes` says. Its ``attempt`` says how
                often it was sent.
        """
        waited = 0.0
        for attempt in range(1, TRIES + 1):
            try:
                answer = self._accepted(self.fetch(method, url, headers=headers, content=content, limits=limits))
                check(answer)
                return answer
            except OutsideProblem as problem:
                problem.attempt = attempt
                delay = problem.retry_after if problem.retry_after is not None else 0.2 * 2**attempt
                is_over = attempt == TRIES or waited + delay > min(self.patience, self._left() - 0.1)
                if problem.permanent or not repeatable or is_over:
                    raise
                waited += delay
                self.sleep(delay)
        raise AssertionError("unreachable")

    def close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

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
            OutsideProblem: no complete answer came, or the address is not allowed.
        """
        left = self._left()
        if left <= 0:
            raise self.failures[Failure.TOO_SLOW].error()
        timeout = httpx.Timeout(min(limits.read, left), connect=min(limits.connect, left))
        deadline = time.monotonic() + min(limits.overall, left)
        try:
            request = self._client().build_request(
                method, url, headers=dict(headers or {}), content=content, timeout=timeout
            )
            response = self._client().send(request, stream=True, follow_redirects=False)
            try:
                body = self._read(response, deadline)
            finally:
                response.close()
        except httpx.HTTPError as wrong:
            raise self.failures[_failure(wrong)].error() from wrong
        except (httpx.InvalidURL, UnicodeError) as wrong:
            raise self.failures[Failure.ADDRESS].error() from wrong
        self.skew = skew(response.headers)
        return Answer(response.status_code, response.headers, body, self.failures)

    def takes(self, answer: Answer) -> bool:
        """Whether it is an answer, and no error."""
        return answer.status < 300 or answer.status in self.also_taken

    def _accepted(self, answer: Answer) -> Answer:
        if not self.takes(answer):
            raise self.problem_of(answer)
        return answer

    def _read(self, response: httpx.Response, deadline: float) -> bytes:
        pieces: list[bytes] = []
        size = 0
        for piece in response.iter_bytes():
            size += len(piece)
            if size > self.largest_answer:
                raise self.failures[Failure.TOO_LARGE].error()
            if time.monotonic() > deadline:
                raise self.failures[Failure.TOO_SLOW].error()
            pieces.append(piece)
        return b"".join(pieces)

    def _left(self) -> float:
        end = _sooner(self._end, _must_end_at.get())
        return float("inf") if end is None else end - time.monotonic()

    def _client(self) -> httpx.Client:
        if self._http is None:
            self._http = httpx.Client(transport=self.transport(), trust_env=False)
        return self._http


def _sooner(one: float | None, other: float | None) -> float | None:
    return min((end for end in (one, other) if end is not None), default=None)


def _failure(wrong: httpx.HTTPError) -> Failure:
    if _is_about_certificate(wrong):
        return Failure.CERTIFICATE
    return Failure.TOO_SLOW if isinstance(wrong, httpx.TimeoutException) else Failure.NO_ANSWER


def _is_about_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
