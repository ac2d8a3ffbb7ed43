"""The hub's model, for administrators: deleting a type, how types are linked to contacts, KPIs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from analytics.hub.model import parts, types
from analytics.hub.model.automatic import KEY, PROFILE
from analytics.hub.model.kpis import kpi_values
from analytics.hub.models import NO_PORTAL, DailyCount, Hub, InteractionType, ModelPart
from analytics.hub.services.access import portals_named, scope_of
from analytics.hub.services.translating import hub_errors
from core.errors import NotFound
from core.models import User
from organizations.policy import Action, require
from portals.models import Portal


@dataclass(frozen=True)
class Sharers:
    """The portals that send events of a type to a hub: those that have sent some, the last one first, then the others.

    Args:
        hidden: how many more there are that one may not manage, or that are not known here.
    """

    portals: tuple[Portal, ...]
    hidden: int


@dataclass(frozen=True)
class TypeLink:
    """How events of a type name a contact. ``source`` is "" where the type is not linked."""

    type: str
    source: str
    target: str
    is_automatic: bool


@dataclass(frozen=True)
class Kpi:
    """A KPI and its values, the newest window first."""

    name: str
    definition: dict[str, Any]
    values: Sequence[dict[str, Any]]


def type_sharers(*, actor: User, hub: Hub, name: str, also: Sequence[uuid.UUID] = ()) -> Sharers:
    """Which portals would be stopped by deleting the type.

    Args:
        also: portals that would send it, whether they ever have or not.

    Raises:
        NotAllowed, NotFound
    """
    scope = scope_of(actor, hub)
    with hub_errors(field="name"):
        type_ = types.interaction_type_of(hub, name)
    rows = DailyCount.objects.filter(hub=hub, type_id=type_.pk).exclude(portal=NO_PORTAL)
    ids = [id for id, _ in rows.values_list("portal").annotate(last=Max("day")).order_by("-last", "portal")]
    ids += [id for id in also if id not in ids]
    known = portals_named({id for id in ids if scope.portals is None or id in scope.portals})
    seen = tuple(known[id] for id in ids if id in known)
    return Sharers(seen, len(ids) - len(seen))


def type_delete(*, actor: User, hub: Hub, name: str) -> Sharers:
    """Stop the capture of a type for all portals that share the hub; says which ones. What was stored stays.

    Raises:
        NotAllowed, NotFound
    """
    require(actor, Action.HUB_MANAGE, hub.organization_id)
    sharers = type_sharers(actor=actor, hub=hub, name=name)
    with hub_errors(field="name"):
        types.interaction_type_delete(hub, name, by=actor.email)
    return sharers


def type_restore(*, actor: User, hub: Hub, name: str) -> InteractionType:
    """Take events of a deleted type again, as it was defined.

    Raises:
        NotAllowed, NotFound
    """
    require(actor, Action.HUB_MANAGE, hub.organization_id)
    found = InteractionType.objects.filter(hub=hub, name=name).first()
    if found is None:
        raise NotFound("There is no such interaction type.", code="hub:ResourceNotFound")
    with hub_errors(field="name"):
        return types.interaction_type_put(hub, name, found.definition)[0]


def links_list(*, actor: User, hub: Hub) -> list[TypeLink]:
    """Every live type, and how it is linked to the profile Contact.

    Raises:
        NotAllowed
    """
    scope_of(actor, hub)
    links = {one.definition["sourceEntityTypeName"]: one for one in parts.parts_of(hub, parts.Kind.LINK)}
    live = InteractionType.objects.filter(hub=hub, deleted_at=None)
    return [_link(type_.name, links.get(type_.name)) for type_ in live]


def link_put(*, actor: User, hub: Hub, type_name: str, source: str, target: str = KEY) -> TypeLink:
    """Link events of a type to contacts by another property. It counts for events that come from now on.

    Raises:
        NotAllowed, NotFound, InvalidValue
    """
    require(actor, Action.HUB_MANAGE, hub.organization_id)
    reference = {"sourcePropertyName": source, "targetPropertyName": target}
    told = {
        "sourceEntityTypeName": type_name,
        "targetEntityTypeName": PROFILE,
        "participantPropertyReferences": [reference],
        "referenceOnly": True,
    }
    with hub_errors(field="source"):
        part, _ = parts.part_put(hub, parts.Kind.LINK, f"{type_name}_{PROFILE}", told)
    return _link(type_name, part)


def kpis_list(*, actor: User, hub: Hub) -> list[Kpi]:
    """All KPIs with their values. They are over all portals of the hub, so whoever may not see all of them sees none.

    Raises:
        NotAllowed
    """
    if scope_of(actor, hub).portals is not None and _foreign_portals(actor, hub):
        return []
    return [Kpi(one.name, one.definition, kpi_values(hub, one)) for one in parts.parts_of(hub, parts.Kind.KPI)]


def kpi_put(
    *, actor: User, hub: Hub, name: str, type_name: str, window: str, function: str, expression: str = ""
) -> ModelPart:
    """
    Raises:
        NotAllowed, NotFound, InvalidValue
    """
    require(actor, Action.HUB_MANAGE, hub.organization_id)
    told = {
        "entityType": "Interaction",
        "entityTypeName": type_name,
        "calculationWindow": window,
        "function": function,
        **({"expression": expression} if expression else {}),
    }
    with hub_errors(field="name"):
        return parts.part_put(hub, parts.Kind.KPI, name, told)[0]


def kpi_delete(*, actor: User, hub: Hub, name: str) -> None:
    """
    Raises:
        NotAllowed, NotFound
    """
    require(actor, Action.HUB_MANAGE, hub.organization_id)
    with hub_errors(field="name"):
        parts.part_delete(hub, parts.Kind.KPI, name)


def _foreign_portals(actor: User, hub: Hub) -> bool:
    """Whether the hub holds events of a portal that ``actor`` may not manage."""
    seen: set[uuid.UUID] = set(scope_of(actor, hub).counted or ())
    return DailyCount.objects.filter(hub=hub).exclude(portal__in=seen).exists()


def _link(type_name: str, part: ModelPart | None) -> TypeLink:
    if part is None:
        return TypeLink(type_name, "", "", is_automatic=False)
    reference = part.definition["participantPropertyReferences"][0]
    return TypeLink(type_name, reference["sourcePropertyName"], reference["targetPropertyName"], part.is_automatic)
