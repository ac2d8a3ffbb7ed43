"""Cases and their notes as rows of an organization."""

from __future__ import annotations

import uuid
from typing import Any

from tests.builders.visitors import MARIA
from tests.builders.websites import RowsInMemory


def case_put(
    rows: RowsInMemory, number: str = "CAS-00001-AAAAAA", customer: uuid.UUID = MARIA, **values: Any
) -> tuple[str, str]:
    """A case; returns its id and its path."""
    plain = {"title": f"Title of {number}", "description": "It drips.", "statecode": 0, "statuscode": 1}
    plain |= {"createdon": "2026-11-01T08:00:00Z", "modifiedon": "2026-11-02T08:00:00Z", "prioritycode": 2}
    id_ = str(uuid.uuid4())
    rows.put("incidents", id_, ticketnumber=number, _customerid_value=str(customer), **{**plain, **values})
    return id_, f"/support/case/{number}/"


def note_put(rows: RowsInMemory, case_id: str, **values: Any) -> str:
    plain = {"subject": "Note", "createdon": "2026-11-03T08:00:00Z", "_objectid_value": case_id}
    return rows.put("annotations", str(uuid.uuid4()), **{**plain, "_objectid_incident_value": case_id, **values})


def only(rows: RowsInMemory, entity_set: str) -> dict[str, Any]:
    (row,) = rows.tables[entity_set].values()
    return row
