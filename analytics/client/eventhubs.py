"""Azure Event Hubs in a hub's place: the same address, policy and key, but it only takes events.

It tells nobody which events it has had, so what is sent twice is there twice; whoever reads them has
``portal_interactionid`` to tell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from analytics.client.exchange import Triple
from analytics.client.session import HubSession
from analytics.client.values import Event, Refusal, event_text

MESSAGES = "/messages"
QUERY = "timeout=60&api-version=2014-01"
BATCH = "application/vnd.microsoft.servicebus.json"
LARGEST_BATCH = 200_000  # bytes; 256 KB are taken in the smallest tier, envelope included


class EventHubsClient(HubSession):
    """The sending part of :class:`analytics.client.hub.HubClient`, with the same errors."""

    def __init__(self, triple: Triple, *, within: float | None = None) -> None:
        bare = Triple(triple.hub_uri.removesuffix(MESSAGES), triple.policy_name, triple.key)
        super().__init__(bare, within=within)

    def takes_batches(self, event: Event) -> bool:
        """Always; sends ``event``, so that address, policy and key are known to be right."""
        return not self.send([event])

    def send(self, events: Sequence[Event], *, in_batches: bool = True) -> tuple[Refusal, ...]:
        """Hand the events over."""
        for batch in _batches(events):
            content = b"[" + b",".join(batch) + b"]"
            self._exchange.send("POST", f"{MESSAGES}?{QUERY}", content=content, type=BATCH, seconds=30.0)
        return ()


def _batches(events: Iterable[Event]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for event in events:
        message = json.dumps({"Body": event_text(event)}).encode()
        if batch and size + len(message) > LARGEST_BATCH:
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += len(message) + 1
    if batch:
        yield batch
