"""The data plane: events in, events of a profile out."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from django.utils import timezone

from analytics.hub.batches import batch_read
from analytics.hub.call import Call, events_limit
from analytics.hub.errors import bad_request, not_found
from analytics.hub.events import event_write, stamp_told
from analytics.hub.ingest import Ingested, events_ingest
from analytics.hub.keys import key_of
from analytics.hub.metadata import metadata_written
from analytics.hub.model.kpis import kpi_values
from analytics.hub.model.parts import Kind, part_of
from analytics.hub.models import Interaction, ProfileType, Seen
from analytics.hub.queries.filter import asked_parse
from analytics.hub.queries.rows import Asked, rows_page
from analytics.hub.reply import Reply
from analytics.hub.views.profiles import set_of

READ, WRITE = "Read", "Write"
MOST_WARNINGS = 20  # of a batch


def interactions_post(call: Call) -> Reply:
    """One event, as the portals of the original send it, or a batch."""
    call.require(WRITE)
    found, now = call.json(), timezone.now()
    batch = batch_read(found, now)
    if batch is not None:
        events_limit(len(batch.events))
        done = events_ingest(call.hub, call.policy.name, batch.events, now=now, ahead=batch.ahead)
        return Reply(202, batch_told(done, batch.warning))
    done = events_ingest(call.hub, call.policy.name, [found], now=now)
    if done.errors:
        raise done.errors[0]
    return Reply(202, _one_told(found, done))


def batch_told(done: Ingested, warning: str = "") -> dict[str, Any]:
    """What became of a batch, event by event where it was refused; ``warning`` is about all of them."""
    warnings = Counter(text for read in done.reads if read for text in read.warnings)
    if warning:
        warnings[warning] = len(done.reads)
    told: dict[str, Any] = {
        "received": len(done.reads),
        "stored": done.stored,
        "duplicates": done.duplicates,
        "updated": done.updated,
        "refused": [{"index": one.index, "error": {"code": one.code, "message": one.message}} for one in done.refusals],
    }
    if warnings:
        told["warnings"] = [{"message": text, "count": count} for text, count in warnings.most_common(MOST_WARNINGS)]
    return told


def _one_told(event: dict[str, Any], done: Ingested) -> dict[str, Any]:
    read = done.reads[0]
    if read is None:
        raise LookupError("An event that was not refused was read.")
    told = {**event, "InteractionId": read.row.id, "TimeStamp": stamp_told(read.row.ts)}
    if read.warnings:
        told["@hub.warnings"] = list(read.warnings)
    return told


def interaction_get(call: Call, id: str) -> Reply:
    """One event by its InteractionId."""
    call.require(READ)
    key = key_of(id)
    seen = Seen.objects.filter(hub_id=call.hub.id, id=key).first()
    row = Interaction.objects.filter(hub_id=call.hub.id, id=key, ts=seen.ts).values().first() if seen else None
    if row is None:
        raise not_found(f"The interaction '{id[:80]}'")
    return Reply(json=event_write(call.hub.rules[row["type_id"]], row))


def interactions_get(call: Call, set: str, id: str) -> Reply:
    """The events of a profile, the newest first: what somebody did before a moment."""
    call.require(READ)
    set_of(call, set)
    asked = asked_parse(call.hub, call.query)
    key = key_of(id.replace("''", "'"))
    page = rows_page(Asked(hub_id=call.hub.id, contact=key, **asked.conditions), limit=asked.page)
    told: dict[str, Any] = {
        "@odata.context": f"{call.base_url}/data/$metadata#Interactions",
        "value": [event_write(call.hub.rules[row["type_id"]], row) for row in page.rows],
    }
    left = None if asked.top is None else asked.top - len(page.rows)
    if page.next and left != 0:
        told["nextLink"] = asked.next_link(f"{call.base_url}/data/{set}('{id}')/Interactions", page.next, left)
    return Reply(json=told)


def kpi_values_get(call: Call, keys: str) -> Reply:
    """``KPIs(KpiName='…',WindowType='…')/Values``."""
    call.require(READ)
    told = dict(re.findall(r"(\w+)='([^']*)'", keys))
    if "KpiName" not in told or told.keys() - {"KpiName", "WindowType"}:
        raise bad_request("InvalidQuery", "The key of a KPI is KpiName='…' and, if wanted, WindowType='…'.")
    hub = call.row
    return Reply(json={"value": kpi_values(hub, part_of(hub, Kind.KPI, told["KpiName"]), told.get("WindowType", ""))})


def metadata_get(call: Call) -> Reply:
    """The types as CSDL."""
    call.require(READ)
    return Reply(content=metadata_written(call.row), content_type="application/xml")


def service_get(call: Call) -> Reply:
    """The service document: which entity sets there are."""
    call.require(READ)
    names = ["Interactions", *ProfileType.objects.filter(hub_id=call.hub.id).values_list("entity_set", flat=True)]
    told = [{"name": name, "kind": "EntitySet", "url": name} for name in names]
    return Reply(json={"@odata.context": f"{call.base_url}/data/$metadata", "value": told})
