"""Shared access policies, for administrators. What is wrong with a name or a right is told beside its field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from analytics.hub.model import policies
from analytics.hub.models import AuthorizationPolicy, Hub
from analytics.hub.services.translating import hub_errors
from core.models import User
from organizations.policy import Action, require


@dataclass(frozen=True)
class PolicyKeys:
    """A policy with its two keys, as they are typed in. Never printed."""

    policy: AuthorizationPolicy
    primary: str = field(repr=False)
    secondary: str = field(repr=False)


def policy_create(*, actor: User, hub: Hub, name: str, permissions: Sequence[str]) -> PolicyKeys:
    """Create a policy, or change what it may do; its keys stay then.

    Raises:
        NotAllowed
        InvalidValue, Conflict: ``hub:InvalidName`` and the hub's other codes.
    """
    require(actor, Action.HUB_MANAGE, hub.organization_id)
    with hub_errors(field="name"):
        policy, _ = policies.policy_put(hub, name, {"permissions": list(permissions)})
    return _opened(policy)


def policy_delete(*, actor: User, hub: Hub, name: str) -> None:
    """Delete a policy; whoever holds one of its keys is refused from then on.

    Raises:
        NotAllowed, NotFound
        Conflict: it is the hub's root policy.
    """
    require(actor, Action.HUB_MANAGE, hub.organization_id)
    with hub_errors(field="name"):
        policies.policy_delete(hub, name)


def policy_key_regenerate(*, actor: User, hub: Hub, name: str, primary: bool) -> PolicyKeys:
    """A new key in the place of one of the two; senders that hold the other go on.

    Raises:
        NotAllowed
        NotFound
    """
    require(actor, Action.HUB_MANAGE, hub.organization_id)
    with hub_errors(field="name"):
        made = policies.policy_key_regenerate(hub, name, policies.KEYS[0] if primary else policies.KEYS[1])
    return _opened(made)


def policy_keys(*, actor: User, hub: Hub, name: str) -> PolicyKeys:
    """The keys, to be given to a sender.

    Raises:
        NotAllowed, NotFound
    """
    require(actor, Action.HUB_MANAGE, hub.organization_id)
    with hub_errors(field="name"):
        return _opened(policies.policy_of(hub, name))


def policies_list(*, actor: User, hub: Hub) -> list[AuthorizationPolicy]:
    """All policies; their keys are asked for one by one.

    Raises:
        NotAllowed
    """
    require(actor, Action.HUB_VIEW, hub.organization_id)
    return list(hub.policies.all())


def _opened(policy: AuthorizationPolicy) -> PolicyKeys:
    return PolicyKeys(policy, *policies.keys_open(policy))
