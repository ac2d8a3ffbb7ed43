"""The port to an organization. The client is the real adapter; tests have a fake; one contract test holds for both."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from organizations.client.values import (
    AsyncOperation,
    ImportResult,
    InstalledSolution,
    StagedSolution,
    SystemUser,
    WhoAmI,
)

Row = dict[str, Any]


class OrganizationApi(Protocol):
    """Everything the product asks of an organization.

    Every method raises :class:`organizations.errors.OrganizationUnavailable` (may pass) or
    :class:`organizations.errors.OrganizationRefused` (will not).
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def who_am_i(self) -> WhoAmI: ...

    def base_language(self) -> int: ...

    def provisioned_languages(self) -> list[int]: ...

    def version(self) -> str: ...

    def users_with_roles(self) -> list[SystemUser]: ...

    def rows(
        self,
        entity_set: str,
        *,
        select: Sequence[str] = (),
        filter: str = "",
        orderby: str = "",
        expand: str = "",
        top: int | None = None,
    ) -> Iterator[Row]: ...

    def row(self, entity_set: str, id: uuid.UUID, *, select: Sequence[str] = (), expand: str = "") -> Row | None: ...

    def upsert(self, entity_set: str, id: uuid.UUID, values: Mapping[str, Any]) -> None: ...

    def upsert_many(
        self, entity_set: str, logical_name: str, rows: Iterable[tuple[uuid.UUID, Mapping[str, Any]]]
    ) -> None: ...

    def associate(
        self, entity_set: str, id: uuid.UUID, navigation: str, target_set: str, target_id: uuid.UUID
    ) -> None: ...

    def delete(self, entity_set: str, id: uuid.UUID) -> None: ...

    def solutions(self) -> list[InstalledSolution]: ...

    def stage_solution(self, zip_bytes: bytes) -> StagedSolution: ...

    def import_solution(self, *, upload_id: uuid.UUID, import_job_id: uuid.UUID) -> uuid.UUID: ...

    def upgrade_solution(self, *, upload_id: uuid.UUID, import_job_id: uuid.UUID) -> uuid.UUID: ...

    def delete_solution(self, id: uuid.UUID) -> None: ...

    def async_operation(self, id: uuid.UUID) -> AsyncOperation: ...

    def import_result(self, import_job_id: uuid.UUID) -> ImportResult: ...
