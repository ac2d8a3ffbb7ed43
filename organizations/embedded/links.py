"""``$ref``: linking rows and taking links away, by collection-valued and by single-valued navigation properties."""

from __future__ import annotations

import uuid
from typing import Any

from organizations.embedded.call import Call, Reply
from organizations.embedded.errors import (
    DataverseError,
    bad_request,
    method_wrong,
    not_served,
    property_missing,
    row_missing,
    segment_missing,
)
from organizations.embedded.models import Link
from organizations.embedded.path import Segment, key_guid
from organizations.embedded.query.filter import relationship_of
from organizations.embedded.registry import TABLES, Column, Kind, Relationship, Table
from organizations.embedded.rows.read import row_values
from organizations.embedded.rows.values import Changes, reference_id
from organizations.embedded.rows.write import existing_ids, row_update


def reference_change(call: Call, table: Table, id: uuid.UUID, rest: list[Segment]) -> Reply:
    """POST, PUT and DELETE of ``set(id)/navigation/$ref``."""
    if len(rest) != 2:
        raise segment_missing(rest[-1].name)
    stored = row_values(call, table, id)
    many = relationship_of(table, rest[0].name)
    if many is not None:
        return _change_link(call, id, rest[0], many)
    single = table.single_navigation(rest[0].name)
    if single is None:
        raise property_missing(rest[0].name, table)
    if table.kind is Kind.SYSTEM or single[0].is_readonly:
        raise not_served(f"Writing to the table '{table.name}'")
    target = TABLES[single[1]]
    changes = _lookup_changes(call, single[0], target)
    row_update(call.tenant, table, stored, changes)
    return Reply(status=204)


def _lookup_changes(call: Call, column: Column, target: Table) -> Changes:
    if call.method == "DELETE":
        return Changes({column.name: None})
    if call.method != "PUT":
        raise method_wrong(call.method)
    there = reference_id(call, target, call.json().get("@odata.id"))
    return Changes({column.name: there}, frozenset({(target.name, there)}))


def _change_link(call: Call, id: uuid.UUID, segment: Segment, many: tuple[Relationship, str, str, Table]) -> Reply:
    relationship, own, other, target = many
    if call.method == "POST" and segment.key is None:
        there = reference_id(call, target, call.json().get("@odata.id"))
        if not existing_ids(call.tenant, target, [there]):
            raise row_missing(target, there)
        pair: dict[str, Any] = {own: id, other: there}
        _, is_new = Link.objects.get_or_create(tenant=call.tenant, relationship=relationship.name, **pair)
        if not is_new:
            raise DataverseError(412, "0x80040237", "Cannot insert duplicate key.")
        return Reply(status=204)
    if call.method == "DELETE":
        there = key_guid(segment) or reference_id(call, target, dict(call.query).get("$id"))
        pair = {own: id, other: there}
        Link.objects.filter(tenant=call.tenant, relationship=relationship.name, **pair).delete()
        return Reply(status=204)
    if call.method == "POST":
        raise bad_request("The row to link is named in the body, as @odata.id.")
    raise method_wrong(call.method)
