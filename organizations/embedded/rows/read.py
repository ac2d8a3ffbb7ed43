"""Reading rows: one, a page, a count, and what navigation properties lead to."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from organizations.embedded.call import LARGEST_PAGE, Call, Reply
from organizations.embedded.errors import bad_request, not_served, property_missing, row_missing
from organizations.embedded.models import Link, Rows, rows_in
from organizations.embedded.query.filter import filter_compile, relationship_of
from organizations.embedded.query.options import DEEPEST_EXPAND, Expand, Options, options_parse
from organizations.embedded.query.paging import after, keys_of, ordered, token_of
from organizations.embedded.registry import TABLES, Column, Table
from organizations.embedded.rows.show import annotate, etag_of, row_json, shown_columns

Values = dict[str, Any]
Shown = dict[str, Any]
SAFE_IN_QUERY = "$,()'/:@*;= "


def rows_of(call: Call, table: Table) -> Rows:
    """The table's rows in this organization, and in no other."""
    return rows_in(call.tenant, table.name)


def page_reply(call: Call, table: Table, rows: Rows | None = None) -> Reply:
    """A page of rows with its nextLink, as the call's options say; ``rows`` narrows it to a collection."""
    options = options_parse(table, call.query)
    found = filtered(call, table, options, rows_of(call, table) if rows is None else rows)
    body: dict[str, Any] = {"@odata.context": _context(call, table, options)}
    if options.count:
        body["@odata.count"] = _count(found)
    keys = keys_of(table, options.order)
    limit = call.prefer.page_size if options.top is None else min(options.top, LARGEST_PAGE)
    page = ordered(found.filter(after(keys, options.skiptoken)) if options.skiptoken else found, keys)
    values = list(page.values()[: limit + 1])
    body["value"] = shown_rows(call, table, options, values[:limit])
    if options.top is None and len(values) > limit:
        body["@odata.nextLink"] = next_link(call, token_of(keys, values[limit - 1]))
    return Reply(json=body, headers=_applied(call))


def row_reply(call: Call, table: Table, id: uuid.UUID) -> Reply:
    """One row; 304 where the caller has it already."""
    options = options_parse(table, call.query)
    _only(options)
    values = row_values(call, table, id)
    seen = call.headers.get("If-None-Match", "")
    if seen == etag_of(values) and not options.expand and not call.prefer.annotations:
        return Reply(status=304, headers={"ETag": etag_of(values)})
    shown = shown_rows(call, table, options, [values])[0]
    body = {"@odata.context": f"{_context(call, table, options)}/$entity", **shown}
    return Reply(json=body, headers={"ETag": etag_of(values), **_applied(call)})


def count_reply(call: Call, table: Table) -> Reply:
    """``/$count``: a bare number, 5,000 at most."""
    options = options_parse(table, call.query)
    if options.select or options.expand or options.order or options.top is not None:
        raise bad_request("$count takes $filter only.")
    number = _count(filtered(call, table, options, rows_of(call, table)))
    return Reply(content=str(number).encode(), content_type="text/plain")


def row_values(call: Call, table: Table, id: uuid.UUID) -> Values:
    """The stored row.

    Raises:
        DataverseError: 404.
    """
    values = rows_of(call, table).filter(**{table.primary_id: id}).values().first()
    if values is None:
        raise row_missing(table, id)
    return dict(values)


def filtered(call: Call, table: Table, options: Options, rows: Rows) -> Rows:
    return rows if options.filter is None else rows.filter(filter_compile(call, table, options.filter))


def shown_rows(
    call: Call, table: Table, options: Options, stored: Sequence[Mapping[str, Any]], depth: int = 1
) -> list[Shown]:
    """The stored rows as the options want them shown."""
    columns = shown_columns(table, options.select)
    shown = [row_json(table, columns, values) for values in stored]
    annotate(call, table, columns, list(zip(shown, stored, strict=True)))
    for expand in options.expand:
        if depth > DEEPEST_EXPAND:
            raise not_served("An $expand that deep")
        _expand(call, table, expand, stored, shown, depth)
    return shown


def _expand(
    call: Call,
    table: Table,
    expand: Expand,
    stored: Sequence[Mapping[str, Any]],
    shown: list[Shown],
    depth: int,
) -> None:
    """Add what a navigation property leads to: one question for all rows together."""
    single = table.single_navigation(expand.navigation)
    if single is not None:
        _expand_single(call, expand, single[0], TABLES[single[1]], stored, shown, depth)
        return
    many = relationship_of(table, expand.navigation)
    if many is None:
        raise property_missing(expand.navigation, table)
    relationship, own, other, target = many
    ids = [values[table.primary_id] for values in stored]
    pairs = Link.objects.filter(tenant=call.tenant, relationship=relationship.name, **{f"{own}__in": ids})
    linked: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for here, there in pairs.values_list(own, other):
        linked[here].add(there)
    options = options_parse(target, expand.inner)
    found = _reached(call, target, options, set().union(*linked.values()) if linked else set(), depth)
    for values, row in zip(stored, shown, strict=True):
        theirs = [show for id, show in found if id in linked[values[table.primary_id]]]
        row[expand.navigation] = theirs[: options.top] if options.top is not None else theirs


def _expand_single(
    call: Call,
    expand: Expand,
    lookup: Column,
    target: Table,
    stored: Sequence[Mapping[str, Any]],
    shown: list[Shown],
    depth: int,
) -> None:
    options = options_parse(target, expand.inner)
    if options.filter is not None or options.order or options.top is not None or options.count:
        raise bad_request(f"$expand of '{expand.navigation}', which leads to one row, takes $select and $expand only.")
    ids = {values[lookup.name] for values in stored} - {None}
    found = dict(_reached(call, target, options, ids, depth))
    for values, row in zip(stored, shown, strict=True):
        row[expand.navigation] = found.get(values[lookup.name])


def _reached(
    call: Call, target: Table, options: Options, ids: set[uuid.UUID], depth: int
) -> list[tuple[uuid.UUID, Shown]]:
    """The rows with these ids that pass the expand's own filter, in its order, shown."""
    if not call.has(target):
        return []
    if options.count or options.skiptoken:
        raise not_served("$count in $expand")
    rows = rows_of(call, target).filter(**{f"{target.primary_id}__in": ids})
    found: list[Values] = list(ordered(filtered(call, target, options, rows), keys_of(target, options.order)).values())
    shown = shown_rows(call, target, options, found, depth + 1)
    return [(values[target.primary_id], show) for values, show in zip(found, shown, strict=True)]


def _only(options: Options) -> None:
    if options.filter is not None or options.order or options.top is not None or options.count or options.skiptoken:
        raise bad_request("The query of a single row takes $select and $expand only.")


def _count(rows: Rows) -> int:
    return rows.order_by()[:LARGEST_PAGE].count()


def _context(call: Call, table: Table, options: Options) -> str:
    if options.select is None:
        return f"{call.api_url}$metadata#{table.entity_set}"
    names = ",".join([*(column.property_name for column in options.select), *_expanded_names(options)])
    return f"{call.api_url}$metadata#{table.entity_set}({names})"


def _expanded_names(options: Options) -> list[str]:
    return [f"{expand.navigation}()" for expand in options.expand]


def next_link(call: Call, token: str) -> str:
    """The absolute address of the page behind ``token``, on the base that the caller used, with all its options."""
    query = [(name, value) for name, value in call.query if name != "$skiptoken"] + [("$skiptoken", token)]
    encoded = "&".join(f"{name}={quote(value, safe='')}" for name, value in query)
    return f"{call.api_url}{quote(call.path, safe=SAFE_IN_QUERY.strip())}?{encoded}"


def _applied(call: Call) -> dict[str, str]:
    """Preference-Applied: what of the Prefer header was followed."""
    applied = []
    if call.prefer.annotations:
        applied.append(f'odata.include-annotations="{call.prefer.annotations}"')
    if "maxpagesize" in call.headers.get("Prefer", ""):
        applied.append(f"odata.maxpagesize={call.prefer.page_size}")
    return {"Preference-Applied": ", ".join(applied)} if applied else {}
