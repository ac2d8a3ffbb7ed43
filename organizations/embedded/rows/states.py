"""States that no plain change may set, because the platform has an action of its own for them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from organizations.embedded.call import Call
from organizations.embedded.errors import state_needs_message
from organizations.embedded.models import rows_in
from organizations.embedded.registry import Table
from organizations.embedded.rows.values import Changes

CASE, RESOLVED = "incident", 1


def states_permit(call: Call, table: Table, rows: Iterable[tuple[uuid.UUID, Changes]]) -> None:
    """Let these rows be changed so; a row that is in the state already may be told it again.

    Raises:
        DataverseError: 400, a case is resolved by CloseIncident alone.
    """
    if table.name != CASE:
        return
    resolving = {id for id, changes in rows if _resolves(table, changes)}
    resolved = rows_in(call.tenant, table.name).filter(incidentid__in=resolving, statecode=RESOLVED)
    if resolving - set(resolved.values_list(table.primary_id, flat=True)):
        raise state_needs_message(table, "Resolved", "CloseIncidentRequest")


def _resolves(table: Table, changes: Changes) -> bool:
    state, status = changes.values.get("statecode"), changes.values.get("statuscode")
    if state is None and status is not None:
        state = table.columns["statuscode"].choices[status].state
    return bool(state == RESOLVED)
