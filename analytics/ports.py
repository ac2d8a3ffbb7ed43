"""The port to a hub. The client is the real adapter; tests have a fake; one contract test holds for both."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

from analytics.client.hub import Model
from analytics.client.values import Event, HubInteraction, Policy, Refusal


class Receiver(Protocol):
    """Where interactions can be sent: a hub, or Event Hubs.

    Every method raises :class:`analytics.errors.HubUnavailable` (may pass) or :class:`analytics.errors.HubRefused`.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def skew(self) -> float: ...

    def send(self, events: Sequence[Event], *, in_batches: bool = True) -> tuple[Refusal, ...]: ...

    def takes_batches(self, event: Event) -> bool: ...


class Hub(Receiver, Protocol):
    """Everything the product asks of a hub."""

    def policy(self) -> Policy: ...

    def model_get(self, model: Model, name: str) -> dict[str, Any] | None: ...

    def model_put(self, model: Model, name: str, definition: Mapping[str, Any]) -> str: ...

    def model_delete(self, model: Model, name: str) -> str: ...

    def is_finished(self, pending: str) -> bool: ...

    def contact_interactions(
        self, contact_id: uuid.UUID, *, before: datetime, after: datetime | None = None, limit: int = 200
    ) -> list[HubInteraction]: ...
