"""Shared access policies: put, told, their keys made anew."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from analytics.hub.cached import hub_changed
from analytics.hub.errors import HubError, bad_request, not_found
from analytics.hub.models import AuthorizationPolicy, Hub
from analytics.hub.names import POLICY, name_check
from core.sealed import secret_open, secret_seal

RIGHTS = tuple(AuthorizationPolicy.Right.values)
_KNOWN = frozenset({"policyName", "permissions", "primaryKey", "secondaryKey"})
SHORTEST_KEY, LONGEST_KEY = 16, 256
KEYS = ("primary_key", "secondary_key")


@transaction.atomic
def policy_put(hub: Hub, name: str, body: Mapping[str, Any]) -> tuple[AuthorizationPolicy, bool]:
    """Create the policy, or change what it may do. Keys that are not given are made, or stay.

    Returns:
        The policy, and whether it is new.

    Raises:
        HubError: 400; 409, the hub's root policy would lose a right.
    """
    name_check(POLICY, name, "a policy")
    told = _told(body)
    if told.get("policyName", name) != name:
        raise bad_request("InvalidDefinition", "policyName is the name in the address.")
    permissions = _permissions(told.get("permissions"))
    if name == AuthorizationPolicy.ROOT and set(permissions) != set(RIGHTS):
        raise HubError(409, "InvalidChange", f"{name} keeps all rights, or nobody could give them back.")
    found = AuthorizationPolicy.objects.select_for_update().filter(hub=hub, name=name).first()
    is_new = found is None
    policy = found or AuthorizationPolicy(hub=hub, name=name)
    policy.permissions = permissions
    for field, given in zip(KEYS, ("primaryKey", "secondaryKey"), strict=True):
        if is_new or given in told:
            setattr(policy, field, secret_seal(_key(told.get(given)), row=policy.seal_row))
    policy.save(force_insert=is_new)
    hub_changed()
    return policy, is_new


@transaction.atomic
def policy_delete(hub: Hub, name: str) -> None:
    """Delete the policy: both its keys open nothing any more.

    Raises:
        HubError: 404; 409, it is the hub's root policy.
    """
    if name == AuthorizationPolicy.ROOT:
        raise HubError(409, "InvalidChange", f"{name} stays, or nobody could make another one.")
    policy_of(hub, name).delete()
    hub_changed()


@transaction.atomic
def policy_key_regenerate(hub: Hub, name: str, field: str) -> AuthorizationPolicy:
    """A new key in the place of one of the two (:data:`KEYS`); the other still opens, so nothing need stop.

    Raises:
        HubError: 404.
    """
    policy = AuthorizationPolicy.objects.select_for_update().filter(hub=hub, name=name).first()
    if policy is None:
        raise not_found(f"The policy {name[:50]}")
    setattr(policy, field, secret_seal(key_make(), row=policy.seal_row))
    policy.save(update_fields=[field, "updated_at"])
    hub_changed()
    return policy


def policy_of(hub: Hub, name: str) -> AuthorizationPolicy:
    """
    Raises:
        HubError: 404.
    """
    policy = AuthorizationPolicy.objects.filter(hub=hub, name=name).first()
    if policy is None:
        raise not_found(f"The policy {name[:50]}")
    return policy


def policy_told(policy: AuthorizationPolicy, *, with_keys: bool) -> dict[str, Any]:
    """The policy as it is answered."""
    told: dict[str, Any] = {"policyName": policy.name, "permissions": list(policy.permissions)}
    if with_keys:
        told["primaryKey"], told["secondaryKey"] = keys_open(policy)
    return told


def keys_open(policy: AuthorizationPolicy) -> tuple[str, str]:
    """The two keys as they are typed in."""
    return (
        secret_open(policy.primary_key, row=policy.seal_row),
        secret_open(policy.secondary_key, row=policy.seal_row),
    )


def key_make() -> str:
    """32 random bytes, as the original's keys look."""
    return base64.b64encode(os.urandom(32)).decode()


def _told(body: Mapping[str, Any]) -> Mapping[str, Any]:
    told = body.get("properties", body)
    if not isinstance(told, dict):
        raise bad_request("InvalidDefinition", "The properties are not a JSON object.")
    unknown = sorted(told.keys() - _KNOWN - {"id", "name", "type"})
    if unknown:
        raise bad_request("UnknownProperty", f"The hub does not know {', '.join(unknown)[:200]} here.")
    return told


def _permissions(told: object) -> list[str]:
    if not isinstance(told, list) or not told or not set(map(str, told)) <= set(RIGHTS):
        raise bad_request("InvalidDefinition", f"permissions is a list of {', '.join(RIGHTS)}.")
    return [right for right in RIGHTS if right in told]


def _key(told: object) -> str:
    if told is None:
        return key_make()
    if not isinstance(told, str) or not SHORTEST_KEY <= len(told) <= LONGEST_KEY or not told.isprintable():
        message = f"A key is a text of {SHORTEST_KEY} to {LONGEST_KEY} characters."
        raise bad_request("InvalidDefinition", message)
    return told
