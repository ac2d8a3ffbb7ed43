"""The same resources at the addresses and in the shape of Azure Resource Manager, for its official clients.

A client is given the hub's own address as its endpoint, and a credential whose token is a shared access signature: this
hub has no directory of its own.
"""

from __future__ import annotations

import re
from typing import Any

from analytics.hub.call import Call
from analytics.hub.errors import method_wrong, not_found, not_served
from analytics.hub.model import parts, policies
from analytics.hub.models import AuthorizationPolicy
from analytics.hub.reply import Reply
from analytics.hub.views import model

_PROVIDER = "Microsoft.CustomerInsights"
_PATH = re.compile(
    r"(?P<hubs>subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.CustomerInsights/hubs/(?P<hub>[^/]+))"
    r"(?:/(?P<kind>\w+)(?:/(?P<name>[^/]+)(?:/(?P<verb>\w+))?)?)?",
    re.IGNORECASE,
)
_KINDS = {"kpi": "kpis"}  # ARM's word for one of our kinds
POLICIES = "authorizationPolicies"
_KEYS = {"regeneratePrimaryKey": "primary_key", "regenerateSecondaryKey": "secondary_key"}


def arm_answer(call: Call) -> Reply:
    """
    Raises:
        HubError: 404, 405, 501, and whatever the resource finds.
    """
    found = _PATH.fullmatch(call.path)
    if found is None or found["hub"].lower() != call.hub.name.lower():
        raise not_found("The resource")
    kind, name, verb = found["kind"], found["name"], found["verb"]
    if kind is None:
        return _hub(call, found["hubs"])
    if kind == POLICIES:
        return _policies(call, found["hubs"], name, verb)
    kind = _KINDS.get(kind, kind)
    if name is None:
        return _list(call, found["hubs"], kind)
    if verb == "operationresults":
        return _operation(call, found["hubs"], name)
    if verb is not None:
        return _verb(call, kind, name, verb)
    return _one(call, found["hubs"], kind, name)


def _hub(call: Call, base: str) -> Reply:
    if call.method != "GET":
        raise not_served("Creating and deleting hubs at this address; the administration center does that")
    call.require(model.READ)
    told = {"apiEndpoint": call.base_url, "provisioningState": "Succeeded", "tenantFeatures": 0}
    return Reply(json={"id": f"/{base}", "name": call.hub.name, "type": f"{_PROVIDER}/hubs", "properties": told})


def _list(call: Call, base: str, kind: str) -> Reply:
    if call.method != "GET":
        raise method_wrong(call.method, "GET")
    call.require(model.READ)
    told = model.all_told(call.row, kind, user=model.user_of(call))
    return Reply(json={"value": [_shaped(call, base, kind, _name(kind, one), one) for one in told]})


def _one(call: Call, base: str, kind: str, name: str) -> Reply:
    hub = call.row
    if call.method == "GET":
        call.require(model.READ)
        return Reply(json=_shaped(call, base, kind, name, model.told(hub, kind, name, user=model.user_of(call))))
    call.require(model.MANAGE)
    if call.method == "DELETE":
        model.deleted(hub, kind, name, by=f"policy {call.policy.name}", user=model.user_of(call))
        return Reply(200)  # of links and views the client takes nothing else
    if call.method != "PUT":
        raise method_wrong(call.method, "GET, PUT, DELETE")
    operation = model.changed(hub, kind, name, call.json_object())
    told = _shaped(call, base, kind, name, model.told(hub, kind, name))
    if kind == parts.Kind.VIEW:  # not a long-running operation there
        return Reply(200, told)
    location = f"{call.base_url}/{base}/{kind}/{operation.pk}/operationresults"
    return Reply(202, told, headers={"Location": location, "Retry-After": "0"})


def _operation(call: Call, base: str, id: str) -> Reply:
    call.require(model.READ)
    operation = model.operation_of(call, id)
    told = model.told(call.row, operation.kind, operation.name)
    return Reply(200, _shaped(call, base, operation.kind, operation.name, told))


def _verb(call: Call, kind: str, name: str, verb: str) -> Reply:
    if kind == model.INTERACTIONS and verb == "suggestRelationshipLinks":
        return model.suggest_post(call, name)
    if kind == parts.Kind.KPI and verb == "reprocess":  # values are calculated whenever they are asked for
        call.require(model.MANAGE)
        model.told(call.row, kind, name)
        return Reply(202)
    raise not_served(f"{verb[:40]} of the {kind[:40]}")


def _policies(call: Call, base: str, name: str | None, verb: str | None) -> Reply:
    call.require(AuthorizationPolicy.Right.MANAGE)
    hub = call.row
    if name is None:
        return Reply(json={"value": [_policy(call, base, one) for one in hub.policies.all()]})
    if verb is not None:
        if verb not in _KEYS or call.method != "POST":
            raise not_served(f"{verb[:40]} of a policy")
        made = policies.policy_key_regenerate(hub, name, _KEYS[verb])
        return Reply(json=policies.policy_told(made, with_keys=True))
    if call.method == "GET":
        return Reply(json=_policy(call, base, policies.policy_of(hub, name)))
    if call.method != "PUT":
        raise method_wrong(call.method, "GET, PUT")
    policy, is_new = policies.policy_put(hub, name, call.json_object())
    return Reply(201 if is_new else 200, _policy(call, base, policy))


def _policy(call: Call, base: str, policy: AuthorizationPolicy) -> dict[str, Any]:
    return _shaped(call, base, POLICIES, policy.name, policies.policy_told(policy, with_keys=True))


def _name(kind: str, told: dict[str, Any]) -> str:
    return str(told[parts.OWN_NAME.get(kind, "typeName")])


def _shaped(call: Call, base: str, kind: str, name: str, told: dict[str, Any]) -> dict[str, Any]:
    arm_kind = {ours: theirs for theirs, ours in _KINDS.items()}.get(kind, kind)
    return {
        "id": f"/{base}/{arm_kind}/{name}",
        "name": f"{call.hub.name}/{name}",
        "type": f"{_PROVIDER}/hubs/{arm_kind}",
        "properties": told,
    }
