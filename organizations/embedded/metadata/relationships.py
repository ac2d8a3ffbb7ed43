"""Relationships as metadata: one-to-many ones by lookups, many-to-many ones by links."""

from __future__ import annotations

from organizations.embedded.metadata.parts import Definition, definition_id, managed
from organizations.embedded.registry import COLLECTIONS, RELATIONSHIPS, TABLES, Collection, Relationship

ONE_TO_MANY, MANY_TO_MANY = "OneToManyRelationshipMetadata", "ManyToManyRelationshipMetadata"
_CASCADES = ("Assign", "Delete", "Merge", "Reparent", "Share", "Unshare", "RollupView")


def one_to_many(one: Collection) -> Definition:
    """The relationship as both its sides list it."""
    return {
        **_common(one.name, ONE_TO_MANY),
        "RelationshipType": "OneToManyRelationship",
        "ReferencedEntity": one.table,
        "ReferencedAttribute": TABLES[one.table].primary_id,
        "ReferencingEntity": one.source,
        "ReferencingAttribute": one.lookup,
        "ReferencedEntityNavigationPropertyName": one.name,
        "ReferencingEntityNavigationPropertyName": one.navigation,
        "EntityKey": None,
        "IsHierarchical": False,
        "IsRelationshipAttributeDenormalized": False,
        "RelationshipBehavior": 1,
        "CascadeConfiguration": {name: "RemoveLink" if name == "Delete" else "NoCascade" for name in _CASCADES},
        "AssociatedMenuConfiguration": _menu(),
    }


def many_to_many(both: Relationship) -> Definition:
    first, second = TABLES[both.first_table], TABLES[both.second_table]
    is_same = first is second
    return {
        **_common(both.name, MANY_TO_MANY),
        "RelationshipType": "ManyToManyRelationship",
        "IntersectEntityName": both.name,
        "Entity1LogicalName": first.name,
        "Entity1IntersectAttribute": f"{first.primary_id}{'one' if is_same else ''}",
        "Entity1NavigationPropertyName": both.first_navigation,
        "Entity1AssociatedMenuConfiguration": _menu(),
        "Entity2LogicalName": second.name,
        "Entity2IntersectAttribute": f"{second.primary_id}{'two' if is_same else ''}",
        "Entity2NavigationPropertyName": both.second_navigation,
        "Entity2AssociatedMenuConfiguration": _menu(),
    }


def relationships_of(table: str, kind: str) -> list[Definition]:
    """One of a table's three lists: ``OneToManyRelationships``, ``ManyToOneRelationships``, ``ManyToMany…``."""
    if kind == "OneToManyRelationships":
        return [one_to_many(one) for one in COLLECTIONS if one.table == table]
    if kind == "ManyToOneRelationships":
        return [one_to_many(one) for one in COLLECTIONS if one.source == table]
    return [many_to_many(both) for both in RELATIONSHIPS if table in (both.first_table, both.second_table)]


def _common(name: str, class_: str) -> Definition:
    return {
        "@odata.type": f"#Microsoft.Dynamics.CRM.{class_}",
        "MetadataId": definition_id("relationship", name),
        "SchemaName": name,
        "IsCustomRelationship": name.startswith(("adx_", "msdyn_")),
        "IsManaged": True,
        "IsValidForAdvancedFind": True,
        "SecurityTypes": "Append",
        "IntroducedVersion": "5.0.0.0",
        "HasChanged": None,
        "IsCustomizable": managed(False, "iscustomizable"),
    }


def _menu() -> Definition:
    return {"Behavior": "UseCollectionName", "Group": "Details", "Order": None, "IsCustomizable": False}
