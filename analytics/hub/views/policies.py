"""``/manage/sas/policies``: who may do what, and the keys."""

from __future__ import annotations

from analytics.hub.call import Call
from analytics.hub.errors import HubError
from analytics.hub.model.policies import policy_key_regenerate, policy_of, policy_put, policy_told
from analytics.hub.models import AuthorizationPolicy
from analytics.hub.reply import Reply

MANAGE = AuthorizationPolicy.Right.MANAGE


def policies_get(call: Call) -> Reply:
    """All policies, with their keys."""
    call.require(MANAGE)
    return Reply(json={"value": [policy_told(one, with_keys=True) for one in call.row.policies.all()]})


def policy_get(call: Call, name: str) -> Reply:
    """One policy. Its own rights may be read with any of them, so that a sender can tell which one it lacks."""
    if name != call.policy.name:
        call.require(MANAGE)
    return Reply(json=policy_told(policy_of(call.row, name), with_keys=MANAGE in call.policy.permissions))


def policy_write(call: Call, name: str) -> Reply:
    """Create a policy (201) or change it (200)."""
    call.require(MANAGE)
    policy, is_new = policy_put(call.row, name, call.json_object())
    return Reply(201 if is_new else 200, policy_told(policy, with_keys=True))


def key_post(call: Call, name: str, which: str) -> Reply:
    """A new primary or secondary key."""
    call.require(MANAGE)
    field = {"Primary": "primary_key", "Secondary": "secondary_key"}.get(which)
    if field is None:
        raise HubError(404, "ResourceNotFound", "There are a primary and a secondary key.")
    return Reply(json=policy_told(policy_key_regenerate(call.row, name, field), with_keys=True))
