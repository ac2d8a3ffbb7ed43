"""Links, relationships, relationship links, KPIs and views: put, deleted, told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from analytics.hub.cached import hub_changed
from analytics.hub.errors import HubError, bad_request, not_found, not_served
from analytics.hub.model.definitions import Definition, definition_read
from analytics.hub.model.kpis import kpi_check
from analytics.hub.model.types import interaction_type_of, profile_type_of
from analytics.hub.model.views import of_user, view_check
from analytics.hub.models import Hub, ModelPart
from analytics.hub.names import LONG, name_check

Kind = ModelPart.Kind
_COMMON = frozenset({"displayName", "description"})
KNOWN: Mapping[str, frozenset[str]] = {
    Kind.LINK: _COMMON
    | {"linkName", "sourceEntityType", "sourceEntityTypeName", "targetEntityType", "targetEntityTypeName"}
    | {"mappings", "participantPropertyReferences", "referenceOnly", "operationType"}
    | {"sourceInteractionType", "targetProfileType"},  # their names in 2017-01-01
    Kind.RELATIONSHIP: _COMMON
    | {"relationshipName", "profileType", "relatedProfileType", "cardinality", "expiryDateTimeUtc", "fields"}
    | {"lookupMappings", "relationshipGuidId"},
    Kind.RELATIONSHIP_LINK: _COMMON
    | {"linkName", "relationshipName", "interactionType", "mappings", "profilePropertyReferences"}
    | {"relatedProfilePropertyReferences", "relationshipGuidId"},
    Kind.KPI: _COMMON
    | {"kpiName", "entityType", "entityTypeName", "calculationWindow", "calculationWindowFieldName", "function"}
    | {"expression", "unit", "filter", "groupBy", "groupByMetadata", "participantProfilesMetadata", "thresHolds"}
    | {"aliases", "extracts"},
    Kind.VIEW: _COMMON | {"viewName", "userId", "definition", "changed", "created"},
}
# What a part is called inside its own definition.
OWN_NAME: Mapping[str, str] = {
    Kind.LINK: "linkName",
    Kind.RELATIONSHIP: "relationshipName",
    Kind.RELATIONSHIP_LINK: "linkName",
    Kind.KPI: "kpiName",
    Kind.VIEW: "viewName",
}


@transaction.atomic
def part_put(hub: Hub, kind: str, name: str, body: Mapping[str, Any]) -> tuple[ModelPart, bool]:
    """Create or change the part; a link that the hub had made becomes the caller's.

    Raises:
        HubError: 400, 404, 501.
    """
    _served(kind)
    name_check(LONG, name, f"one of the {kind}")
    definition = definition_read(body, KNOWN[kind])
    if definition.setdefault(OWN_NAME[kind], name) != name:
        raise bad_request("InvalidDefinition", f"{OWN_NAME[kind]} is the name in the address.")
    _CHECKS[kind](hub, definition)
    values = {"definition": definition, "is_automatic": False}
    part, is_new = ModelPart.objects.update_or_create(hub=hub, kind=kind, name=name, defaults=values)
    hub_changed()
    return part, is_new


def part_delete(hub: Hub, kind: str, name: str, *, user: str = "") -> None:
    """
    Raises:
        HubError: 404; 409 ``InUse``, a relationship link names it; 501.
    """
    _served(kind)
    links = ModelPart.objects.filter(hub=hub, kind=Kind.RELATIONSHIP_LINK, definition__relationshipName=name)
    if kind == Kind.RELATIONSHIP and (link := links.first()):
        raise HubError(409, "InUse", f"{link.name} of the {link.kind} names this relationship.")
    if not of_user(ModelPart.objects.filter(hub=hub, kind=kind, name=name), user).delete()[0]:
        raise not_found(f"{name[:80]} of the {kind}")
    hub_changed()


def part_of(hub: Hub, kind: str, name: str, *, user: str = "") -> ModelPart:
    """
    Args:
        user: whose view; "" where anybody's will do.

    Raises:
        HubError: 404, 501.
    """
    _served(kind)
    found = of_user(ModelPart.objects.filter(hub=hub, kind=kind, name=name), user).first()
    if found is None:
        raise not_found(f"{name[:80]} of the {kind}")
    return found


def parts_of(hub: Hub, kind: str, *, user: str = "") -> QuerySet[ModelPart]:
    """
    Raises:
        HubError: 501.
    """
    _served(kind)
    return of_user(ModelPart.objects.filter(hub=hub, kind=kind), user)


def part_told(hub: Hub, part: ModelPart) -> Definition:
    """The part as it is answered."""
    return {**part.definition, "provisioningState": "Succeeded", "tenantId": hub.name}


def relationships_suggested(hub: Hub, name: str) -> Definition:
    """The relationships between the profiles that take part in interactions of a type.

    Raises:
        HubError: 404.
    """
    participants = interaction_type_of(hub, name).definition.get("participantProfiles", [])
    taking_part = {one["profileTypeName"] for one in participants}
    found = ModelPart.objects.filter(hub=hub, kind=Kind.RELATIONSHIP)
    suggested = [
        {
            "profileName": part.definition["profileType"],
            "relatedProfileName": part.definition["relatedProfileType"],
            "existingRelationshipName": part.name,
        }
        for part in found
        if {part.definition["profileType"], part.definition["relatedProfileType"]} <= taking_part
    ]
    return {"interactionName": name, "suggestedRelationships": suggested}


def _served(kind: str) -> None:
    if kind not in KNOWN:
        raise not_served(f"/manage/model/{kind[:40]}")


def _link_check(hub: Hub, told: Definition) -> None:
    """Both ends exist and have the properties that the link names."""
    told.setdefault("sourceEntityType", "Interaction")
    told.setdefault("targetEntityType", "Profile")
    for old, new in (("sourceInteractionType", "sourceEntityTypeName"), ("targetProfileType", "targetEntityTypeName")):
        if old in told:
            told[new] = told.pop(old)
    if (told["sourceEntityType"], told["targetEntityType"]) != ("Interaction", "Profile"):
        raise not_served("A link from anything but an interaction to a profile")
    if told.get("operationType", "Upsert") != "Upsert":
        raise not_served("A link that deletes profiles")
    if told.get("mappings"):
        raise not_served("Copying properties by a link's mappings")
    source = interaction_type_of(hub, str(told.get("sourceEntityTypeName", "")))
    target = profile_type_of(hub, str(told.get("targetEntityTypeName", "")))
    references = told.get("participantPropertyReferences")
    if not isinstance(references, list) or len(references) != 1 or not isinstance(references[0], dict):
        raise _invalid("participantPropertyReferences holds the one pair of properties that are equal")
    if str(references[0].get("sourcePropertyName")) not in _fields(source.definition):
        raise _invalid("sourcePropertyName is not a field of the interaction type")
    keys = [one for strong in target.definition["strongIds"] for one in strong["keyPropertyNames"]]
    if references[0].get("targetPropertyName") == "ProfileId":
        references[0]["targetPropertyName"] = keys[0]
    if references[0].get("targetPropertyName") not in keys:
        raise _invalid("targetPropertyName is not a strong id of the profile type")


def _relationship_check(hub: Hub, told: Definition) -> None:
    for name in ("profileType", "relatedProfileType"):
        profile_type_of(hub, str(told.get(name, "")))
    if told.setdefault("cardinality", "OneToOne") not in ("OneToOne", "OneToMany", "ManyToMany"):
        raise _invalid("cardinality is OneToOne, OneToMany or ManyToMany")


def _relationship_link_check(hub: Hub, told: Definition) -> None:
    """The interaction names both sides of the relationship, by fields that are there."""
    if told.get("mappings"):
        raise not_served("Copying properties by a relationship link's mappings")
    source = interaction_type_of(hub, str(told.get("interactionType", "")))
    relationship = part_of(hub, Kind.RELATIONSHIP, str(told.get("relationshipName", ""))).definition
    for name, side in (("profilePropertyReferences", "profileType"),
                       ("relatedProfilePropertyReferences", "relatedProfileType")):  # fmt: skip
        profile = profile_type_of(hub, relationship[side])
        references = told.get(name)
        if not isinstance(references, list) or not references or not all(isinstance(one, dict) for one in references):
            raise _invalid(f"{name} is a list of pairs of properties")
        if not {str(one.get("interactionPropertyName")) for one in references} <= _fields(source.definition):
            raise _invalid(f"interactionPropertyName in {name} is not a field of the interaction type")
        if not {str(one.get("profilePropertyName")) for one in references} <= _fields(profile.definition):
            raise _invalid(f"profilePropertyName in {name} is not a field of the profile type {profile.name}")


def _fields(definition: Definition) -> set[str]:
    return {one["fieldName"] for one in definition["fields"]}


def _invalid(text: str) -> HubError:
    return bad_request("InvalidDefinition", f"{text}.")


_CHECKS: Mapping[str, Callable[[Hub, Definition], None]] = {
    Kind.LINK: _link_check,
    Kind.RELATIONSHIP: _relationship_check,
    Kind.RELATIONSHIP_LINK: _relationship_link_check,
    Kind.KPI: kpi_check,
    Kind.VIEW: view_check,
}
