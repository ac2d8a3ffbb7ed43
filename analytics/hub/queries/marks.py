"""Where a page of events ends, as a text that goes into an address."""

from __future__ import annotations

import base64
import binascii
import uuid
from datetime import datetime

from analytics.hub.events import moment_read

Mark = tuple[datetime, uuid.UUID]


def mark_told(mark: Mark) -> str:
    ts, id = mark
    return base64.urlsafe_b64encode(f"{ts.isoformat()}|{id}".encode()).decode()


def mark_read(text: str) -> Mark | None:
    """The mark; None where the text is none of ours."""
    try:
        ts, _, id = base64.urlsafe_b64decode(text.encode()).decode().partition("|")
        moment = moment_read(ts)
        return None if moment is None else (moment, uuid.UUID(id))
    except (ValueError, binascii.Error):
        return None
