"""CloseIncident: how a case is resolved on the platform."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from organizations.embedded.call import Call
from organizations.embedded.errors import bad_request, row_missing
from organizations.embedded.registry import TABLES
from organizations.embedded.rows.permits import write_permit
from organizations.embedded.rows.values import changes_read
from organizations.embedded.rows.write import lock_row, row_update

RESOLVED, PROBLEM_SOLVED = 1, 5
DEFAULT_STATUS = -1
_BOUND = re.compile(r"/?incidents\(([0-9a-fA-F-]{36})\)")


def close_incident(call: Call, told: Mapping[str, Any]) -> None:
    """Resolve a case. The resolution itself is not kept: there is no table of such activities here."""
    resolution, status = told.get("IncidentResolution"), told.get("Status")
    if not isinstance(resolution, dict) or type(status) is not int or set(told) != {"IncidentResolution", "Status"}:
        raise bad_request("CloseIncident takes an IncidentResolution and a Status.")
    id = _case_id(resolution)
    table = TABLES["incident"]
    stored = lock_row(call, table, id)
    if stored is None:
        raise row_missing(table, id)
    if stored["statecode"] == RESOLVED:
        raise bad_request("This case has already been resolved. Close and reopen the case record to see the updates.")
    reason = PROBLEM_SOLVED if status == DEFAULT_STATUS else status
    changes = changes_read(call, table, {"statecode": RESOLVED, "statuscode": reason})
    write_permit(call, table, stored, changes)
    row_update(call.tenant, table, stored, changes, by=call.caller.id)


def _case_id(resolution: Mapping[str, Any]) -> uuid.UUID:
    found = _BOUND.fullmatch(str(resolution.get("incidentid@odata.bind", "")).removeprefix("/api/data/v9.2"))
    if found is None:
        raise bad_request("IncidentResolution names no case by incidentid@odata.bind.")
    return uuid.UUID(found[1])
