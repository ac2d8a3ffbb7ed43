"""Tables as entity metadata, with what can be expanded: attributes, keys, three lists of relationships."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from organizations.embedded.call import Call
from organizations.embedded.metadata.attributes import attribute
from organizations.embedded.metadata.parts import Definition, definition_id, labels, managed
from organizations.embedded.metadata.relationships import relationships_of
from organizations.embedded.privileges import Privilege, privilege_id, privilege_name
from organizations.embedded.registry import TABLES, Key, Kind, Table
from organizations.embedded.rights import owner_column
from organizations.embedded.solutions.labels import Texts, labels_of_many, labels_of_table

RELATIONS = ("OneToManyRelationships", "ManyToOneRelationships", "ManyToManyRelationships")
PARTS = ("Attributes", "Keys", *RELATIONS)


@dataclass(frozen=True)
class Tables:
    """The definitions of an organization's tables, made as they are asked for."""

    call: Call

    @cached_property
    def languages(self) -> list[int]:
        """The activated ones, the base language first."""
        base = self.call.tenant.base_language
        return [base, *(lcid for lcid in self.call.tenant.languages if lcid != base)]

    @cached_property
    def there(self) -> list[Table]:
        return [table for table in TABLES.values() if self.call.has(table)]

    def all(self) -> list[Definition]:
        """Every table's own definition, nothing expanded."""
        texts = labels_of_many(self.call.tenant, [table.name for table in self.there])
        return [entity(table, texts.get(table.name, {}), self.languages) for table in self.there]

    def part(self, table: Table, name: str) -> list[Definition]:
        """One of :data:`PARTS` of a table. Relationships with tables that are not there yet are left out."""
        if name == "Attributes":
            return self._attributes(table)
        if name == "Keys":
            return [_key(table, key, self.languages) for key in table.keys]
        return [found for found in relationships_of(table.name, name) if self.is_there(found)]

    def is_there(self, relationship: Definition) -> bool:
        """Whether both tables of a relationship are there."""
        sides = ("ReferencedEntity", "ReferencingEntity", "Entity1LogicalName", "Entity2LogicalName")
        names = {relationship[side] for side in sides if side in relationship}
        return all(self.call.has(TABLES[name]) for name in names)

    def _attributes(self, table: Table) -> list[Definition]:
        texts: Mapping[str, Texts] = labels_of_table(self.call.tenant, table.name)
        return [
            attribute(table, column, position, texts.get(f"{table.name}.{column.name}", {}), self.languages)
            for position, column in enumerate(table.columns.values(), start=1)
        ]


def entity(table: Table, texts: Texts, languages: list[int]) -> Definition:
    """A table's own definition."""
    is_custom = table.name.startswith(("adx_", "msdyn_"))
    is_owned = bool(owner_column(table))
    return {
        "MetadataId": definition_id("entity", table.name),
        "LogicalName": table.name,
        "SchemaName": table.schema_name,
        "EntitySetName": table.entity_set,
        "LogicalCollectionName": table.entity_set,
        "CollectionSchemaName": table.entity_set,
        "PrimaryIdAttribute": table.primary_id,
        "PrimaryNameAttribute": table.primary_name or None,
        "PrimaryImageAttribute": None,
        "ObjectTypeCode": table.type_code,
        "OwnershipType": "UserOwned" if is_owned else "OrganizationOwned",
        "TableType": "Standard",
        "EntityColor": "",
        "ActivityTypeMask": 0,
        "ChangeTrackingEnabled": True,
        "DataProviderId": None,
        "DataSourceId": None,
        "ExternalName": None,
        "HasActivities": False,
        "HasChanged": None,
        "HasFeedback": False,
        "HasNotes": False,
        "IntroducedVersion": "5.0.0.0",
        "IsActivity": False,
        "IsActivityParty": False,
        "IsChildEntity": False,
        "IsCustomEntity": is_custom,
        "IsEnabledForCharts": False,
        "IsImportable": table.kind is not Kind.SYSTEM,
        "IsIntersect": False,
        "IsLogicalEntity": False,
        "IsManaged": True,
        "IsPrivate": False,
        "IsReadOnlyInMobileClient": managed(False, "canmodifymobileclientreadonly"),
        "IsValidForAdvancedFind": True,
        "CanTriggerWorkflow": False,
        "CanCreateAttributes": managed(False, "cancreateattributes"),
        "CanCreateForms": managed(False, "cancreateforms"),
        "CanCreateViews": managed(False, "cancreateviews"),
        "IsAuditEnabled": managed(False, "canmodifyauditsettings"),
        "IsCustomizable": managed(False, "iscustomizable"),
        "IsDuplicateDetectionEnabled": managed(False, "canmodifyduplicatedetectionsettings"),
        "IsRenameable": managed(False, "isrenameable"),
        "Privileges": [_privilege(table, privilege, is_owned=is_owned) for privilege in Privilege],
        **labels(
            texts,
            languages,
            table.name,
            DisplayName=table.display_name,
            DisplayCollectionName=table.display_collection_name,
            Description="",
        ),
    }


def _privilege(table: Table, privilege: Privilege, *, is_owned: bool) -> Definition:
    return {
        "CanBeBasic": is_owned,
        "CanBeLocal": is_owned,
        "CanBeDeep": is_owned,
        "CanBeGlobal": True,
        "CanBeEntityReference": False,
        "CanBeParentEntityReference": False,
        "Name": privilege_name(table, privilege),
        "PrivilegeId": str(privilege_id(table, privilege)),
        "PrivilegeType": privilege.title,
    }


def _key(table: Table, key: Key, languages: list[int]) -> Definition:
    return {
        "MetadataId": definition_id("key", f"{table.name}.{key.name}"),
        "LogicalName": key.name,
        "SchemaName": key.name,
        "EntityLogicalName": table.name,
        "KeyAttributes": list(key.columns),
        "EntityKeyIndexStatus": "Active",
        "IsManaged": True,
        "IsExportKey": False,
        "IsSecondaryKey": False,
        "IsSynchronous": True,
        "IntroducedVersion": "5.0.0.0",
        "HasChanged": None,
        "IsCustomizable": managed(False, "iscustomizable"),
        **labels({}, languages, f"{table.name}.{key.name}", DisplayName=key.name),
    }
