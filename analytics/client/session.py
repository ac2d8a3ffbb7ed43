"""What every client of a hub is, whatever is asked there: a way there that is open while the client is in use."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from analytics.client.exchange import Exchange, Triple


class HubSession:
    """Closes the way to the hub when it is left.

    Args:
        within: seconds for all requests together: where somebody waits.
    """

    def __init__(self, triple: Triple, *, within: float | None = None) -> None:
        self._exchange = Exchange(triple, within=within)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._exchange.close()

    @property
    def skew(self) -> float:
        """Seconds that the hub's clock is ahead of ours, by its last answer."""
        return self._exchange.skew
