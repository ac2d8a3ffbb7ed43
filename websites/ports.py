"""What the portal runtime needs of the outside world."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
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


class OrganizationRows(RowSource, Protocol):
    """Rows that belong to people: read as they are now, and written. :class:`organizations.client.WebApiClient` is one.

    Every method raises :class:`core.errors.Unavailable`; a refusal is permanent and carries the service's code.
    """

    def counted(
        self,
        entity_set: str,
        *,
        select: Sequence[str] = (),
        filter: str = "",
        orderby: str = "",
        expand: str = "",
        top: int,
    ) -> tuple[int, list[dict[str, Any]]]:
        """The first ``top`` rows, and how many there are in all, at most 5,000."""
        ...

    def row(
        self, entity_set: str, id: uuid.UUID, *, select: Sequence[str] = (), expand: str = ""
    ) -> dict[str, Any] | None:
        """One row, None where there is none."""
        ...

    def upsert(self, entity_set: str, id: uuid.UUID, values: Mapping[str, Any]) -> None:
        """Create the row under an id that the caller chose, or change it. Lookups are written ``Nav@odata.bind``."""
        ...

    def update(self, entity_set: str, id: uuid.UUID, values: Mapping[str, Any], *, etag: str = "*") -> None:
        """Change a row that is there, where it still is the version ``etag`` (``@odata.etag``).

        A refusal with the code ``organizations:row-changed`` says that it is another one by now.
        """
        ...

    def close_case(self, id: uuid.UUID, *, subject: str) -> None:
        """Resolve a case; an update of its state is refused by the organization, and so is a case that is resolved."""
        ...

    def associate(self, entity_set: str, id: uuid.UUID, navigation: str, target_set: str, target_id: uuid.UUID) -> None:
        """Link two rows of a many-to-many relationship."""
        ...

    def delete(self, entity_set: str, id: uuid.UUID) -> None:
        """Delete the row; one that is gone already is no error."""
        ...
