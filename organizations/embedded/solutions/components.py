"""Taking components away, and with them the data that they define, unless another solution brings them too."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from organizations.embedded.call import ENTITY
from organizations.embedded.models import EmbeddedOrganization, rows_in
from organizations.embedded.registry import TABLES, Kind
from organizations.embedded.solutions.package import ATTRIBUTE

Key = tuple[int, str]  # component type, name in lower case


def components_remove(tenant: EmbeddedOrganization, solution_id: uuid.UUID, gone: Iterable[Key]) -> None:
    """Take these components out of a solution; a table that nobody brings any more loses its rows, a column its
    values."""
    rows = rows_in(tenant, "solutioncomponent")
    keys = set(gone)
    for type_, name in keys:
        rows.filter(solutionid=solution_id, componenttype=type_, schemaname=name).delete()
    kept = set(rows.values_list("componenttype", "schemaname"))
    for type_, name in sorted(keys - kept):
        if type_ == ENTITY:
            _table_clear(tenant, name)
        elif type_ == ATTRIBUTE:
            _column_clear(tenant, name)


def components_of(tenant: EmbeddedOrganization, solution_id: uuid.UUID) -> set[Key]:
    """The components of a solution."""
    rows = rows_in(tenant, "solutioncomponent").filter(solutionid=solution_id)
    return set(rows.values_list("componenttype", "schemaname"))


def _table_clear(tenant: EmbeddedOrganization, name: str) -> None:
    if name in TABLES and TABLES[name].kind is Kind.PORTAL:
        rows_in(tenant, name).delete()


def _column_clear(tenant: EmbeddedOrganization, name: str) -> None:
    table, _, column = name.partition(".")
    if table in TABLES and TABLES[table].kind is Kind.STANDARD and column in TABLES[table].columns:
        rows_in(tenant, table).exclude(**{column: None}).update(**{column: None})
