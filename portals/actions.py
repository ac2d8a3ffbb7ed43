"""What a portal's page offers to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PortalAction:
    """One thing that can be done with a portal; ``why_not`` says why it cannot be done now, "" where it can."""

    title: str
    text: str
    url: str
    why_not: str = ""
