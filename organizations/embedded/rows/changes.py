"""Change tracking: all rows with a link that later gives what changed since, and what was deleted.

A delta's token holds the oldest transaction that was still open when it was given. What such a transaction or a later
one wrote is delivered next time; some rows may come twice, none is ever missed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.db import connection

from organizations.embedded.call import Call, Reply
from organizations.embedded.errors import DataverseError, bad_request
from organizations.embedded.models import DeletedRow
from organizations.embedded.query.options import Options, options_parse
from organizations.embedded.query.paging import after, keys_of, ordered, token_of
from organizations.embedded.registry import Table
from organizations.embedded.rights import rows_for
from organizations.embedded.rows.expand import columns_read, shown_rows
from organizations.embedded.rows.read import applied, next_link
from organizations.embedded.rows.write import existing_ids

TOKENS_LIVE = timedelta(days=7)
_TIME = "%m/%d/%Y %H:%M:%S"
_REFUSED = ("$filter", "$orderby", "$expand", "$top", "$count")


def wants_changes(call: Call) -> bool:
    return call.prefer.tracks_changes or any(name == "$deltatoken" for name, _ in call.query)


def changes_reply(call: Call, table: Table) -> Reply:
    """The first look at a table (``Prefer: odata.track-changes``), or what changed since a token."""
    told = dict(call.query)
    refused = next((name for name in _REFUSED if name in told), None)
    if refused:
        raise bad_request(f"The query parameter {refused} is not supported together with change tracking.")
    options = options_parse(table, [(name, value) for name, value in call.query if name != "$deltatoken"])
    if "$deltatoken" in told:
        return _delta(call, table, options, _read(told["$deltatoken"]))
    return _first(call, table, options)


def _first(call: Call, table: Table, options: Options) -> Reply:
    skip, _, token = options.skiptoken.partition("~")
    token = token or _token()  # of the first page: what changes while pages are read comes with the first delta
    keys = keys_of(table, ())
    rows = rows_for(call, table)
    page = ordered(rows.filter(after(keys, skip)) if skip else rows, keys)
    values = list(page.values(*columns_read(table, options))[: call.prefer.page_size + 1])
    shown = values[: call.prefer.page_size]
    body = _body(call, table, shown_rows(call, table, options, shown))
    if len(values) > len(shown):
        body["@odata.nextLink"] = next_link(call, f"{token_of(keys, shown[-1])}~{token}")
    else:
        body["@odata.deltaLink"] = _delta_link(call, table, token)
    return Reply(json=body, headers={"Preference-Applied": ", ".join(["odata.track-changes", *applied(call).values()])})


def _delta(call: Call, table: Table, options: Options, horizon: int) -> Reply:
    """What changed since, a page after the other; what is gone comes with the last one."""
    skip, _, token = options.skiptoken.partition("~")
    token = token or _token()
    if skip and not skip.isdecimal():
        raise bad_request("The value of $skiptoken is not valid.")
    changed = rows_for(call, table).filter(transaction__gte=horizon, versionnumber__gt=int(skip or 0))
    names = columns_read(table, options)
    values = list(changed.order_by("versionnumber").values(*names)[: call.prefer.page_size + 1])
    shown = values[: call.prefer.page_size]
    body = _body(call, table, shown_rows(call, table, options, shown))
    body["@odata.context"] += "/$delta"
    if len(values) > len(shown):
        body["@odata.nextLink"] = next_link(call, f"{shown[-1]['versionnumber']}~{token}")
        return Reply(json=body)
    body["value"] += _deleted(call, table, horizon)
    body["@odata.deltaLink"] = _delta_link(call, table, token)
    return Reply(json=body)


def _deleted(call: Call, table: Table, horizon: int) -> list[dict[str, Any]]:
    gone = DeletedRow.objects.filter(tenant=call.tenant, table=table.name, transaction__gte=horizon)
    ids = dict.fromkeys(gone.order_by("versionnumber").values_list("row_id", flat=True))
    back = existing_ids(call.tenant, table, ids)
    context = f"{call.api_url}$metadata#{table.entity_set}/$deletedEntity"
    return [{"@odata.context": context, "id": str(id), "reason": "deleted"} for id in ids if id not in back]


def _body(call: Call, table: Table, shown: list[dict[str, Any]]) -> dict[str, Any]:
    return {"@odata.context": f"{call.api_url}$metadata#{table.entity_set}", "value": shown}


def _delta_link(call: Call, table: Table, token: str) -> str:
    select = dict(call.query).get("$select")
    chosen = f"$select={quote(select, safe=',')}&" if select else ""
    return f"{call.api_url}{table.entity_set}?{chosen}$deltatoken={quote(token, safe='')}"


def _token() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        return f"{cursor.fetchone()[0]}!{datetime.now(UTC).strftime(_TIME)}"


def _read(token: str) -> int:
    horizon, _, time = token.partition("!")
    try:
        given = datetime.strptime(time, _TIME).replace(tzinfo=UTC)
        number = int(horizon)
    except ValueError as wrong:
        raise bad_request("The value of $deltatoken is not valid.") from wrong
    if datetime.now(UTC) - given > TOKENS_LIVE:
        raise DataverseError(
            410, "0x80044352", "Version stamp associated with the client has expired. Please perform a full sync."
        )
    return number
