"""What the portal runtime needs of the outside world."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol


class RowSource(Protocol):
    """The organization's rows; :class:`organizations.client.WebApiClient` is one."""

    def rows(
        self,
        entity_set: str,
        *,
        select: Sequence[str] = (),
        filter: str = "",
        orderby: str = "",
        expand: str = "",
        top: int | None = None,
    ) -> Iterator[dict[str, Any]]:
        """The rows of a table, all pages. Raises :class:`core.errors.Unavailable`."""
        ...
