"""The way to a hub. :func:`hub` and :func:`receiver` are what services ask."""

from __future__ import annotations

from typing import Protocol

from analytics.client import EventHubsClient, HubClient, Triple, is_event_hubs
from analytics.ports import Hub, Receiver


class HubMake(Protocol):
    def __call__(self, triple: Triple, *, within: float | None = None) -> Hub: ...


# Tests put a fake here.
hub_make: HubMake = HubClient


def hub(triple: Triple, *, within: float | None = None) -> Hub:
    """The hub of this address.

    Args:
        within: seconds for all requests together: where somebody waits.
    """
    return hub_make(triple, within=within)


def receiver(triple: Triple, *, within: float | None = None) -> Receiver:
    """Where this address's interactions are sent: the hub, or Event Hubs."""
    if is_event_hubs(triple.hub_uri):
        return EventHubsClient(triple, within=within)
    return hub(triple, within=within)
