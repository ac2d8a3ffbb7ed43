"""Where a page begins: the key and id of the row beside it, opaque to whoever carries it."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True)
class Cursor:
    """After (or, backward, before) the row with this key and id; without a key: the beginning, or backward the end.

    A cursor that was tampered with is the beginning: nothing secret is in it, and it only moves within what one sees.
    """

    key: str | datetime | None = None
    id: uuid.UUID | None = None
    is_backward: bool = False

    END: ClassVar[str] = "end"

    @property
    def is_inside(self) -> bool:
        """Whether there are rows on the other side of it."""
        return self.id is not None

    def __str__(self) -> str:
        key = self.key.isoformat() if isinstance(self.key, datetime) else self.key
        text = json.dumps([int(self.is_backward), key, str(self.id)], ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, *, as_time: bool) -> Cursor:
        """The cursor that ``text`` is; ``as_time`` where keys are times."""
        if text == cls.END:
            return cls(is_backward=True)
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
            backward, key, id = json.loads(raw)
            moment = datetime.fromisoformat(key) if as_time else str(key)
            if "\x00" in key or (isinstance(moment, datetime) and moment.tzinfo is None):
                return cls()
            return cls(moment, uuid.UUID(id), bool(backward))
        except (binascii.Error, ValueError, TypeError, AttributeError):
            return cls()
