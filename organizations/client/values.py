"""What the client answers with: values that travel, never raw JSON (rows of tables excepted)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

# Role templates: names of roles are translated and roles are copied per business unit, the template never changes.
SYSTEM_ADMINISTRATOR = uuid.UUID("627090ff-40a3-4053-8790-584edc5be201")
SYSTEM_CUSTOMIZER = uuid.UUID("119f245c-3cc8-4b62-b31c-d1a046ced15d")
CUSTOMER_SERVICE_REPRESENTATIVE = uuid.UUID("a4be89ff-7c35-4d69-9900-999c3f603e6f")


@dataclass(frozen=True)
class WhoAmI:
    """Who the token speaks for (WhoAmI)."""

    user_id: uuid.UUID
    business_unit_id: uuid.UUID
    organization_id: uuid.UUID


@dataclass(frozen=True)
class SystemUser:
    """A user of the organization with the roles held there."""

    id: uuid.UUID
    name: str
    email: str
    is_disabled: bool
    role_template_ids: frozenset[uuid.UUID]
    role_names: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """What happened to a table since a delta link was made; ``link`` is for the next time."""

    changed: tuple[dict[str, Any], ...]
    deleted: tuple[uuid.UUID, ...]
    link: str


@dataclass(frozen=True)
class RowsPage:
    """Some rows of a table. ``next`` names the place behind them, "" at the end; ``count`` is of all, where known."""

    rows: tuple[dict[str, Any], ...]
    next: str
    count: int | None


@dataclass(frozen=True)
class InstalledSolution:
    """A row of the organization's ``solutions``."""

    id: uuid.UUID
    unique_name: str
    friendly_name: str
    version: str
    is_managed: bool


@dataclass(frozen=True)
class Problem:
    """The organization's own code (``0x80048034``) and text."""

    code: str
    message: str


@dataclass(frozen=True)
class MissingDependency:
    """A component that the solution needs and the organization has not got."""

    schema_name: str
    display_name: str
    needed_by: str


@dataclass(frozen=True)
class StagedSolution:
    """What StageSolution found in the package. It can be imported where ``missing`` and ``problems`` are empty."""

    upload_id: uuid.UUID
    unique_name: str
    version: str
    missing: tuple[MissingDependency, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class AsyncOperation:
    """A system job (row of ``asyncoperations``)."""

    id: uuid.UUID
    is_complete: bool
    is_success: bool
    error_code: str
    message: str


@dataclass(frozen=True)
class ImportResult:
    """RetrieveSolutionImportResult."""

    is_success: bool
    errors: tuple[Problem, ...]
