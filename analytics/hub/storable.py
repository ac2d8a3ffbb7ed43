"""Which JSON can be kept: PostgreSQL takes less than a JSON reader does, and what is kept must be readable again."""

from __future__ import annotations

import json
import re
from typing import Any

BROKEN = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL stores neither
DEEPEST = 32


def json_kept(value: Any) -> str | None:
    """The value as text; None where it cannot be stored: a number beyond all bounds (``1e400``), U+0000, half of a
    character, or more than :data:`DEEPEST` values inside each other."""
    if not _is_shallow(value, DEEPEST):
        return None
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        return None
    return None if "\\u0000" in text or BROKEN.search(text) else text


def _is_shallow(value: Any, left: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    return left > 0 and all(
        _is_shallow(one, left - 1) for one in (value.values() if isinstance(value, dict) else value)
    )
