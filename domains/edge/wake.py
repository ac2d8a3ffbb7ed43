"""How agents hear of a changed binding: a notice at the commit, naming the host."""

from __future__ import annotations

from core.notices import Ear, notice_send

CHANNEL = "portal_edge"


def agents_wake(host: str) -> None:
    """Tell every agent that the binding of ``host`` changed, when the surrounding transaction is committed."""
    notice_send(CHANNEL, host)


def agent_ear() -> Ear:
    """What an agent listens with; what it misses, its sweep finds."""
    return Ear(CHANNEL)
