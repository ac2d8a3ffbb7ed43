"""Portals that are connected to a hub, and interactions that wait, as rows."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from analytics.buffer.captured import Captured, captured_payload
from analytics.kinds import KINDS
from analytics.models import InsightsConnection, Interaction
from core.sealed import secret_seal
from portals.models import Portal
from tests.builders.hubs import HUB, KEY, POLICY


def connected(portal: Portal, *, key: str = KEY, **changes: Any) -> InsightsConnection:
    """The portal's connection, as Configure leaves it."""
    id = uuid.uuid4()
    columns: dict[str, Any] = {
        "id": id,
        "portal": portal,
        "hub_uri": HUB,
        "policy_name": POLICY,
        "shared_key": secret_seal(key, row=f"insights:{id}"),
        "state": InsightsConnection.State.CONNECTED,
        "terms_version": "1",
        "terms_accepted_at": timezone.now(),
        "key_set_at": timezone.now(),
        "connected_at": timezone.now(),
    }
    connection = InsightsConnection.objects.create(**{**columns, **changes})
    for kind in KINDS.values():
        connection.types.create(name=kind.name, is_on=not kind.is_optional)
    return connection


def waiting(portal: Portal, *, count: int = 1, name: str = "portal_search", text: str = "printer") -> list[uuid.UUID]:
    """Interactions of the portal that wait to be sent; their ids."""
    rows = [_interaction(portal, name, f"{text} {number}") for number in range(count)]
    Interaction.objects.bulk_create(rows)
    return [row.id for row in rows]


def _interaction(portal: Portal, name: str, text: str) -> Interaction:
    contact = uuid.uuid4()
    item = str(uuid.uuid4()) if KINDS[name].id_field else ""
    captured = Captured(portal.pk, contact, name, text, datetime.now(UTC), item_id=item)
    payload = captured_payload(captured)
    id = uuid.UUID(str(payload["portal_interactionid"]))
    return Interaction(id=id, portal_id=portal.pk, contact_id=contact, type=name, payload=json.dumps(payload))
