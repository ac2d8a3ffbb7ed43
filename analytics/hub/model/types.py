"""Interaction types and profile types: put, deleted, told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from analytics.hub.cached import hub_changed
from analytics.hub.errors import HubError, not_found
from analytics.hub.events import stamp_told
from analytics.hub.model.automatic import contact_link_ensure
from analytics.hub.model.definitions import (
    INTERACTION,
    PROFILE,
    Definition,
    change_check,
    definition_read,
    interaction_check,
    profile_check,
)
from analytics.hub.models import DailyCount, Hub, InteractionType, ModelPart, Profile, ProfileType
from analytics.hub.names import TYPE, name_check


@transaction.atomic
def interaction_type_put(hub: Hub, name: str, body: Mapping[str, Any]) -> tuple[InteractionType, bool]:
    """Create or change the type, and link it to the profile Contact where it names a portal's contact.

    Returns:
        The type, and whether it is new. One that was deleted is made anew, and its events are taken again.

    Raises:
        HubError: 400, 409.
    """
    name_check(TYPE, name, "an interaction type")
    definition = interaction_check(name, definition_read(body, INTERACTION))
    _hub_lock(hub)
    _set_is_free(hub, definition["apiEntitySetName"], name)
    found = InteractionType.objects.filter(hub=hub, name=name).first()
    is_new = found is None or found.deleted_at is not None
    if found is None:
        found = InteractionType(hub=hub, name=name)
    elif not is_new:
        change_check(found.definition, definition)
    found.definition, found.entity_set = definition, definition["apiEntitySetName"]
    found.is_activity = definition["isActivity"]
    found.deleted_at, found.deleted_by = None, ""
    found.save()
    contact_link_ensure(hub, found)
    hub_changed()
    return found, is_new


def interaction_type_delete(hub: Hub, name: str, *, by: str) -> None:
    """Stop its capture, for every portal that shares the hub. What was stored stays.

    Raises:
        HubError: 404.
    """
    live = InteractionType.objects.filter(hub=hub, name=name, deleted_at=None)
    if not live.update(deleted_at=timezone.now(), deleted_by=by[:254], changed_at=timezone.now()):
        raise not_found(f"The interaction type {name[:128]}")
    hub_changed()


@transaction.atomic
def profile_type_put(hub: Hub, name: str, body: Mapping[str, Any]) -> tuple[ProfileType, bool]:
    """Create or change the profile type.

    Raises:
        HubError: 400, 409.
    """
    name_check(TYPE, name, "a profile type")
    definition = profile_check(name, definition_read(body, PROFILE))
    _hub_lock(hub)
    _set_is_free(hub, definition["apiEntitySetName"], name)
    found = ProfileType.objects.filter(hub=hub, name=name).first()
    is_new = found is None
    if found is None:
        found = ProfileType(hub=hub, name=name)
    else:
        change_check(found.definition, definition)
    found.definition, found.entity_set = definition, definition["apiEntitySetName"]
    found.save()
    hub_changed()
    return found, is_new


@transaction.atomic
def profile_type_delete(hub: Hub, name: str) -> None:
    """
    Raises:
        HubError: 404; 409 ``InUse``, a link or relationship names it.
    """
    found = ProfileType.objects.filter(hub=hub, name=name).first()
    if found is None:
        raise not_found(f"The profile type {name[:128]}")
    named = Q(definition__targetEntityTypeName=name) | Q(definition__profileType=name)
    user = ModelPart.objects.filter(named | Q(definition__relatedProfileType=name), hub=hub).first()
    if user is not None:
        raise HubError(409, "InUse", f"{user.name} of the {user.kind} names this profile type.")
    found.delete()
    hub_changed()


def interaction_type_of(hub: Hub, name: str) -> InteractionType:
    """
    Raises:
        HubError: 404.
    """
    found = InteractionType.objects.filter(hub=hub, name=name, deleted_at=None).first()
    if found is None:
        raise not_found(f"The interaction type {name[:128]}")
    return found


def profile_type_of(hub: Hub, name: str) -> ProfileType:
    """
    Raises:
        HubError: 404.
    """
    found = ProfileType.objects.filter(hub=hub, name=name).first()
    if found is None:
        raise not_found(f"The profile type {name[:128]}")
    return found


def type_told(hub: Hub, type_: InteractionType | ProfileType) -> Definition:
    """The type as it is answered."""
    return {
        **type_.definition,
        "instancesCount": _instances(hub, type_),
        "lastChangedUtc": stamp_told(type_.changed_at),
        "provisioningState": type_.provisioning_state,
        "tenantId": hub.name,
    }


def _instances(hub: Hub, type_: InteractionType | ProfileType) -> int:
    if isinstance(type_, ProfileType):
        return Profile.objects.filter(type=type_).count()
    counted = DailyCount.objects.filter(hub=hub, type_id=type_.pk).aggregate(n=Sum("n"))
    return int(counted["n"] or 0)


def _hub_lock(hub: Hub) -> None:
    """One change of a hub's model at a time, so that names stay unique over both kinds of types."""
    Hub.objects.select_for_update().get(pk=hub.pk)


def _set_is_free(hub: Hub, entity_set: str, name: str) -> None:
    if entity_set in ("Interactions", "KPIs", "BlobIngestionJobs"):
        raise HubError(409, "NameTaken", f"The entity set {entity_set} is the hub's own.")
    taken = [
        model.objects.filter(hub=hub, entity_set=entity_set).exclude(name=name).exists()
        for model in (InteractionType, ProfileType)
    ]
    if any(taken):
        raise HubError(409, "NameTaken", f"Another type has the entity set {entity_set}.")
