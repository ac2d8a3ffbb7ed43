"""What the hub answers, as values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Event = Mapping[str, Any] | str  # as an object, or as its JSON text

READ, WRITE, MANAGE = "Read", "Write", "Manage"
RIGHTS = (MANAGE, READ, WRITE)


@dataclass(frozen=True)
class Policy:
    """A shared access policy and its rights."""

    name: str
    permissions: frozenset[str]

    @property
    def missing(self) -> tuple[str, ...]:
        """The rights that a portal needs and this policy lacks."""
        return tuple(right for right in RIGHTS if right not in self.permissions)


@dataclass(frozen=True)
class Refusal:
    """An interaction of a batch that the hub refused for good."""

    index: int
    code: str
    message: str


@dataclass(frozen=True)
class HubInteraction:
    """An interaction as the hub keeps it.

    Args:
        at: when it happened at the portal.
        item_id: of the article, post, thread or case; "" for a search.
        text: its title, or what was searched for.
        raw: all fields as the hub gave them.
    """

    type: str
    id: str
    at: datetime
    contact_id: str
    portal_id: str
    item_id: str
    text: str
    raw: Mapping[str, Any]


def event_text(event: Event) -> str:
    """The JSON text of an interaction that is to be sent."""
    return event if isinstance(event, str) else json.dumps(event, default=str)
