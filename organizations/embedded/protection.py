"""Service protection limits per user and web server: requests and time in a sliding window, and at the same moment.

They are counted in this process, as the platform counts them in each of its web servers.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil

from organizations.embedded.errors import DataverseError
from organizations.embedded.models import EmbeddedOrganization


@dataclass
class _Window:
    """What one application user did in the last minutes: pairs of end time and milliseconds."""

    done: deque[tuple[float, float]] = field(default_factory=deque)
    spent_ms: float = 0.0
    running: int = 0

    def forget_before(self, moment: float) -> None:
        while self.done and self.done[0][0] < moment:
            self.spent_ms -= self.done.popleft()[1]


_windows: dict[uuid.UUID, _Window] = {}
_lock = threading.Lock()


@contextmanager
def protected(tenant: EmbeddedOrganization) -> Iterator[dict[str, str]]:
    """Count one request; yields the headers that tell what is left.

    Raises:
        DataverseError: 429 with Retry-After.
    """
    with _lock:
        window = _windows.setdefault(tenant.application_user_id, _Window())
        window.forget_before(time.monotonic() - tenant.limit_window_seconds)
        _require_room(tenant, window)
        window.running += 1
        left = _left(tenant, window)
    began = time.monotonic()
    try:
        yield left
    finally:
        ended = time.monotonic()
        with _lock:
            window.running -= 1
            window.done.append((ended, (ended - began) * 1000))
            window.spent_ms += (ended - began) * 1000


def protection_forget() -> None:
    """Begin all windows anew."""
    with _lock:
        _windows.clear()


def _left(tenant: EmbeddedOrganization, window: _Window) -> dict[str, str]:
    requests = tenant.limit_requests - len(window.done) - 1
    seconds = max(0.0, tenant.limit_execution_ms - window.spent_ms) / 1000
    return {
        "x-ms-ratelimit-burst-remaining-xrm-requests": str(max(0, requests)),
        "x-ms-ratelimit-time-remaining-xrm-requests": f"{seconds:,.2f}",
    }


def _require_room(tenant: EmbeddedOrganization, window: _Window) -> None:
    seconds = tenant.limit_window_seconds
    if window.running >= tenant.limit_concurrent:
        text = f"Number of concurrent requests exceeded the limit of {tenant.limit_concurrent}."
        raise _too_much("0x80072326", text, 1)
    if len(window.done) + window.running >= tenant.limit_requests:
        text = (
            f"Number of requests exceeded the limit of {tenant.limit_requests} over time window of {seconds} seconds."
        )
        raise _too_much("0x80072322", text, _until_first_leaves(window, seconds))
    if window.spent_ms >= tenant.limit_execution_ms:
        text = (
            f"Combined execution time of incoming requests exceeded limit of {tenant.limit_execution_ms:,} "
            f"milliseconds over time window of {seconds} seconds. Decrease number of concurrent requests or reduce "
            "the duration of requests and try again later."
        )
        raise _too_much("0x80072321", text, _until_first_leaves(window, seconds))


def _until_first_leaves(window: _Window, seconds: int) -> int:
    if not window.done:
        return 1
    return max(1, ceil(window.done[0][0] + seconds - time.monotonic()))


def _too_much(code: str, text: str, retry_after: int) -> DataverseError:
    return DataverseError(429, code, text, headers={"Retry-After": str(retry_after)})
