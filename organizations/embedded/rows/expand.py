"""Rows as the options want them shown, with what their navigation properties lead to: one question for all rows of a
page together, however many they are."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.db.models import Expression, OuterRef, Q, Subquery, TextField, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from organizations.embedded.call import Call
from organizations.embedded.errors import bad_request, not_served, property_missing
from organizations.embedded.models import Rows, rows_in
from organizations.embedded.query.filter import filter_compile
from organizations.embedded.query.many import Many, many_of
from organizations.embedded.query.options import DEEPEST_EXPAND, Expand, Options, lookup_name, options_parse
from organizations.embedded.query.paging import keys_of, order_by, ordered, token_of
from organizations.embedded.registry import TABLES, Column, Table
from organizations.embedded.rights import rows_for
from organizations.embedded.rows.show import annotate, row_json, shown_columns

Values = Mapping[str, Any]
Shown = dict[str, Any]


def columns_read(table: Table, options: Options) -> list[str]:
    """The stored columns that an answer with these options is made of: a wide table is read as narrow as asked."""
    names = {table.primary_id, "versionnumber", *(column.name for column in shown_columns(table, options.select))}
    names |= {key.column.name for key in options.order}
    for expand in options.expand:
        single = table.single_navigation(expand.navigation)
        names |= {single[0].name} if single else set()
    return sorted(names)


def filtered(call: Call, table: Table, options: Options, rows: Rows) -> Rows:
    """The rows that the filter names, with what they are ordered by."""
    chosen = rows if options.filter is None else rows.filter(filter_compile(call, table, options.filter))
    names = {lookup_name(lookup).name: lookup for lookup in table.lookups}
    by = [names[key.column.name] for key in options.order if key.column.name in names]
    return chosen.annotate(**{lookup_name(lookup).name: _name_of(call, lookup) for lookup in by}) if by else chosen


def _name_of(call: Call, lookup: Column) -> Expression:
    """What is shown of the row that a lookup leads to, in whichever of its tables it is."""
    found = [
        Subquery(rows_in(call.tenant, name).filter(**{table.primary_id: OuterRef(lookup.name)}).values(column)[:1])
        for name, table in ((name, TABLES[name]) for name in lookup.targets)
        if (column := table.primary_name)
    ]
    return Coalesce(*found, Value(None, TextField())) if found else Value(None, TextField())


def shown_rows(call: Call, table: Table, options: Options, stored: Sequence[Values], depth: int = 1) -> list[Shown]:
    """The stored rows as the options want them shown."""
    columns = shown_columns(table, options.select)
    shown = [row_json(table, columns, values) for values in stored]
    annotate(call, table, columns, list(zip(shown, stored, strict=True)))
    for expand in options.expand:
        if depth > DEEPEST_EXPAND:
            raise not_served("An $expand that deep")
        _expand(call, table, expand, stored, shown, depth)
    return shown


def _expand(call: Call, table: Table, expand: Expand, stored: Sequence[Values], shown: list[Shown], depth: int) -> None:
    single = table.single_navigation(expand.navigation)
    if single is not None:
        _expand_single(call, expand, single[0], TABLES[single[1]], stored, shown, depth)
        return
    many = many_of(table, expand.navigation)
    if many is None:
        raise property_missing(expand.navigation, table)
    _expand_many(call, expand, many, stored, shown, depth)


def _expand_single(
    call: Call,
    expand: Expand,
    lookup: Column,
    target: Table,
    stored: Sequence[Values],
    shown: list[Shown],
    depth: int,
) -> None:
    options = options_parse(target, expand.inner)
    if options.filter is not None or options.order or options.top is not None or options.count or options.skiptoken:
        raise bad_request(f"$expand of '{expand.navigation}', which leads to one row, takes $select and $expand only.")
    rows = _rows_of(call, target).filter(**{f"{target.primary_id}__in": {row[lookup.name] for row in stored} - {None}})
    values = list(rows.values(*columns_read(target, options)))
    found = dict(zip(_ids(target, values), shown_rows(call, target, options, values, depth + 1), strict=True))
    for row, show in zip(stored, shown, strict=True):
        show[expand.navigation] = found.get(row[lookup.name])


def _expand_many(
    call: Call, expand: Expand, many: Many, stored: Sequence[Values], shown: list[Shown], depth: int
) -> None:
    options = options_parse(many.target, expand.inner)
    if options.count or options.skiptoken:
        raise not_served("$count in $expand")
    limit = call.prefer.page_size if options.top is None else options.top
    ids = _ids(many.table, stored)
    groups = _groups_by_lookup(call, many, options, ids, limit) or _groups_by_links(call, many, options, ids)
    for id, show in zip(ids, shown, strict=True):
        rows = groups.get(id, [])
        show[expand.navigation] = shown_rows(call, many.target, options, rows[:limit], depth + 1)
        if options.top is None and len(rows) > limit:
            show[f"{expand.navigation}@odata.nextLink"] = _next_link(call, many, expand, id, options, rows[limit - 1])


def _groups_by_lookup(
    call: Call, many: Many, options: Options, ids: Sequence[uuid.UUID], limit: int
) -> dict[uuid.UUID, list[Values]]:
    """The first rows of each collection of a one-to-many relationship, one more than is shown of each."""
    if many.lookup is None:
        return {}
    lookup, keys = many.lookup.name, keys_of(many.target, options.order)
    rows = filtered(call, many.target, options, _rows_of(call, many.target).filter(**{f"{lookup}__in": ids}))
    place = Window(RowNumber(), partition_by=[lookup], order_by=order_by(keys))
    names = {*columns_read(many.target, options), lookup}
    found: dict[uuid.UUID, list[Values]] = {}
    for values in ordered(rows.annotate(place=place).filter(place__lte=limit + 1), keys).values(*names):
        found.setdefault(values[lookup], []).append(values)
    return found


def _groups_by_links(
    call: Call, many: Many, options: Options, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[Values]]:
    if many.lookup is not None:
        return {}
    linked = many.linked(call, ids)
    reached = set().union(*linked.values()) if linked else set()
    rows = filtered(call, many.target, options, _rows_of(call, many.target))
    rows = ordered(rows.filter(Q(**{f"{many.target.primary_id}__in": reached})), keys_of(many.target, options.order))
    values = list(rows.values(*columns_read(many.target, options)))
    return {id: [row for row in values if row[many.target.primary_id] in linked[id]] for id in linked}


def _rows_of(call: Call, target: Table) -> Rows:
    rows = rows_for(call, target)
    return rows if call.has(target) else rows.none()


def _ids(table: Table, stored: Sequence[Values]) -> list[uuid.UUID]:
    return [values[table.primary_id] for values in stored]


def _next_link(call: Call, many: Many, expand: Expand, id: uuid.UUID, options: Options, last: Values) -> str:
    """Where the collection goes on: its own address with the options it was expanded with."""
    token = token_of(keys_of(many.target, options.order), last)
    query = [(name, value) for name, value in expand.inner if name != "$top"] + [("$skiptoken", token)]
    encoded = "&".join(f"{name}={quote(value, safe='')}" for name, value in query)
    return f"{call.api_url}{many.table.entity_set}({id})/{many.name}?{encoded}"
