"""What a handler answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What is answered: JSON, other content, or nothing."""

    status: int = 200
    json: Any = None
    content: bytes = b""
    content_type: str = "application/json; odata.metadata=minimal"
    headers: Mapping[str, str] = field(default_factory=dict)
