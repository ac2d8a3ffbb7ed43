"""CreateMultiple, UpdateMultiple and UpsertMultiple: many rows of one table in one request, all or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from organizations.embedded.call import Call, Reply
from organizations.embedded.errors import NAMESPACE, bad_request, not_served, payload_wrong, row_missing
from organizations.embedded.registry import Table
from organizations.embedded.rows.values import Changes, changes_read, reference_id
from organizations.embedded.rows.write import existing_ids, rows_create, rows_upsert

MOST_TARGETS = 5000


def bulk_post(call: Call, table: Table, message: str) -> Reply:
    """The reply of a bulk message on ``table``."""
    if message == "CreateMultiple":
        return _create(call, table)
    if message == "UpdateMultiple":
        return _update(call, table)
    if message == "UpsertMultiple":
        return _upsert(call, table)
    raise not_served(f"{message} on '{table.entity_set}'")


def _create(call: Call, table: Table) -> Reply:
    rows = [(id or uuid.uuid4(), changes) for id, changes in _targets(call, table)]
    rows_create(call.tenant, table, rows)
    context = f"{call.api_url}$metadata#{NAMESPACE}.CreateMultipleResponse"
    return Reply(json={"@odata.context": context, "Ids": [str(id) for id, _ in rows]})


def _update(call: Call, table: Table) -> Reply:
    rows = [(_require_id(table, id), changes) for id, changes in _targets(call, table)]
    missing = {id for id, _ in rows} - existing_ids(call.tenant, table, [id for id, _ in rows])
    if missing:
        raise row_missing(table, min(missing))
    rows_upsert(call.tenant, table, rows)
    return Reply(status=204)


def _upsert(call: Call, table: Table) -> Reply:
    rows_upsert(call.tenant, table, [(_require_id(table, id), changes) for id, changes in _targets(call, table)])
    return Reply(status=204)


def _require_id(table: Table, id: uuid.UUID | None) -> uuid.UUID:
    if id is None:
        raise payload_wrong(table, f"Every target needs its '{table.primary_id}' or '@odata.id'.")
    return id


def _targets(call: Call, table: Table) -> list[tuple[uuid.UUID | None, Changes]]:
    body = call.json()
    targets = body.get("Targets")
    if not isinstance(targets, list) or not targets or body.keys() != {"Targets"}:
        raise bad_request("The body holds the rows as 'Targets' and nothing else.", "0x80048d19")
    if len(targets) > MOST_TARGETS:
        raise bad_request(f"{len(targets)} targets are too many; {MOST_TARGETS} are allowed.", "0x80048d19")
    return [_target(call, table, target) for target in targets]


def _target(call: Call, table: Table, target: object) -> tuple[uuid.UUID | None, Changes]:
    if not isinstance(target, Mapping) or target.get("@odata.type", "").lstrip("#") != f"{NAMESPACE}.{table.name}":
        raise payload_wrong(table, f"Every target needs '@odata.type' with the value '{NAMESPACE}.{table.name}'.")
    changes = changes_read(call, table, target)
    return _id_of(call, table, target, changes), changes


def _id_of(call: Call, table: Table, target: Mapping[str, Any], changes: Changes) -> uuid.UUID | None:
    given: uuid.UUID | None = changes.values.pop(table.primary_id, None)
    if "@odata.id" not in target:
        return given
    named = reference_id(call, table, target["@odata.id"])
    if given not in (None, named):
        raise payload_wrong(table, "'@odata.id' and the row's id differ.")
    return named
