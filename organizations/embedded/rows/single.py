"""One row by its address: create, upsert, delete, and its single properties."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from organizations.embedded.call import Call, Reply
from organizations.embedded.errors import (
    bad_request,
    method_wrong,
    row_exists,
    row_missing,
    segment_missing,
    version_differs,
)
from organizations.embedded.models import rows_in
from organizations.embedded.path import Segment
from organizations.embedded.privileges import Privilege
from organizations.embedded.registry import Table
from organizations.embedded.rights import require_row
from organizations.embedded.rows.expand import shown_rows
from organizations.embedded.rows.keys import Named, key_missing
from organizations.embedded.rows.permits import create_permit, write_permit
from organizations.embedded.rows.read import applied, context_of, row_options, row_values
from organizations.embedded.rows.show import etag_of
from organizations.embedded.rows.states import states_permit
from organizations.embedded.rows.values import Changes, changes_read
from organizations.embedded.rows.write import lock_row, row_create, row_delete, row_update
from organizations.embedded.solutions.uninstall import solution_uninstall


def row_post(call: Call, table: Table) -> Reply:
    """Create a row; its id may be the caller's own choice."""
    changes = changes_read(call, table, _body(call))
    id = changes.values.pop(table.primary_id, None) or uuid.uuid4()
    return _create(call, table, id, changes)


def row_patch(call: Call, table: Table, named: Named) -> Reply:
    """Change the row, or create it: ``If-Match: *`` forbids the second, ``If-None-Match: *`` the first."""
    changes = changes_read(call, table, _body(call))
    id = changes.values.pop(table.primary_id, named.id)
    if named.id is not None and id != named.id:
        raise bad_request("The id in the body is not the id in the address.", "0x80048d19")
    stored = lock_row(call, table, named.id) if named.id is not None else None
    if stored is None:
        if call.headers.get("If-Match"):
            raise row_missing(table, named.id) if named.id is not None else key_missing(table)
        return _create(call, table, id or uuid.uuid4(), _with_key(changes, named))
    _require_version(call, stored)
    write_permit(call, table, stored, changes)
    states_permit(call, table, [(stored[table.primary_id], changes)])
    row_update(call.tenant, table, stored, changes, by=call.caller.id)
    return _written(call, table, stored[table.primary_id], is_new=False)


def _body(call: Call) -> dict[str, Any]:
    """An empty row is ``{}``; nothing at all is a request that was cut off."""
    if not call.body.strip():
        raise bad_request("The request has no body. A row is a JSON object.", "0x80048d19")
    return call.json()


def row_remove(call: Call, table: Table, id: uuid.UUID) -> Reply:
    if table.name == "solution":
        return _solution_remove(call, table, id)
    stored = lock_row(call, table, id)
    if stored is None:
        raise row_missing(table, id)
    _require_version(call, stored)
    require_row(call, table, stored, Privilege.DELETE)
    row_delete(call.tenant, table, id)
    return Reply(status=204)


def _solution_remove(call: Call, table: Table, id: uuid.UUID) -> Reply:
    """Not locked here: it holds the organization's turn and a transaction of its own."""
    stored = rows_in(call.tenant, table.name).filter(solutionid=id).values().first()
    if stored is None:
        raise row_missing(table, id)
    _require_version(call, stored)
    require_row(call, table, stored, Privilege.DELETE)
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
    if rest[0].name == table.primary_id:
        raise bad_request(f"The property '{table.primary_id}' cannot be written.", "0x80048d19")
    changes = changes_read(call, table, {rest[0].name: body["value"]})
    stored = lock_row(call, table, id)
    if stored is None:
        raise row_missing(table, id)
    _require_version(call, stored)
    write_permit(call, table, stored, changes)
    states_permit(call, table, [(id, changes)])
    row_update(call.tenant, table, stored, changes, by=call.caller.id)
    return Reply(status=204)


def _create(call: Call, table: Table, id: uuid.UUID, changes: Changes) -> Reply:
    create_permit(call, table, [changes])
    row_create(call.tenant, table, id, changes, by=call.caller.id)
    return _written(call, table, id, is_new=True)


def _with_key(changes: Changes, named: Named) -> Changes:
    """A new row has the values of the key that it was named by."""
    for name, value in named.values.items():
        if changes.values.get(name, value) != value:
            text = f"The value of '{name}' in the body is not the value of the key in the address."
            raise bad_request(text, "0x80048d19")
    return Changes({**changes.values, **named.values}, changes.bound)


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
    options = row_options(call, table)
    if not call.prefer.returns_row:
        return Reply(status=204, headers=headers)
    read = replace(call, method="GET")
    shown = shown_rows(read, table, options, [row_values(read, table, id)])[0]
    body = {"@odata.context": f"{context_of(call, table, options)}/$entity", **shown}
    given = {"Preference-Applied": ", ".join(["return=representation", *applied(read).values()])}
    return Reply(status=201 if is_new else 200, json=body, headers={**headers, **given})
