"""The door for senders of Azure Event Hubs over HTTPS: the same events, in its envelope, with its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from analytics.hub.call import Call, body_read, events_limit, json_read
from analytics.hub.errors import HubError, bad_request
from analytics.hub.ingest import events_ingest
from analytics.hub.reply import Reply
from analytics.hub.views.data import WRITE, batch_told

BATCH = "application/vnd.microsoft.servicebus.json"


def messages_post(call: Call) -> Reply:
    """One message or a batch; 201 as there. A message's body is an event as JSON.

    A batch of which something is stored is answered with 201 and what became of the others; where all are refused, the
    first reason is the answer's.
    """
    call.require(WRITE)
    is_batch = call.request.content_type == BATCH
    found = json_read(body_read(call.request))
    events = _batch(found) if is_batch else [found]
    events_limit(len(events))
    done = events_ingest(call.hub, call.policy.name, events, now=timezone.now())
    if events and len(done.errors) == len(events):
        raise done.errors[0]
    if not is_batch:
        return Reply(201)
    return Reply(201, batch_told(done)) if done.refusals else Reply(201)


def _batch(found: object) -> list[Any]:
    if not isinstance(found, list):
        raise bad_request("InvalidBatch", "A batch is a JSON array of messages.")
    return [_event(message) for message in found]


def _event(message: object) -> Any:
    """The event inside a message; what it does not say itself may stand in its properties."""
    if not isinstance(message, dict) or "Body" not in message:
        raise bad_request("InvalidBatch", "A message of a batch is an object with a Body.")
    body = message["Body"]
    if isinstance(body, str):
        try:
            body = json_read(body.encode("utf-8", "surrogatepass"))
        except HubError:
            return body  # no event: refused as such, and kept
    properties: Mapping[str, Any] = message.get("UserProperties") or {}
    if isinstance(body, dict) and isinstance(properties, dict):
        return {**properties, **body}
    return body
