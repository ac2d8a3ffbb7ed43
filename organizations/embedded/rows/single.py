"""One row by its address: create, upsert, delete, single properties, and what its navigation properties lead to."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from organizations.embedded.call import Call, Reply
from organizations.embedded.errors import (
    bad_request,
    method_wrong,
    not_served,
    row_exists,
    row_missing,
    segment_missing,
    version_differs,
)
from organizations.embedded.models import Link, rows_in
from organizations.embedded.path import Segment
from organizations.embedded.query.filter import relationship_of
from organizations.embedded.query.options import options_parse
from organizations.embedded.registry import TABLES, Table
from organizations.embedded.rows.read import page_reply, row_reply, row_values, rows_of, shown_rows
from organizations.embedded.rows.show import etag_of, plain
from organizations.embedded.rows.values import changes_read
from organizations.embedded.rows.write import lock_row, row_create, row_delete, row_update
from organizations.embedded.solutions.uninstall import solution_uninstall


def row_post(call: Call, table: Table) -> Reply:
    """Create a row; its id may be the caller's own choice."""
    changes = changes_read(call, table, call.json())
    id = changes.values.pop(table.primary_id, None) or uuid.uuid4()
    row_create(call.tenant, table, id, changes)
    return _written(call, table, id, is_new=True)


def row_patch(call: Call, table: Table, id: uuid.UUID) -> Reply:
    """Change the row, or create it: ``If-Match: *`` forbids the second, ``If-None-Match: *`` the first."""
    changes = changes_read(call, table, call.json())
    if changes.values.pop(table.primary_id, id) != id:
        raise bad_request("The id in the body is not the id in the address.", "0x80048d19")
    stored = lock_row(call, table, id)
    if stored is None:
        if call.headers.get("If-Match"):
            raise row_missing(table, id)
        row_create(call.tenant, table, id, changes)
        return _written(call, table, id, is_new=True)
    _require_version(call, stored)
    row_update(call.tenant, table, stored, changes)
    return _written(call, table, id, is_new=False)


def row_remove(call: Call, table: Table, id: uuid.UUID) -> Reply:
    if table.name == "solution":
        return _solution_remove(call, table, id)
    stored = lock_row(call, table, id)
    if stored is None:
        raise row_missing(table, id)
    _require_version(call, stored)
    row_delete(call.tenant, table, id)
    return Reply(status=204)


def _solution_remove(call: Call, table: Table, id: uuid.UUID) -> Reply:
    """Not locked here: it holds the organization's turn and a transaction of its own."""
    stored = rows_in(call.tenant, table.name).filter(solutionid=id).values().first()
    if stored is None:
        raise row_missing(table, id)
    _require_version(call, stored)
    solution_uninstall(call.tenant, stored)
    return Reply(status=204)


def property_change(call: Call, table: Table, id: uuid.UUID, rest: list[Segment]) -> Reply:
    """PUT and DELETE of ``set(id)/column``."""
    if len(rest) != 1 or rest[0].key is not None:
        raise segment_missing(rest[-1].name)
    if call.method not in ("PUT", "DELETE"):
        raise method_wrong(call.method)
    if rest[0].name not in table.columns:
        raise segment_missing(rest[0].name)
    body = call.json() if call.method == "PUT" else {"value": None}
    if body.keys() - {"@odata.context"} != {"value"}:
        raise bad_request("The body holds the property's 'value' and nothing else.", "0x80048d19")
    changes = changes_read(call, table, {rest[0].name: body["value"]})
    stored = lock_row(call, table, id)
    if stored is None:
        raise row_missing(table, id)
    _require_version(call, stored)
    row_update(call.tenant, table, stored, changes)
    return Reply(status=204)


def navigation_reply(call: Call, table: Table, id: uuid.UUID, rest: list[Segment]) -> Reply:
    """GET of ``set(id)/navigation`` and ``set(id)/column``, of ``…/$ref`` and ``…/$value``."""
    stored = row_values(call, table, id)
    name = rest[0].name
    many = relationship_of(table, name)
    if many is not None and rest[0].key is None:
        relationship, own, other, target = many
        links = Link.objects.filter(tenant=call.tenant, relationship=relationship.name, **{own: id})
        rows = rows_of(call, target).filter(**{f"{target.primary_id}__in": links.values(other)})
        if not call.has(target):
            rows = rows.none()
        _require_end(rest[1:], target)
        return page_reply(call, target, rows)
    single = table.single_navigation(name)
    if single is not None:
        there = stored[single[0].name]
        if there is None:
            return Reply(status=204)
        _require_end(rest[1:], TABLES[single[1]])
        return row_reply(call, TABLES[single[1]], there)
    return _property_reply(call, table, stored, rest)


def _require_end(rest: list[Segment], target: Table) -> None:
    if rest:
        raise not_served(f"GET of '…/{rest[0].name}' of '{target.entity_set}'")


def _property_reply(call: Call, table: Table, stored: Mapping[str, Any], rest: list[Segment]) -> Reply:
    column = table.by_property.get(rest[0].name)
    if column is None or len(rest) > 2 or (len(rest) == 2 and rest[1].name != "$value"):
        raise segment_missing(rest[-1].name)
    value = plain(column, stored[column.name])
    if value is None:
        return Reply(status=204)
    if len(rest) == 2:
        return Reply(content=str(value).encode(), content_type="text/plain; charset=utf-8")
    id = stored[table.primary_id]
    context = f"{call.api_url}$metadata#{table.entity_set}({id})/{column.property_name}"
    return Reply(json={"@odata.context": context, "value": value})


def _require_version(call: Call, stored: Mapping[str, Any]) -> None:
    if call.headers.get("If-None-Match", "").strip() == "*":
        raise row_exists()
    wanted = call.headers.get("If-Match", "").strip()
    if wanted and wanted != "*" and wanted != etag_of(stored):
        raise version_differs()


def _written(call: Call, table: Table, id: uuid.UUID, *, is_new: bool) -> Reply:
    headers = {"OData-EntityId": f"{call.api_url}{table.entity_set}({id})"}
    if is_new:
        headers["Location"] = headers["OData-EntityId"]
    if not call.prefer.returns_row:
        return Reply(status=204, headers=headers)
    read = replace(call, method="GET")
    options = options_parse(table, call.query)
    shown = shown_rows(read, table, options, [row_values(read, table, id)])[0]
    body = {"@odata.context": f"{call.api_url}$metadata#{table.entity_set}/$entity", **shown}
    applied = {"Preference-Applied": "return=representation"}
    return Reply(status=201 if is_new else 200, json=body, headers={**headers, **applied})
