"""``set(id)/…``: what navigation properties lead to, single properties, and ``$ref``, ``$count``, ``$value``."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from organizations.embedded.call import Call, Reply
from organizations.embedded.errors import not_served, row_missing, segment_missing
from organizations.embedded.models import Rows
from organizations.embedded.path import Segment
from organizations.embedded.query.many import Many, many_of
from organizations.embedded.registry import TABLES, Table
from organizations.embedded.rights import rows_for
from organizations.embedded.rows.keys import row_id
from organizations.embedded.rows.read import count_reply, page_reply, references_reply, row_reply, row_values
from organizations.embedded.rows.show import plain


def navigation_reply(call: Call, table: Table, id: uuid.UUID, rest: list[Segment]) -> Reply:
    """GET of ``set(id)/navigation`` and ``set(id)/column`` and of what goes on behind them."""
    many = many_of(table, rest[0].name)
    if many is not None:
        return _many_reply(call, many, id, rest)
    single = table.single_navigation(rest[0].name)
    if single is None or rest[0].key is not None:
        return _property_reply(call, table, row_values(call, table, id), rest)
    there = row_values(call, table, id)[single[0].name]
    if there is None:
        return Reply(status=204)
    return _row(call, TABLES[single[1]], there, rest[1:])


def _row(call: Call, target: Table, id: uuid.UUID, rest: list[Segment]) -> Reply:
    if not rest:
        return row_reply(call, target, id)
    if [segment.name for segment in rest] == ["$ref"]:
        row_values(call, target, id)
        reference = f"{call.api_url}{target.entity_set}({id})"
        return Reply(json={"@odata.context": f"{call.api_url}$metadata#$ref", "@odata.id": reference})
    return navigation_reply(call, target, id, rest)


def _many_reply(call: Call, many: Many, id: uuid.UUID, rest: list[Segment]) -> Reply:
    row_values(call, many.table, id)
    rows = rows_for(call, many.target).filter(many.belongs_to(call, id))
    if not call.has(many.target):
        rows = rows.none()
    if rest[0].key is not None:
        return _member(call, many, rows, rest)
    if len(rest) == 1:
        return page_reply(call, many.target, rows)
    end = _ENDS.get(rest[1].name) if len(rest) == 2 else None
    if end is None:
        raise not_served(f"GET of '…/{rest[1].name}' of '{many.target.entity_set}'")
    return end(call, many.target, rows)


_ENDS: Mapping[str, Callable[[Call, Table, Rows], Reply]] = {"$count": count_reply, "$ref": references_reply}


def _member(call: Call, many: Many, rows: Rows, rest: list[Segment]) -> Reply:
    there = row_id(call, many.target, rest[0])
    if not rows.filter(**{many.target.primary_id: there}).exists():
        raise row_missing(many.target, there)
    return _row(call, many.target, there, rest[1:])


def _property_reply(call: Call, table: Table, stored: Mapping[str, Any], rest: list[Segment]) -> Reply:
    column = table.by_property.get(rest[0].name)
    if column is None or rest[0].key is not None:
        raise segment_missing(rest[0].name)
    if len(rest) > 2 or (len(rest) == 2 and rest[1].name != "$value"):
        raise segment_missing(rest[-1].name)
    value = plain(column, stored[column.name])
    if value is None:
        return Reply(status=204)
    if len(rest) == 2:
        return Reply(content=_text(value).encode(), content_type="text/plain; charset=utf-8")
    id = stored[table.primary_id]
    context = f"{call.api_url}$metadata#{table.entity_set}({id})/{column.property_name}"
    return Reply(json={"@odata.context": context, "value": value})


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
