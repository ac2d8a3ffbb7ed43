"""A page that could not be made: an id for the visitor, what happened for those who manage the portal."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import OrderedDict
from uuid import UUID

from django.db import Error as DatabaseError

from portals.failures import failure_record

logger = logging.getLogger(__name__)
SAME = 60.0  # seconds for which the same failure of the same page keeps its id, and is written once
REMEMBERED = 1_000
_seen: OrderedDict[tuple[UUID, str, str], tuple[str, float]] = OrderedDict()
_lock = threading.Lock()


def failure_note(
    portal_id: UUID, *, host: str, path: str, reason: str, template: str = "", line: int | None = None
) -> str:
    """The id under which the failure can be looked up. A database that is away costs the entry, not the page."""
    key, now = (portal_id, path, reason), time.monotonic()
    with _lock:
        known = _seen.get(key)
        if known and known[1] > now:
            return known[0]
        error_id = secrets.token_hex(6)
        _seen[key] = (error_id, now + SAME)
        while len(_seen) > REMEMBERED:
            _seen.popitem(last=False)
    try:
        failure_record(
            portal_id=portal_id, error_id=error_id, host=host, path=path, reason=reason, template=template, line=line
        )
    except DatabaseError:
        logger.warning("A failure was not written down: the database is away", extra={"error_id": error_id})
    return error_id
