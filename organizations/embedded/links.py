"""``$ref``: linking rows and taking links away, by collection-valued and by single-valued navigation properties."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from organizations.content_changes import content_changed
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
from organizations.embedded.path import Segment
from organizations.embedded.query.many import Many, many_of
from organizations.embedded.registry import TABLES, Column, Kind, Table
from organizations.embedded.rows.keys import row_id
from organizations.embedded.rows.permits import link_permit, write_permit
from organizations.embedded.rows.read import row_values
from organizations.embedded.rows.values import Changes, reference_id
from organizations.embedded.rows.write import existing_ids, lock_row, row_update


def reference_change(call: Call, table: Table, id: uuid.UUID, rest: list[Segment]) -> Reply:
    """POST, PUT and DELETE of ``set(id)/navigation/$ref``."""
    if len(rest) != 2:
        raise segment_missing(rest[-1].name)
    many = many_of(table, rest[0].name)
    if many is not None:
        stored = row_values(call, table, id)
        return _change_lookup(call, id, rest[0], many) if many.lookup else _change_link(call, stored, rest[0], many)
    single = table.single_navigation(rest[0].name)
    if single is None:
        raise property_missing(rest[0].name, table)
    return _write_lookup(call, table, id, single[0], _lookup_changes(call, single[0], TABLES[single[1]]))


def _write_lookup(call: Call, table: Table, id: uuid.UUID, column: Column, changes: Changes) -> Reply:
    if table.kind is Kind.SYSTEM or column.is_readonly:
        raise not_served(f"Writing to the table '{table.name}'")
    stored = lock_row(call, table, id)
    if stored is None:
        raise row_missing(table, id)
    write_permit(call, table, stored, changes)
    row_update(call.tenant, table, stored, changes, by=call.caller.id)
    return Reply(status=204)


def _change_lookup(call: Call, id: uuid.UUID, segment: Segment, many: Many) -> Reply:
    """A one-to-many relationship is kept by the lookup of the many side."""
    column = many.target.columns[many.lookup.name] if many.lookup else None
    if column is None:
        raise segment_missing(segment.name)
    there = _other_row(call, segment, many)
    if call.method == "POST":
        changes = Changes({column.name: id}, frozenset({(many.table.name, id)}))
        return _write_lookup(call, many.target, there, column, changes)
    stored = row_values(call, many.target, there)
    if stored[column.name] != id:
        raise row_missing(many.target, there)
    return _write_lookup(call, many.target, there, column, Changes({column.name: None}))


def _other_row(call: Call, segment: Segment, many: Many) -> uuid.UUID:
    """The row to tie (POST, in the body) or to untie (DELETE, in parentheses or as ``$id``)."""
    if call.method == "POST":
        if segment.key is not None:
            raise bad_request("The row to link is named in the body, as @odata.id.")
        body = call.json()
        if body.keys() - {"@odata.context", "@odata.id"}:
            raise bad_request("The body holds '@odata.id' and nothing else.", "0x80048d19")
        return reference_id(call, many.target, body.get("@odata.id"))
    if call.method != "DELETE":
        raise method_wrong(call.method)
    if segment.key is not None:
        return row_id(call, many.target, segment)
    told = dict(call.query).get("$id")
    if told is None:
        raise bad_request("The row to untie is named in parentheses or as $id.")
    return reference_id(call, many.target, told)


def _lookup_changes(call: Call, column: Column, target: Table) -> Changes:
    if call.method == "DELETE":
        return Changes({column.name: None})
    if call.method != "PUT":
        raise method_wrong(call.method)
    there = reference_id(call, target, call.json().get("@odata.id"))
    return Changes({column.name: there}, frozenset({(target.name, there)}))


def _change_link(call: Call, stored: Mapping[str, Any], segment: Segment, many: Many) -> Reply:
    there = _other_row(call, segment, many)
    link_permit(call, many.table, many.target)
    pair: dict[str, Any] = {many.own: stored[many.table.primary_id], many.other: there}
    links = Link.objects.filter(tenant=call.tenant, relationship=many.relationship, **pair)
    if call.method == "DELETE":
        links.delete()
        content_changed(call.tenant.pk, many.table.entity_set, many.target.entity_set)
        return Reply(status=204)
    if not existing_ids(call.tenant, many.target, [there]):
        raise row_missing(many.target, there)
    _, is_new = links.get_or_create(tenant=call.tenant, relationship=many.relationship, **pair)
    if not is_new:
        raise DataverseError(412, "0x80040237", "Cannot insert duplicate key.")
    content_changed(call.tenant.pk, many.table.entity_set, many.target.entity_set)
    return Reply(status=204)
