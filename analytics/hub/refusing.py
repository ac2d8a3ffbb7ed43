"""What was refused: the newest events of each hub with their reasons, and how often each reason came on each day.

Calls without a valid token are counted, not kept: anybody could fill a table with them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection
from django.utils import timezone

from analytics.hub.models import RefusedEvent

logger = logging.getLogger(__name__)

KEPT = 10_000  # of each hub; retention trims to it
KEPT_OF_A_REQUEST = 1000
BODY_KEPT = 4000  # characters of an event
FLUSH_SECONDS = 1.0

_COUNT = """
INSERT INTO hub_refusalcount AS c (hub_id, day, code, n) SELECT h.id, %s, u.code, u.n
FROM unnest(%s::text[], %s::bigint[]) AS u (code, n) JOIN hub_hub h ON h.id = %s ORDER BY u.code
ON CONFLICT (hub_id, day, code) DO UPDATE SET n = c.n + excluded.n
"""


@dataclass(frozen=True)
class Refusal:
    """An event that was not stored. ``body`` is what came, as text."""

    index: int
    code: str
    message: str
    body: str
    type_name: str = ""
    portal: str | None = None
    contact: str | None = None


def refusals_keep(hub_id: int, policy: str, refusals: Sequence[Refusal], *, now: datetime) -> None:
    """Keep the events, with their reasons, and count all of them."""
    RefusedEvent.objects.bulk_create(
        RefusedEvent(
            hub_id=hub_id,
            at=now,
            policy=policy,
            code=one.code,
            message=one.message[:500],
            type_name=one.type_name[:128],
            portal=one.portal,
            contact=one.contact,
            body=one.body[:BODY_KEPT].replace("\x00", "\ufffd").encode("utf-8", "replace").decode(),
        )
        for one in refusals[:KEPT_OF_A_REQUEST]
    )
    refusals_count(hub_id, Counter(one.code for one in refusals), now=now)


def refusals_count(hub_id: int, codes: Counter[str], *, now: datetime) -> None:
    """Count them, if the hub is still there."""
    names = sorted(codes)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [now.date(), names, [codes[name] for name in names], hub_id])


class Unauthorized:
    """Counts calls without a valid token; a flood of them costs one statement a second."""

    def __init__(self) -> None:
        self._pending: dict[int, Counter[str]] = {}
        self._flushed_at = 0.0
        self._lock = threading.Lock()

    def add(self, hub_id: int, code: str) -> None:
        with self._lock:
            self._pending.setdefault(hub_id, Counter())[code] += 1

    def flush(self, *, force: bool = False) -> None:
        """Write what is pending, unless that was done a moment ago. Called with every answer of the hub."""
        if not self._pending:
            return
        with self._lock:
            if not force and time.monotonic() - self._flushed_at < FLUSH_SECONDS:
                return
            pending, self._pending = self._pending, {}
            self._flushed_at = time.monotonic()
        for hub_id, codes in pending.items():
            try:
                refusals_count(hub_id, codes, now=timezone.now())
            except DatabaseError:  # the answer matters more than its count
                logger.warning("Refused calls of hub %s could not be counted.", hub_id)

    def forget(self) -> None:
        """Drop what is pending."""
        with self._lock:
            self._pending, self._flushed_at = {}, 0.0


UNAUTHORIZED = Unauthorized()
