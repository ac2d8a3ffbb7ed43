"""What comes back from an outside system: a complete answer, or why there is none, and what its headers tell."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import Any

import httpx

from core.errors import OutsideProblem

LONGEST_RETRY_AFTER = 900.0  # services' own windows are 300 s; whoever asks for more is asked again after this


class Failure(Enum):
    """Why there is no answer that can be used."""

    TOO_SLOW = auto()
    NO_ANSWER = auto()
    CERTIFICATE = auto()
    TOO_LARGE = auto()
    ADDRESS = auto()
    NOT_UNDERSTOOD = auto()


@dataclass(frozen=True)
class Told:
    """How a room tells of a failure: the kind of its error, the sentence for people, the code."""

    kind: type[OutsideProblem]
    sentence: str
    code: str = ""

    def error(self, status: int = 0) -> OutsideProblem:
        return self.kind(self.sentence, code=self.code, status=status)


Failures = Mapping[Failure, Told]


@dataclass(frozen=True)
class Answer:
    """A complete answer."""

    status: int
    headers: httpx.Headers
    body: bytes
    failures: Failures = field(repr=False)

    def json(self) -> dict[str, Any]:
        """The JSON object.

        Raises:
            OutsideProblem: it is no JSON object: half an answer, or a page of something in between.
        """
        told = self.failures[Failure.NOT_UNDERSTOOD]
        try:
            found = json.loads(self.body)
        except ValueError as wrong:
            raise told.error(self.status) from wrong
        if not isinstance(found, dict):
            raise told.error(self.status)
        return found


def envelope(body: bytes) -> tuple[str, str]:
    """Code and message of ``{"error": {"code", "message"}}``; empty where the body is something else."""
    try:
        error = json.loads(body)["error"]
        return str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        return "", ""


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds, whether told as such or as a moment; never longer than :data:`LONGEST_RETRY_AFTER`."""
    found = headers.get("Retry-After", "")
    if found.isdecimal():
        return min(float(found), LONGEST_RETRY_AFTER)
    try:
        wanted = parsedate_to_datetime(found).timestamp() - time.time()
    except (TypeError, ValueError):
        return None
    return min(max(wanted, 0.0), LONGEST_RETRY_AFTER)


def skew(headers: httpx.Headers) -> float:
    """Seconds that the other side's clock is ahead of ours, by the answer's Date; 0 where it tells none."""
    try:
        return parsedate_to_datetime(headers.get("Date", "")).timestamp() - time.time()
    except (TypeError, ValueError):
        return 0.0
