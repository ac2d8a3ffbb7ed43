"""Counting requests in the broker, so that all web processes share one limit.

The API must work without the broker. So it gets very little time; when it does not answer, this process counts for
itself and asks again after a pause.
"""

from __future__ import annotations

import threading
import time

import redis
from django.conf import settings

BROKER_LIMIT_SECONDS = 0.1
PAUSE_SECONDS = 5.0


class RequestCounter:
    """How many requests somebody made in the present window."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._own: dict[str, int] = {}
        self._broker: redis.Redis | None = None
        self._asked_again_at = 0.0

    def add(self, name: str, *, window_seconds: int) -> int:
        """Count one more request of ``name``; how many there are now in this window."""
        key = f"api-requests:{name}:{int(time.time() // window_seconds)}"
        if time.monotonic() >= self._asked_again_at:
            try:
                return self._add_in_broker(key, window_seconds)
            except redis.RedisError:
                self._asked_again_at = time.monotonic() + PAUSE_SECONDS
        return self._add_here(key)

    def _add_in_broker(self, key: str, window_seconds: int) -> int:
        if self._broker is None:
            limits = {"socket_timeout": BROKER_LIMIT_SECONDS, "socket_connect_timeout": BROKER_LIMIT_SECONDS}
            self._broker = redis.Redis.from_url(settings.BROKER_URL, **limits)
        with self._broker.pipeline(transaction=False) as pipe:
            pipe.incr(key)
            pipe.expire(key, window_seconds * 2)
            count, _ = pipe.execute()
        return int(count)

    def _add_here(self, key: str) -> int:
        with self._lock:
            window = key.rpartition(":")[2]
            self._own = {known: count for known, count in self._own.items() if known.endswith(f":{window}")}
            self._own[key] = self._own.get(key, 0) + 1
            return self._own[key]


requests = RequestCounter()
