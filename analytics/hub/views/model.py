"""``/manage/model``: types, links and the rest. Creating answers 202 with the address of an operation to ask."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from analytics.hub.call import Call
from analytics.hub.errors import method_wrong, not_found
from analytics.hub.model import parts, types
from analytics.hub.models import Hub, InteractionType, ModelOperation, ModelPart, ProfileType
from analytics.hub.reply import Reply

READ, MANAGE = "Read", "Manage"
INTERACTIONS, PROFILES = "interactions", "profiles"
Told = dict[str, Any]


def list_get(call: Call, kind: str) -> Reply:
    """All of a kind."""
    call.require(READ)
    return Reply(json={"value": all_told(call.row, kind, user=user_of(call))})


def one_get(call: Call, kind: str, name: str) -> Reply:
    call.require(READ)
    return Reply(json=told(call.row, kind, name, user=user_of(call)))


def one_put(call: Call, kind: str, name: str) -> Reply:
    """Create or change. The change is made when this is answered; the operation says how it went to those who ask."""
    call.require(MANAGE)
    hub = call.row
    operation = changed(hub, kind, name, call.json_object())
    location = f"{call.base_url}/manage/model/operations/{operation.pk}"
    return Reply(202, told(hub, kind, name), headers={"Location": location, "Retry-After": "1"})


def one_delete(call: Call, kind: str, name: str) -> Reply:
    """Deleting an interaction type is this hub's own: it stops its capture for every portal that shares the hub."""
    call.require(MANAGE)
    deleted(call.row, kind, name, by=f"policy {call.policy.name}", user=user_of(call))
    return Reply(204)


def suggest_post(call: Call, name: str) -> Reply:
    call.require(READ)
    return Reply(json=parts.relationships_suggested(call.row, name))


def operation_get(call: Call, id: str) -> Reply:
    """What came of a change: 201 with what was created, or 200 with what was changed."""
    call.require(READ)
    operation = operation_of(call, id)
    return Reply(201 if operation.is_new else 200, told(call.row, operation.kind, operation.name))


def operation_of(call: Call, id: str) -> ModelOperation:
    """
    Raises:
        HubError: 404.
    """
    try:
        found = ModelOperation.objects.filter(hub_id=call.hub.id, pk=uuid.UUID(id)).first()
    except ValueError:
        found = None
    if found is None:
        raise not_found("The operation")
    return found


# --- The same for ARM's addresses


def user_of(call: Call) -> str:
    """Whose views are asked for."""
    return call.query.get("userId", "")


def all_told(hub: Hub, kind: str, *, user: str = "") -> list[Told]:
    """
    Raises:
        HubError: 501.
    """
    if kind == INTERACTIONS:
        return [types.type_told(hub, one) for one in InteractionType.objects.filter(hub=hub, deleted_at=None)]
    if kind == PROFILES:
        return [types.type_told(hub, one) for one in ProfileType.objects.filter(hub=hub)]
    return [parts.part_told(hub, one) for one in parts.parts_of(hub, kind, user=user)]


def told(hub: Hub, kind: str, name: str, *, user: str = "") -> Told:
    """
    Raises:
        HubError: 404, 501.
    """
    if kind == INTERACTIONS:
        return types.type_told(hub, types.interaction_type_of(hub, name))
    if kind == PROFILES:
        return types.type_told(hub, types.profile_type_of(hub, name))
    return parts.part_told(hub, parts.part_of(hub, kind, name, user=user))


def changed(hub: Hub, kind: str, name: str, body: Mapping[str, Any]) -> ModelOperation:
    """
    Raises:
        HubError: 400, 404, 409, 501.
    """
    made: tuple[InteractionType | ProfileType | ModelPart, bool]
    if kind == INTERACTIONS:
        made = types.interaction_type_put(hub, name, body)
    elif kind == PROFILES:
        made = types.profile_type_put(hub, name, body)
    else:
        made = parts.part_put(hub, kind, name, body)
    return ModelOperation.objects.create(hub=hub, kind=kind, name=name, is_new=made[1])


def deleted(hub: Hub, kind: str, name: str, *, by: str, user: str = "") -> None:
    """
    Raises:
        HubError: 404, 409, 501.
    """
    if kind == INTERACTIONS:
        types.interaction_type_delete(hub, name, by=by)
    elif kind == PROFILES:
        types.profile_type_delete(hub, name)
    elif kind == "operations":
        raise method_wrong("DELETE", "GET")
    else:
        parts.part_delete(hub, kind, name, user=user)
