"""Policies and types of a hub, kept by each process for a second: reading them for every event would cost more than
storing it. A key that was regenerated, or a type that was deleted, counts everywhere after that second at the latest.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from analytics.hub.errors import HubError
from analytics.hub.models import AuthorizationPolicy, Hub, InteractionType, ModelPart
from analytics.hub.rules import TypeRules, rules_of
from analytics.hub.sas import Key
from core.sealed import secret_open

STALE_SECONDS = 1.0


@dataclass(frozen=True)
class Opened:
    """A token that was judged good for an address, and when that ends."""

    policy: Key
    expiry: int


@dataclass(frozen=True)
class CachedHub:
    """What every call to a hub needs."""

    id: int
    name: str
    retention_months: int
    policies: Mapping[str, Key]
    types: Mapping[str, TypeRules]
    deleted_types: frozenset[str]
    rules: Mapping[int, TypeRules]  # of all types, deleted ones among them: their events can still be read
    read_at: float
    opened: dict[tuple[str, str, str], Opened] = field(default_factory=dict)  # by the token, the host and the path


_hubs: dict[str, CachedHub] = {}


def hub_cached(name: str) -> CachedHub:
    """The hub.

    Raises:
        HubError: 404 ``HubNotFound``.
    """
    found = _hubs.get(name)
    if found is None or time.monotonic() - found.read_at > STALE_SECONDS:
        found = _hubs[name] = _read(name)
    return found


def hub_changed() -> None:
    """What was read is wrong from the commit on. Other processes notice within :data:`STALE_SECONDS`."""
    hubs_forget()
    transaction.on_commit(hubs_forget)


def hubs_forget() -> None:
    """Read anew at the next call."""
    _hubs.clear()


def _read(name: str) -> CachedHub:
    read_at = time.monotonic()
    hub = Hub.objects.filter(name=name).first()
    if hub is None:
        _hubs.pop(name, None)
        raise HubError(404, "HubNotFound", f"There is no Customer Insights hub named '{name[:64]}' here.")
    about = _contact_properties(hub)
    types = list(InteractionType.objects.filter(hub=hub))
    rules = {one.pk: rules_of(one, about.get(one.name, "")) for one in types}
    return CachedHub(
        id=hub.pk,
        name=hub.name,
        retention_months=hub.retention_months,
        policies={policy.name: _key(policy) for policy in hub.policies.all()},
        types={one.name: rules[one.pk] for one in types if one.deleted_at is None},
        deleted_types=frozenset(one.name for one in types if one.deleted_at is not None),
        rules=rules,
        read_at=read_at,
    )


def _key(policy: AuthorizationPolicy) -> Key:
    sealed = (policy.primary_key, policy.secondary_key)
    keys = tuple(secret_open(one, row=policy.seal_row).encode() for one in sealed)
    return Key(policy.name, frozenset(policy.permissions), keys)


def _contact_properties(hub: Hub) -> dict[str, str]:
    """By interaction type: the property that its link to a profile names."""
    found: dict[str, str] = {}
    for link in ModelPart.objects.filter(hub=hub, kind=ModelPart.Kind.LINK).order_by("-is_automatic", "id"):
        told = link.definition
        references = told.get("participantPropertyReferences") or []
        if references:  # a person's link comes after the automatic one, and counts
            found[told["sourceEntityTypeName"]] = references[0]["sourcePropertyName"]
    return found
