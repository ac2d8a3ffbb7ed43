"""Reading rows: one, a page, a count."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from organizations.embedded.call import LARGEST_PAGE, Call, Reply
from organizations.embedded.errors import bad_request, row_missing
from organizations.embedded.models import Rows, rows_in
from organizations.embedded.privileges import Privilege
from organizations.embedded.query.many import many_of
from organizations.embedded.query.options import Expand, Options, options_parse
from organizations.embedded.query.paging import after, keys_of, ordered, token_of
from organizations.embedded.registry import TABLES, Table
from organizations.embedded.rights import require_row, rows_for
from organizations.embedded.rows.expand import columns_read, filtered, shown_rows
from organizations.embedded.rows.show import etag_of

Values = dict[str, Any]
SAFE_IN_PATH = "$,()'/:@*;="
TOTAL = "Microsoft.Dynamics.CRM.totalrecordcount"
EXCEEDED = "Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded"


def page_reply(call: Call, table: Table, rows: Rows | None = None) -> Reply:
    """A page of rows with its nextLink, as the call's options say; ``rows`` narrows it to a collection."""
    options = options_parse(table, call.query)
    found = filtered(call, table, options, rows_for(call, table) if rows is None else rows)
    body: dict[str, Any] = {"@odata.context": context_of(call, table, options), **_counted(call, options, found)}
    keys = keys_of(table, options.order)
    limit = call.prefer.page_size if options.top is None else options.top
    page = ordered(found.filter(after(keys, options.skiptoken)) if options.skiptoken else found, keys)
    values = list(page.values(*columns_read(table, options))[: limit + 1])
    body["value"] = shown_rows(call, table, options, values[:limit])
    if options.top is None and len(values) > limit:
        body["@odata.nextLink"] = next_link(call, token_of(keys, values[limit - 1]))
    return Reply(json=body, headers=applied(call))


def row_reply(call: Call, table: Table, id: uuid.UUID) -> Reply:
    """One row; 304 where the caller has it already."""
    options = row_options(call, table)
    values = row_values(call, table, id)
    seen = call.headers.get("If-None-Match", "")
    if seen == etag_of(values) and not options.expand and not call.prefer.annotations:
        return Reply(status=304, headers={"ETag": etag_of(values)})
    shown = shown_rows(call, table, options, [values])[0]
    body = {"@odata.context": f"{context_of(call, table, options)}/$entity", **shown}
    return Reply(json=body, headers={"ETag": etag_of(values), **applied(call)})


def count_reply(call: Call, table: Table, rows: Rows | None = None) -> Reply:
    """``/$count``: a bare number, 5,000 at most."""
    if any(name not in ("$filter", "$format") and not name.startswith("@") for name, _ in call.query):
        raise bad_request("$count takes $filter only.")
    options = options_parse(table, call.query)
    number = _count(filtered(call, table, options, rows_for(call, table) if rows is None else rows))
    return Reply(content=str(min(number, LARGEST_PAGE)).encode(), content_type="text/plain")


def references_reply(call: Call, table: Table, rows: Rows) -> Reply:
    """``/$ref`` of a collection: the addresses of its rows."""
    if call.query:
        raise bad_request(f"The query parameter {call.query[0][0]} is not supported together with $ref.")
    ids = rows.order_by(table.primary_id).values_list(table.primary_id, flat=True)[:LARGEST_PAGE]
    listed = [{"@odata.id": f"{call.api_url}{table.entity_set}({id})"} for id in ids]
    return Reply(json={"@odata.context": f"{call.api_url}$metadata#Collection($ref)", "value": listed})


def row_values(call: Call, table: Table, id: uuid.UUID) -> Values:
    """The stored row, which the caller may read.

    Raises:
        DataverseError: 404; 403.
    """
    values = rows_in(call.tenant, table.name).filter(**{table.primary_id: id}).values().first()
    if values is None:
        raise row_missing(table, id)
    require_row(call, table, values, Privilege.READ)
    return dict(values)


def context_of(call: Call, table: Table, options: Options) -> str:
    """``@odata.context``, with the columns where they were selected, and with those of what is expanded."""
    return f"{call.api_url}$metadata#{table.entity_set}{_shape(table, options)}"


def _shape(table: Table, options: Options) -> str:
    names = [column.property_name for column in options.select or ()]
    if options.select is not None or options.expand:
        names += [f"{expand.navigation}{_inner_shape(table, expand)}" for expand in options.expand]
    return f"({','.join(names)})" if names else ""


def _inner_shape(table: Table, expand: Expand) -> str:
    single, many = table.single_navigation(expand.navigation), many_of(table, expand.navigation)
    target = TABLES[single[1]] if single else many.target if many else None
    return (target and _shape(target, options_parse(target, expand.inner))) or "()"


def next_link(call: Call, token: str) -> str:
    """The absolute address of the page behind ``token``, on the base that the caller used, with all its options."""
    query = [(name, value) for name, value in call.query if name != "$skiptoken"] + [("$skiptoken", token)]
    encoded = "&".join(f"{name}={quote(value, safe='')}" for name, value in query)
    return f"{call.api_url}{quote(call.path, safe=SAFE_IN_PATH)}?{encoded}"


def applied(call: Call) -> dict[str, str]:
    """Preference-Applied: what of the Prefer header was followed."""
    followed = []
    if call.prefer.annotations:
        followed.append(f'odata.include-annotations="{call.prefer.annotations}"')
    if call.prefer.has_page_size:
        followed.append(f"odata.maxpagesize={call.prefer.page_size}")
    return {"Preference-Applied": ", ".join(followed)} if followed else {}


def _counted(call: Call, options: Options, rows: Rows) -> dict[str, Any]:
    number = _count(rows) if options.count else -1  # as the platform says where nobody asked
    told: dict[str, Any] = {"@odata.count": min(number, LARGEST_PAGE)} if options.count else {}
    if call.prefer.wants(TOTAL):
        told[f"@{TOTAL}"] = min(number, LARGEST_PAGE)
    if call.prefer.wants(EXCEEDED):
        told[f"@{EXCEEDED}"] = number > LARGEST_PAGE
    return told


def _count(rows: Rows) -> int:
    """One more than a page at most: what lies behind it is not counted."""
    return rows.order_by()[: LARGEST_PAGE + 1].count()


def row_options(call: Call, table: Table) -> Options:
    """The options of a query of one row.

    Raises:
        DataverseError: 400, something else than ``$select`` and ``$expand`` is asked for.
    """
    options = options_parse(table, call.query)
    if options.filter is not None or options.order or options.top is not None or options.count or options.skiptoken:
        raise bad_request("The query of a single row takes $select and $expand only.")
    return options
