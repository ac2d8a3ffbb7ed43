"""CreateMultiple, UpdateMultiple and UpsertMultiple: many rows of one table in one request, all or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from organizations.embedded.call import Call, Reply
from organizations.embedded.errors import NAMESPACE, bad_request, not_served, payload_wrong, row_missing
from organizations.embedded.path import below_api, path_parse
from organizations.embedded.registry import Table
from organizations.embedded.rows.keys import Named, key_missing, row_named
from organizations.embedded.rows.permits import create_permit, rows_permit
from organizations.embedded.rows.states import states_permit
from organizations.embedded.rows.values import Changes, changes_read
from organizations.embedded.rows.write import existing_ids, rows_create, rows_upsert

MOST_TARGETS = 5000


@dataclass(frozen=True)
class Target:
    """A row of the message: what it is named by, and its values."""

    named: Named
    changes: Changes


def bulk_post(call: Call, table: Table, message: str) -> Reply:
    """The reply of a bulk message on ``table``."""
    if call.query:
        raise bad_request(f"The query parameter {call.query[0][0]} is not supported.")
    if message == "CreateMultiple":
        return _create(call, table)
    if message == "UpdateMultiple":
        return _update(call, table)
    if message == "UpsertMultiple":
        return _upsert(call, table)
    raise not_served(f"{message} on '{table.entity_set}'")


def _create(call: Call, table: Table) -> Reply:
    rows = [(target.named.id or uuid.uuid4(), target.changes) for target in _targets(call, table)]
    create_permit(call, table, [changes for _, changes in rows])
    rows_create(call.tenant, table, rows, by=call.caller.id)
    context = f"{call.api_url}$metadata#{NAMESPACE}.CreateMultipleResponse"
    return Reply(json={"@odata.context": context, "Ids": [str(id) for id, _ in rows]})


def _update(call: Call, table: Table) -> Reply:
    rows = [(_existing(table, target.named), target.changes) for target in _targets(call, table)]
    ids = [id for id, _ in rows]
    missing = set(ids) - existing_ids(call.tenant, table, ids)
    if missing:
        raise row_missing(table, min(missing))
    rows_permit(call, table, rows)
    states_permit(call, table, rows)
    rows_upsert(call.tenant, table, rows, by=call.caller.id)
    return Reply(status=204)


def _upsert(call: Call, table: Table) -> Reply:
    rows = _rows_to_upsert(table, _targets(call, table))
    known = existing_ids(call.tenant, table, [id for id, _ in rows])
    there = [(id, changes) for id, changes in rows if id in known]
    rows_permit(call, table, there)
    states_permit(call, table, there)
    new = [changes for id, changes in rows if id not in known]
    if new:
        create_permit(call, table, new)
    rows_upsert(call.tenant, table, rows, by=call.caller.id)
    return Reply(status=204)


def _rows_to_upsert(table: Table, targets: Sequence[Target]) -> list[tuple[uuid.UUID, Changes]]:
    """Rows that are not there yet get their key's values, and the same id where the same key comes twice."""
    rows: list[tuple[uuid.UUID, Changes]] = []
    chosen: dict[frozenset[tuple[str, Any]], uuid.UUID] = {}
    for target in targets:
        named, changes = target.named, target.changes
        if named.id is None and not named.values:
            raise payload_wrong(table, f"Every target needs its '{table.primary_id}' or '@odata.id'.")
        if named.id is not None:
            rows.append((named.id, changes))
            continue
        id = chosen.setdefault(frozenset(named.values.items()), uuid.uuid4())
        rows.append((id, Changes({**changes.values, **named.values}, changes.bound)))
    return rows


def _existing(table: Table, named: Named) -> uuid.UUID:
    if named.id is not None:
        return named.id
    if named.values:
        raise key_missing(table)
    raise payload_wrong(table, f"Every target needs its '{table.primary_id}' or '@odata.id'.")


def _targets(call: Call, table: Table) -> list[Target]:
    body = call.json()
    targets = body.get("Targets")
    if not isinstance(targets, list) or not targets or body.keys() != {"Targets"}:
        raise bad_request("The body holds the rows as 'Targets' and nothing else.", "0x80048d19")
    if len(targets) > MOST_TARGETS:
        raise bad_request(f"{len(targets)} targets are too many; {MOST_TARGETS} are allowed.", "0x80048d19")
    return [_target(call, table, target) for target in targets]


def _target(call: Call, table: Table, target: object) -> Target:
    type_ = target.get("@odata.type") if isinstance(target, Mapping) else None
    if not isinstance(target, Mapping) or not isinstance(type_, str) or type_.lstrip("#") != _type(table):
        raise payload_wrong(table, f"Every target needs '@odata.type' with the value '{_type(table)}'.")
    changes = changes_read(call, table, target)
    return Target(_named(call, table, target, changes), changes)


def _type(table: Table) -> str:
    return f"{NAMESPACE}.{table.name}"


def _named(call: Call, table: Table, target: Mapping[str, Any], changes: Changes) -> Named:
    given: uuid.UUID | None = changes.values.pop(table.primary_id, None)
    if "@odata.id" not in target:
        return Named(given)
    named = _reference(call, table, target["@odata.id"])
    if given is not None and given != named.id:
        raise payload_wrong(table, "'@odata.id' and the row's id differ.")
    return named


def _reference(call: Call, table: Table, reference: object) -> Named:
    if not isinstance(reference, str):
        raise bad_request("'@odata.id' is a string.", "0x80048d19")
    segments = path_parse(below_api(call.api_url, reference))
    if len(segments) != 1 or segments[0].name != table.entity_set:
        raise bad_request(f"'{reference[:200]}' does not name a row of '{table.entity_set}'.", "0x80048d19")
    return row_named(call, table, segments[0])
