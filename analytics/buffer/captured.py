"""An interaction as it is captured: made within microseconds, as the hub will get it."""

from __future__ import annotations

import json
import os
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from analytics.kinds import KINDS

TITLE_LONGEST = 500


@dataclass(frozen=True)
class Captured:
    """What a visitor did at a portal.

    Args:
        name: of the type, such as ``portal_search``.
        item_id: of what was looked at; "" for a search.
        text: its title, or what was searched for.
        language: code of the page's language.
        results: how many a search had; a search without any is what a portal learns most from.
    """

    portal_id: uuid.UUID
    contact_id: uuid.UUID
    name: str
    text: str
    at: datetime
    item_id: str = ""
    language: str = ""
    session_id: str = ""
    results: int | None = None


def captured_line(captured: Captured) -> bytes:
    """One line of the spool: the payload, and a line feed that is nowhere else in it."""
    return json.dumps(captured_payload(captured), ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def captured_payload(captured: Captured) -> dict[str, str | int]:
    """Exactly the fields of the type, and language and session where they are known."""
    kind = KINDS[captured.name]
    own = {kind.id_field: captured.item_id} if kind.id_field else {}
    extra: dict[str, str | int] = {"portal_language": captured.language, "portal_sessionid": captured.session_id}
    if captured.results is not None:
        extra["portal_resultcount"] = captured.results
    return {
        "InteractionType": kind.name,
        "portal_interactionid": str(ascending_id(captured.at)),
        **own,
        kind.text_field: _clean(captured.text),
        "portal_contactid": str(captured.contact_id),
        "portal_timestamp": f"{captured.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        "portal_portalid": str(captured.portal_id),
        **{name: value for name, value in extra.items() if value != ""},
    }


def ascending_id(at: datetime | None = None) -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): rows that come together lie together in the index."""
    milliseconds = int((at.timestamp() if at else time.time()) * 1000)
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & ((1 << 48) - 1)) << 80 | random
    value = value & ~(0xF000 << 64) | 0x7000 << 64
    return uuid.UUID(int=value & ~(0xC000 << 48) | 0x8000 << 48)


def _clean(text: str) -> str:
    """What any JSON reader takes: without NUL and halves of characters."""
    return text[:TITLE_LONGEST].replace("\x00", "").encode("utf-8", "replace").decode()
