"""Taking events in: each is read, stored or refused, and what became of it is told in the order they came."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from analytics.hub.cached import CachedHub
from analytics.hub.errors import Refused
from analytics.hub.events import Read, Row, event_read
from analytics.hub.keys import key_of
from analytics.hub.models import Interaction, Seen
from analytics.hub.months import kept_from
from analytics.hub.refusing import Refusal, refusals_keep
from analytics.hub.rules import CONTACT
from analytics.hub.storing import GATE

ERASED = "ContactErased"
COMPARED = ("contact", "portal", "ref", "results", "session", "lang", "txt")  # not the time: senders stamp anew


@dataclass
class Ingested:
    """What became of events that came together. ``reads`` has None for one that was refused."""

    reads: list[Read | None]
    refusals: list[Refusal] = field(default_factory=list)
    errors: dict[int, Refused] = field(default_factory=dict)
    duplicates: int = 0
    updated: int = 0

    @property
    def stored(self) -> int:
        return len(self.reads) - len(self.refusals) - self.duplicates - self.updated


def events_ingest(
    hub: CachedHub, policy: str, events: Sequence[object], *, now: datetime, ahead: timedelta | None = None
) -> Ingested:
    """Store the events. When it returns, every one is in the database: as an event, or as a refused one.

    Args:
        ahead: how far the sender's clock is ahead of ours, where it is known to be off.
    """
    done = Ingested([None] * len(events))
    oldest = kept_from(now, hub.retention_months)
    positions: list[int] = []
    rows: list[Row] = []
    for position, event in enumerate(events):
        try:
            read = _read(hub, event, now, oldest, ahead)
        except Refused as refused:
            _refuse(done, position, event, refused)
            continue
        done.reads[position] = read
        positions.append(position)
        rows.append(read.row)
    if rows:
        known = sorted(positions[one] for one in GATE.store(rows))
        if known:
            _known(hub, events, known, done)
    if done.refusals:
        refusals_keep(hub.id, policy, done.refusals, now=now)
    return done


def _read(hub: CachedHub, event: object, now: datetime, oldest: datetime, ahead: timedelta | None) -> Read:
    if not isinstance(event, dict):
        raise Refused("InvalidEvent", "An event is a JSON object.")
    name = event.get("InteractionType")
    rules = hub.types.get(name) if isinstance(name, str) else None
    if rules is None:
        raise _unknown_type(hub, name)
    read = event_read(hub.id, rules, event, now, ahead)
    if read.row.ts < oldest:
        raise Refused("TooOld", f"The event is older than the {hub.retention_months} months that the hub keeps.")
    return read


def _unknown_type(hub: CachedHub, name: object) -> Refused:
    if not isinstance(name, str) or not name:
        return Refused("MissingProperty", "An event needs the property InteractionType.")
    if name in hub.deleted_types:
        message = f"The interaction type {name} was deleted in this hub; its events are not taken any more."
        return Refused("UnknownInteractionType", message)
    return Refused("UnknownInteractionType", f"This hub has no interaction type named {name[:128]}.")


def _refuse(done: Ingested, position: int, event: object, refused: Refused) -> None:
    told: Mapping[str, Any] = event if isinstance(event, dict) else {}
    is_erased = refused.code == ERASED  # nothing of what that contact did is kept, not here either
    done.reads[position] = None
    done.errors[position] = refused
    done.refusals.append(
        Refusal(
            index=position,
            code=refused.code,
            message=refused.message,
            body="" if is_erased else json.dumps(event, ensure_ascii=False),
            type_name=_text(told, "InteractionType"),
            portal=_key(told, "portal_portalid"),
            contact=_key(told, CONTACT),
        )
    )


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value.replace("\x00", "").encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _key(told: Mapping[str, Any], name: str) -> str | None:
    text = _text(told, name)
    return key_of(text) if text else None


# --- Events whose id is known


def _known(hub: CachedHub, events: Sequence[object], positions: Sequence[int], done: Ingested) -> None:
    """The same again is fine; other content is not, unless the type's instances may change."""
    ids = {read.row.id for position in positions if (read := done.reads[position])}
    seen = {str(id): ts for id, ts in Seen.objects.filter(hub_id=hub.id, id__in=ids).values_list("id", "ts")}
    stored = _stored(hub.id, seen)
    for position in positions:
        read = done.reads[position]
        if read is None:
            continue
        row = read.row
        if row.id not in seen:
            message = "The events of this contact from before that time were erased in this hub."
            _refuse(done, position, events[position], Refused(ERASED, message, status=410))
        elif row.id not in stored or _is_same(row, stored[row.id]):
            done.duplicates += 1
        elif hub.rules[row.type_id].is_activity and stored[row.id]["type_id"] == row.type_id:
            _update(row, seen[row.id])
            done.updated += 1
        else:
            message = f"The hub has an event with the id {row.id} and other content; the first one stays."
            _refuse(done, position, events[position], Refused("DuplicateWithOtherContent", message, status=409))


def _stored(hub_id: int, seen: Mapping[str, datetime]) -> dict[str, dict[str, Any]]:
    found = Interaction.objects.filter(hub_id=hub_id, id__in=list(seen), ts__in=list(seen.values()))
    return {str(row["id"]): row for row in found.values("id", "type_id", "more", *COMPARED)}


def _is_same(row: Row, stored: Mapping[str, Any]) -> bool:
    mine = {name: getattr(row, name) for name in COMPARED}
    theirs = {name: str(found) if isinstance(found := stored[name], uuid.UUID) else found for name in COMPARED}
    more = json.loads(row.more) if row.more else None
    return mine == theirs and more == stored["more"] and row.type_id == stored["type_id"]


def _update(row: Row, ts: datetime) -> None:
    changed = {name: getattr(row, name) for name in COMPARED}
    more = json.loads(row.more) if row.more else None
    Interaction.objects.filter(hub_id=row.hub_id, id=row.id, ts=ts).update(**changed, more=more, received=row.received)
